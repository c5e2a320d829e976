#pragma once

#include <functional>
#include <memory>

#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/async/task.hpp"

namespace kontor::platform::async {

/// A call that is due at a moment. Destroying it before that moment prevents the call, also when it is
/// already queued.
class Alarm {
 public:
  virtual ~Alarm() = default;
};

/// The time, and the only way to wait for it. Real time in a process; virtual time in tests and simulations,
/// where waiting costs nothing. One per process, handed in; used on the io thread only.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;

  /// Calls `ring` on the io thread at `when`, or soon when that has passed; never from within this call.
  /// `Instant::max()` never comes. The building block of every wait: most code wants `wait_until`,
  /// `with_deadline` or `Signal::wait`.
  [[nodiscard]] virtual std::unique_ptr<Alarm> alarm(Instant when, std::function<void()> ring) = 0;

  /// Returns at `when`, or earlier with `cancelled` when the awaiting scope is closed.
  Task<Result<void>> wait_until(Instant when);
};

/// The moment after which nobody waits any more.
struct Deadline {
  Instant at;

  static Deadline after(const Clock& clock, Duration duration) { return {clock.now() + duration}; }
  static Deadline never() { return {Instant::max()}; }
  Duration left(const Clock& clock) const { return at - clock.now(); }
  bool passed(const Clock& clock) const { return at <= clock.now(); }
};

}  // namespace kontor::platform::async
