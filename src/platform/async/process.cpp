#include "platform/async/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>

#include "platform/async/signal.hpp"

namespace kontor::platform::async {
namespace {

namespace asio = boost::asio;

class StopSignals {
 public:
  StopSignals(asio::io_context& loop, std::function<void()> on_stop)
      : signals_(loop, SIGINT, SIGTERM), on_stop_(std::move(on_stop)) {
    next();
  }

 private:
  void next() {
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      if (!on_stop_) std::_Exit(128 + number);
      auto stop = std::exchange(on_stop_, nullptr);
      stop();
      next();
    });
  }

  asio::signal_set signals_;
  std::function<void()> on_stop_;
};

Task<void> run_main(Task<int> task, int& exit_code, asio::io_context& loop) {
  exit_code = co_await std::move(task);
  loop.stop();
}

}  // namespace

void StopRequest::make() {
  made_ = true;
  if (wake_) wake_();
}

Task<void> StopRequest::wait(asio::any_io_executor executor, Clock& clock) {
  Signal signal(std::move(executor), clock);
  wake_ = [&signal] { signal.notify(); };
  auto ticket = signal.ticket();
  while (!made_) {
    const bool woken = co_await signal.wait(ticket, Deadline::never());
    if (!woken) break;
    ticket = signal.ticket();
  }
  wake_ = nullptr;
}

int run_process(std::function<Task<int>(asio::any_io_executor)> main_task, std::function<void()> on_stop) {
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context loop(1);
  if (!on_stop) on_stop = [] {};
  StopSignals signals(loop, std::move(on_stop));
  int exit_code = EXIT_FAILURE;
  Scope scope(loop.get_executor());
  scope.spawn(run_main(main_task(loop.get_executor()), exit_code, loop));
  // In one go: what Asio keeps for the next handler ends with each call.
  loop.run();
  loop.restart();
  while (scope.running() > 0) loop.run_one();
  return exit_code;
}

}  // namespace kontor::platform::async
