#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "platform/async/task.hpp"

namespace kontor::platform::async {

/// True when the running task was cancelled: its scope closes, or its deadline passed. A loop that waits for
/// nothing asks here; every wait of this module returns at once in a cancelled task.
Task<bool> cancelled();

/// One wait that somebody else ends: what signals, mutexes and deadlines are made of. One task waits at a
/// time. A wake-up that comes before the wait is kept. Used on the io thread only; `wake` never runs the
/// waiting task inline.
class Waiter {
 public:
  explicit Waiter(boost::asio::any_io_executor executor);
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// True when woken, false when the waiting task was cancelled first.
  Task<bool> wait();
  /// Returns when woken, whatever happens to the waiting task: for what must not be left half-done.
  Task<void> wait_uncancelled();
  void wake();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::platform::async
