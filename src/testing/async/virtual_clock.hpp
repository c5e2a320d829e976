#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/time/time.hpp"
#include "platform/async/clock.hpp"

namespace kontor::testing {

/// A clock that stands still until it is moved. Alarms ring in the order of their moments, those of one
/// moment in the order in which they were set, so a run depends on nothing but its inputs. Bound to no event
/// loop: a simulation of many processes shares one.
class VirtualClock : public platform::async::Clock {
 public:
  explicit VirtualClock(Instant start) : now_(start) {}

  Instant now() const override { return now_; }
  std::unique_ptr<platform::async::Alarm> alarm(Instant when, std::function<void()> ring) override;

  /// The moment of the next alarm, if there is one.
  std::optional<Instant> next_due() const;
  /// Moves to the next alarm and rings all alarms of that moment. False when there is none.
  bool advance_to_next();
  /// Moves on by `duration` and rings what is due on the way, at its own moment.
  void advance(Duration duration);

 private:
  class Setting;
  using Key = std::pair<Instant, std::uint64_t>;
  void ring_due();

  Instant now_;
  std::uint64_t set_so_far_ = 0;
  std::map<Key, std::function<void()>> alarms_;
};

}  // namespace kontor::testing
