#include "platform/async/scope.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::async {
namespace {

using testing::VirtualLoop;
using namespace std::chrono_literals;

Task<void> wait_and_note(Clock& clock, Duration duration, std::string name, std::vector<std::string>& notes) {
  auto waited = co_await clock.wait_until(clock.now() + duration);
  notes.push_back(name + (waited ? " waited" : " " + std::string(waited.error().row().name)));
}

TEST(Scope, a_spawned_task_starts_after_the_call_that_spawns_it) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::vector<std::string> notes;
  auto note = [](std::vector<std::string>& out) -> Task<void> {
    out.push_back("task");
    co_return;
  };
  auto main = [&]() -> Task<void> {
    scope.spawn(note(notes));
    notes.push_back("spawned");
    co_await scope.drain();
  };
  loop.run(main());
  EXPECT_EQ(notes, (std::vector<std::string>{"spawned", "task"}));
  EXPECT_EQ(scope.running(), 0);
}

TEST(Scope, closing_cancels_what_waits_and_returns_when_all_have_ended) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::vector<std::string> notes;
  auto main = [&]() -> Task<void> {
    scope.spawn(wait_and_note(loop.clock(), 1s, "short", notes));
    scope.spawn(wait_and_note(loop.clock(), 24h, "long", notes));
    co_await loop.clock().wait_until(loop.clock().now() + 2s);
    co_await scope.close();
    notes.push_back("closed");
  };
  loop.run(main());
  EXPECT_EQ(notes, (std::vector<std::string>{"short waited", "long cancelled", "closed"}));
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 2s);
}

TEST(Scope, a_cancelled_task_that_waits_again_does_not_wait) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  int waits = 0;
  auto stubborn = [](Clock& clock, int& count) -> Task<void> {
    for (; count < 3; ++count) co_await clock.wait_until(clock.now() + 24h);
  };
  auto main = [&]() -> Task<void> {
    scope.spawn(stubborn(loop.clock(), waits));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    co_await scope.close();
  };
  loop.run(main());
  EXPECT_EQ(waits, 3);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 1s);
}

TEST(Scope, a_task_that_is_cancelled_before_its_first_step_never_runs) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::vector<std::string> notes;
  auto main = [&]() -> Task<void> {
    scope.spawn(wait_and_note(loop.clock(), 0s, "never", notes));
    co_await scope.close();
  };
  loop.run(main());
  EXPECT_TRUE(notes.empty());
}

TEST(Scope, nothing_is_spawned_into_a_closing_scope) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::vector<std::string> notes;
  auto main = [&]() -> Task<void> {
    co_await scope.close();
    scope.spawn(wait_and_note(loop.clock(), 0s, "never", notes));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
  };
  loop.run(main());
  EXPECT_TRUE(scope.closing());
  EXPECT_TRUE(notes.empty());
}

TEST(Scope, draining_lets_tasks_end_by_themselves) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::vector<std::string> notes;
  scope.spawn(wait_and_note(loop.clock(), 10s, "task", notes));
  loop.run(scope.drain());
  EXPECT_EQ(notes, std::vector<std::string>{"task waited"});
}

TEST(Scope, closing_waits_even_when_the_closer_is_cancelled) {
  VirtualLoop loop;
  Scope outer(loop.executor());
  Scope inner(loop.executor());
  Mutex mutex(loop.executor());
  std::vector<std::string> notes;
  auto slow = [](Mutex& lock, std::vector<std::string>& out) -> Task<void> {
    auto guard = co_await lock.lock();
    out.push_back("inner ended");
  };
  auto closer = [](Scope& scope, std::vector<std::string>& out) -> Task<void> {
    co_await scope.close();
    out.push_back("inner closed");
  };
  auto main = [&]() -> Task<void> {
    auto guard = co_await mutex.lock();
    inner.spawn(slow(mutex, notes));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    outer.spawn(closer(inner, notes));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    auto release_later = [](Clock& clock, Mutex::Guard held) -> Task<void> {
      co_await clock.wait_until(clock.now() + 5s);
      held = {};
    };
    Scope third(loop.executor());
    third.spawn(release_later(loop.clock(), std::move(guard)));
    co_await outer.close();
    co_await third.drain();
  };
  loop.run(main());
  EXPECT_EQ(notes, (std::vector<std::string>{"inner ended", "inner closed"}));
}

TEST(Scope, a_running_task_sees_that_it_is_cancelled) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::vector<bool> seen;
  auto look = [](Clock& clock, std::vector<bool>& out) -> Task<void> {
    out.push_back(co_await cancelled());
    co_await clock.wait_until(clock.now() + 24h);
    out.push_back(co_await cancelled());
  };
  auto main = [&]() -> Task<void> {
    scope.spawn(look(loop.clock(), seen));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    co_await scope.close();
  };
  loop.run(main());
  EXPECT_EQ(seen, (std::vector<bool>{false, true}));
}

TEST(ScopeDeathTest, a_task_that_throws_stops_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto defect = []() -> Task<void> {
    throw std::runtime_error("a defect");
    co_return;
  };
  EXPECT_DEATH(
      {
        VirtualLoop loop;
        Scope scope(loop.executor());
        scope.spawn(defect());
        loop.run(scope.drain());
      },
      "no task ends by an exception: a defect");
}

TEST(ScopeDeathTest, a_scope_that_is_destroyed_with_running_tasks_stops_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        VirtualLoop loop;
        Scope scope(loop.executor());
        std::vector<std::string> notes;
        scope.spawn(wait_and_note(loop.clock(), 1s, "task", notes));
      },
      "closed before it is destroyed");
}

}  // namespace
}  // namespace kontor::platform::async
