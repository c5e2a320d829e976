#pragma once

#include <set>
#include <utility>

#include "installation/installation.hpp"
#include "platform/async/signal.hpp"

namespace kontor::crash {

/// Which processes of the installations answer. A request that found nobody waits here for the next restart.
class Availability {
 public:
  explicit Availability(testing::EventLoop& loop) : loop_(loop), changed_(loop.executor(), loop.clock()) {}

  /// One of its replicas is up.
  bool up(const installation::Installation& home) const;
  bool up(const installation::Installation& home, std::size_t replica) const {
    return !down_.contains({&home, replica});
  }
  void set_down(const installation::Installation& home, std::size_t replica) {
    down_.emplace(&home, replica);
  }
  void set_up(const installation::Installation& home, std::size_t replica);
  /// False when it does not come up within a minute.
  Task<bool> await(const installation::Installation& home);

 private:
  testing::EventLoop& loop_;
  platform::async::Signal changed_;
  std::set<std::pair<const installation::Installation*, std::size_t>> down_;
};

}  // namespace kontor::crash
