#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"

namespace kontor::platform::async {

/// "Something happened": wakes everybody who waits. A wait that begins with a ticket taken before the
/// notification returns at once, so nothing is missed between looking and waiting:
///
///     auto ticket = signal.ticket();
///     while (!condition()) {
///       auto notified = co_await signal.wait(ticket, deadline);
///       if (!notified) break;
///       ticket = signal.ticket();
///     }
///
/// Used on the io thread only; `notify` never runs waiters inline.
class Signal {
 public:
  using Ticket = std::uint64_t;

  Signal(boost::asio::any_io_executor executor, Clock& clock);
  ~Signal();

  Ticket ticket() const;
  void notify();
  /// True when notified after `ticket`, false when the deadline passed or the awaiting task is cancelled: a
  /// loop around it ends on false.
  Task<bool> wait(Ticket ticket, Deadline deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// One holder at a time, in order of arrival. `auto guard = co_await mutex.lock();` The guard may live across
/// awaits: this is the one lock that does, and it only ever orders work on one entity.
class Mutex {
 public:
  class Guard {
   public:
    Guard() = default;
    explicit Guard(std::shared_ptr<void> release) : release_(std::move(release)) {}

   private:
    std::shared_ptr<void> release_;
  };

  explicit Mutex(boost::asio::any_io_executor executor);
  ~Mutex();
  /// Waits for the lock even in a cancelled task: the holder, cancelled as well, gives it back.
  Task<Guard> lock();
  /// Errors: timeout, cancelled.
  Task<Result<Guard>> lock(Clock& clock, Deadline deadline);
  bool idle() const;  ///< nobody holds it or waits for it

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Runs blocking work on threads of its own and brings the result back to the io thread. With no threads the
/// work runs on the io thread itself, so that a simulation stays deterministic.
class Offload {
 public:
  explicit Offload(std::size_t threads);
  ~Offload();  ///< joins; work that was accepted is done first

  /// Runs `work` on a worker and completes on the caller's executor. Work that began cannot be cancelled, so
  /// neither can this wait: what `work` refers to stays alive until it is done. `work` does not throw.
  Task<void> run(std::function<void()> work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::platform::async
