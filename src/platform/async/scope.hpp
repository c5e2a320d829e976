#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string_view>

#include "platform/async/task.hpp"

namespace kontor::platform::async {

/// Owner of spawned tasks. Everything that runs in the background belongs to a scope, and a scope is closed
/// before what its tasks use goes away: `co_await scope.close()` cancels what still runs and returns when all
/// tasks have ended. Cancelled means: the wait that a task is in returns `cancelled`, and so does every later
/// one, so the task ends. A task that ends by an exception stops the process: exceptions are defects here.
/// Not thread-safe: used on the io thread only.
class Scope {
 public:
  explicit Scope(boost::asio::any_io_executor executor);
  ~Scope();  ///< nothing runs any more (closed, drained or never spawned into): else a broken invariant
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// Starts a task, later than this call. Pass a coroutine function's result: its parameters must be values.
  /// A scope that is closing starts nothing any more: the task is dropped.
  void spawn(Task<void> task);
  std::size_t running() const;
  bool closing() const;
  boost::asio::any_io_executor executor() const;

  /// Cancels the tasks and waits for them, whatever happens to the awaiting task, which must not be one of
  /// them.
  Task<void> close();
  /// Waits for the tasks to end by themselves, without cancelling them; gives up when the awaiting task is
  /// cancelled.
  Task<void> drain();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::async
