#include "platform/async/process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <string>

#include "platform/async/signal.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::async {
namespace {

using namespace std::chrono_literals;

TEST(RunProcess, returns_the_exit_code_of_the_main_task) {
  auto code = run_process([](boost::asio::any_io_executor) -> Task<int> { co_return 7; }, [] {});
  EXPECT_EQ(code, 7);
}

TEST(RunProcess, a_signal_asks_to_stop_once) {
  int stops = 0;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Signal> stop;
  auto on_stop = [&] {
    ++stops;
    stop->notify();
  };
  auto main = [](std::unique_ptr<Signal>& signal) -> Task<int> {
    auto ticket = signal->ticket();
    std::raise(SIGTERM);
    auto notified = co_await signal->wait(ticket, Deadline::never());
    co_return notified ? 0 : 1;
  };
  auto start = [&](boost::asio::any_io_executor executor) {
    clock = system_clock(executor);
    stop = std::make_unique<Signal>(executor, *clock);
    return main(stop);
  };
  EXPECT_EQ(run_process(start, on_stop), 0);
  EXPECT_EQ(stops, 1);
}

TEST(RunProcessDeathTest, a_second_signal_ends_the_process_at_once) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto deaf = [](boost::asio::any_io_executor executor) -> Task<int> {
    auto clock = system_clock(executor);
    std::raise(SIGTERM);
    co_await clock->wait_until(clock->now() + 20ms);
    std::raise(SIGTERM);
    co_await clock->wait_until(clock->now() + 30s);
    co_return 0;
  };
  EXPECT_EXIT(run_process(deaf, [] {}), ::testing::ExitedWithCode(128 + SIGTERM), "");
}

TEST(StopRequest, ends_a_wait_whether_it_was_made_before_or_comes_later) {
  testing::RealLoop loop;
  StopRequest stop;
  Scope scope(loop.executor());
  scope.spawn([](StopRequest& one) -> Task<void> {
    one.make();
    co_return;
  }(stop));
  loop.run(stop.wait(loop.executor(), loop.clock()));
  loop.run(stop.wait(loop.executor(), loop.clock()));
  loop.run(scope.close());
}

TEST(SystemClock, waits_in_real_time) {
  testing::RealLoop loop;
  auto before = loop.clock().now();
  auto waited = loop.run(loop.clock().wait_until(before + 20ms));
  EXPECT_TRUE(waited);
  EXPECT_GE(loop.clock().now(), before + 20ms);
}

TEST(SystemClock, a_moment_that_never_comes_needs_no_timer) {
  testing::RealLoop loop;
  auto alarm = loop.clock().alarm(Instant::max(), [] { FAIL(); });
  EXPECT_TRUE(loop.run(loop.clock().wait_until(loop.clock().now() - 1h)));
}

TEST(SystemClock, a_destroyed_alarm_does_not_ring_even_when_it_is_due) {
  testing::RealLoop loop;
  bool rang = false;
  auto main = [](Clock& clock, bool& flag) -> Task<void> {
    auto alarm = clock.alarm(clock.now() - 1s, [&flag] { flag = true; });
    alarm.reset();
    co_await clock.wait_until(clock.now() + 5ms);
  };
  loop.run(main(loop.clock(), rang));
  EXPECT_FALSE(rang);
}

TEST(SystemRandom, does_not_repeat_itself) {
  auto random = system_random();
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random_hex(*random, 16));
  EXPECT_EQ(seen.size(), 1'000);
}

}  // namespace
}  // namespace kontor::platform::async
