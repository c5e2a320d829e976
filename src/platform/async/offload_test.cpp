#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::async {
namespace {

using testing::RealLoop;
using testing::VirtualLoop;
using namespace std::chrono_literals;

TEST(Offload, work_runs_on_another_thread_and_its_result_comes_back_to_the_io_thread) {
  RealLoop loop;
  Offload offload(2);
  auto main = [](Offload& threads) -> Task<bool> {
    auto io_thread = std::this_thread::get_id();
    std::thread::id worker;
    int result = 0;
    co_await threads.run([&] {
      worker = std::this_thread::get_id();
      result = 42;
    });
    co_return (worker != io_thread && result == 42 && std::this_thread::get_id() == io_thread);
  };
  EXPECT_TRUE(loop.run(main(offload)));
}

TEST(Offload, many_tasks_share_the_threads) {
  RealLoop loop;
  Offload offload(4);
  Scope scope(loop.executor());
  std::atomic<int> done = 0;
  int seen_on_io_thread = 0;
  auto work = [](Offload& threads, std::atomic<int>& count, int& seen) -> Task<void> {
    co_await threads.run([&] { ++count; });
    ++seen;
  };
  for (int i = 0; i < 2'000; ++i) scope.spawn(work(offload, done, seen_on_io_thread));
  loop.run(scope.drain());
  EXPECT_EQ(done, 2'000);
  EXPECT_EQ(seen_on_io_thread, 2'000);
}

TEST(Offload, closing_a_scope_waits_for_work_that_began) {
  RealLoop loop;
  Offload offload(1);
  Scope scope(loop.executor());
  std::atomic<bool> finished = false;
  std::promise<void> closing;
  auto work = [](Offload& threads, Signal& started, std::promise<void>& go,
                 std::atomic<bool>& flag) -> Task<void> {
    started.notify();
    co_await threads.run([&] {
      go.get_future().wait();
      flag = true;
    });
  };
  auto main = [&]() -> Task<bool> {
    Signal started(loop.executor(), loop.clock());
    auto ticket = started.ticket();
    scope.spawn(work(offload, started, closing, finished));
    co_await started.wait(ticket, Deadline::never());
    closing.set_value();
    co_await scope.close();
    co_return finished.load();
  };
  EXPECT_TRUE(loop.run(main()));
}

TEST(Offload, without_threads_work_runs_on_the_io_thread) {
  VirtualLoop loop;
  Offload offload(0);
  auto main = [](Offload& inline_work) -> Task<bool> {
    std::thread::id worker;
    co_await inline_work.run([&] { worker = std::this_thread::get_id(); });
    co_return worker == std::this_thread::get_id();
  };
  EXPECT_TRUE(loop.run(main(offload)));
}

TEST(Signal, is_notified_from_work_by_posting_to_the_io_thread) {
  RealLoop loop;
  Offload offload(2);
  Scope scope(loop.executor());
  Signal signal(loop.executor(), loop.clock());
  int rounds = 0;
  auto producer = [](Offload& threads, Signal& out) -> Task<void> {
    for (int i = 0; i < 200; ++i) {
      co_await threads.run([] {});
      out.notify();
    }
  };
  auto consumer = [](Signal& in, int& count) -> Task<void> {
    auto ticket = in.ticket();
    while (ticket < 200) {
      auto notified = co_await in.wait(ticket, Deadline::never());
      if (!notified) co_return;
      ticket = in.ticket();
      ++count;
    }
  };
  scope.spawn(consumer(signal, rounds));
  scope.spawn(producer(offload, signal));
  loop.run(scope.drain());
  EXPECT_GT(rounds, 0);
  EXPECT_EQ(signal.ticket(), 200);
}

}  // namespace
}  // namespace kontor::platform::async
