#include "app/process/run.hpp"

#include "app/process/supervisor.hpp"
#include "platform/async/process.hpp"

namespace kontor::app::process {
namespace {

using platform::async::Deadline;
using platform::async::StopRequest;

constexpr int ended_well = 0;
constexpr int failed = 1;
constexpr int misconfigured = 2;

void tell(Host& host, std::string_view state) {
  if (auto told = tell_supervisor(state); !told)
    host.log().warning("the supervisor is not told {}: {}", state, told.error().message());
}

/// Dependents first, errors logged; the rest goes on.
Task<bool> shut_down(Host& host, platform::assembly::Assembled& assembled) {
  auto drained = co_await assembled.drain(Deadline::after(host.clock(), host.config().drain_timeout));
  if (!drained) host.log().error("draining: {}", drained.error().message());
  auto stopped = co_await assembled.stop();
  if (!stopped) host.log().error("stopping: {}", stopped.error().message());
  co_return (drained && stopped);
}

Task<int> serve(Host& host, platform::assembly::Assembled& assembled, StopRequest& stop, Instant began) {
  auto process_check = host.health().needed_to_serve("kontor");
  auto started = co_await assembled.start();
  if (!started) {
    host.log().error("cannot start: {}", started.error().message());
    co_return failed;
  }
  process_check.pass();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(host.clock().now() - began);
  host.log().info("ready after {} ms", took.count());
  tell(host, "READY=1");
  co_await stop.wait(host.scope().executor(), host.clock());
  process_check.fail("stopping");
  tell(host, "STOPPING=1");
  host.log().info("stopping; a second signal ends the process at once");
  if (host.config().drain_delay.count() > 0) {
    auto waited = co_await host.clock().wait_until(host.clock().now() + host.config().drain_delay);
    if (!waited) host.log().warning("the wait before draining was cut short: {}", waited.error().message());
  }
  const bool well = co_await shut_down(host, assembled);
  co_return well ? ended_well : failed;
}

Task<int> run_host(Host& host, const platform::config::Settings& settings, const Options& options,
                   StopRequest& stop) {
  const auto began = host.clock().now();
  auto assembler = host.assembler(options.roles);
  if (!assembler) {
    host.log().error("{}", assembler.error().message());
    co_return misconfigured;
  }
  auto assembled = assembler->build(settings);
  if (!assembled) {
    host.log().error("{}", assembled.error().message());
    co_return misconfigured;
  }
  const int exit_code = co_await serve(host, *assembled, stop, began);
  // Tasks use what is assembled: they end before it goes.
  co_await host.scope().close();
  co_return exit_code;
}

Task<int> run_task(boost::asio::any_io_executor executor, const Options& options, StopRequest& stop) {
  auto settings = load_settings(options.sources);
  auto process_config = settings ? settings->read<ProcessConfig>("process") : fail(settings.error());
  Host host(executor, process_config ? *process_config : ProcessConfig{});
  if (!process_config) {
    host.log().error("{}", process_config.error().message());
    co_return misconfigured;
  }
  host.health().on_change(
      [log = host.log().component("health")](std::string_view component, std::string_view reason) {
        if (reason.empty()) {
          log.info("{} is well", component);
        } else {
          log.warning("{}: {}", component, reason);
        }
      });
  const int exit_code = co_await run_host(host, *settings, options, stop);
  co_return exit_code;
}

}  // namespace

int run(Options options) {
  StopRequest stop;
  return platform::async::run_process(
      [&](boost::asio::any_io_executor executor) { return run_task(executor, options, stop); },
      [&] { stop.make(); });
}

}  // namespace kontor::app::process
