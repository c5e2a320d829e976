#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/deadline.hpp"
#include "platform/async/scope.hpp"

namespace kontor::platform::async {

/// The operating system's sources, for the process that is not simulated.
std::unique_ptr<Clock> system_clock(boost::asio::any_io_executor executor);
std::unique_ptr<Random> system_random();

/// The wish to stop, from a signal's handler to the one task that waits for it.
class StopRequest {
 public:
  void make();
  /// Returns once it is made, also when that was before.
  Task<void> wait(boost::asio::any_io_executor executor, Clock& clock);

 private:
  bool made_ = false;
  std::function<void()> wake_;
};

/// Runs `main_task` on this thread's event loop until it ends; SIGINT and SIGTERM call `on_stop` once (a
/// second signal ends the process at once). Returns the exit code that the task returns.
int run_process(std::function<Task<int>(boost::asio::any_io_executor)> main_task,
                std::function<void()> on_stop);

}  // namespace kontor::platform::async
