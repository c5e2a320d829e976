#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "testing/async/run.hpp"

namespace kontor::data_planes {

/// What connections suffer on their way, those that are open already included.
struct Faults {
  Duration delay{};        ///< until a piece goes on
  bool half_open = false;  ///< nothing passes, nor does anybody hear of an end
  std::size_t slow = 0;    ///< the most that is read at a time, 50 times a second; 0: all
  std::optional<std::uint64_t> cut_after = {};  ///< bytes of answers, then the connection is closed
};

/// Stands before a port of this machine and passes on connections octet by octet, TLS or not, while its
/// event loop runs.
class Relay {
 public:
  /// Listens at `port` (0: any) and connects to `behind`. Failed where the port is taken.
  Relay(testing::EventLoop& loop, int port, int behind);
  ~Relay();

  int port() const;
  void suffer(const Faults& faults);
  void heal() { suffer({}); }
  /// Ends every connection as a machine does that has crashed and come back.
  void reset();
  std::size_t open() const;            ///< connections
  std::uint64_t accepted() const;      ///< connections, ever
  std::uint64_t passed_there() const;  ///< bytes of requests, ever
  /// Returns when so many bytes of requests have passed; false when they do not within a while.
  Task<bool> has_passed_there(std::uint64_t bytes);
  /// Returns when so many connections have come, or false.
  Task<bool> has_accepted(std::uint64_t connections);
  /// Returns when nothing is connected any more, or false.
  Task<bool> is_quiet();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::data_planes
