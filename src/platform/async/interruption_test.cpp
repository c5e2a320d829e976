#include "platform/async/interruption.hpp"

#include <gtest/gtest.h>

#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::async {
namespace {

using testing::VirtualLoop;
using namespace std::chrono_literals;

Task<Result<int>> answer_after(Clock& clock, Duration duration) {
  auto waited = co_await clock.wait_until(clock.now() + duration);
  if (!waited) co_return fail(waited.error(), "wait for the answer");
  co_return 42;
}

/// Succeeds also when it is cancelled.
Task<Result<int>> answer_anyway(Clock& clock) {
  [[maybe_unused]] auto waited = co_await clock.wait_until(clock.now() + 1h);
  co_return 42;
}

Task<void> keep(Interruption& interruption, Task<Result<int>> task, std::optional<Result<int>>& out) {
  auto result = co_await interruption.run(std::move(task));
  out.emplace(std::move(result));
}

Task<void> interrupt_after(Clock& clock, Duration duration, Interruption& interruption) {
  [[maybe_unused]] auto waited = co_await clock.wait_until(clock.now() + duration);
  interruption.interrupt();
}

}  // namespace

TEST(Interruption, what_is_not_interrupted_keeps_its_result_and_may_be_followed) {
  VirtualLoop loop;
  Interruption interruption;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(loop.run(interruption.run(answer_after(loop.clock(), 3s))).value(), 42);
  }
  auto failing = []() -> Task<Result<int>> { co_return fail(ErrorCode::not_found, "no answer"); };
  EXPECT_EQ(loop.run(interruption.run(failing())).error().code, ErrorCode::not_found);
}

TEST(Interruption, a_wait_ends_at_the_moment_at_which_it_is_over) {
  VirtualLoop loop;
  Interruption interruption;
  Scope scope(loop.executor());
  std::optional<Result<int>> result;
  scope.spawn(keep(interruption, answer_after(loop.clock(), 24h), result));
  scope.spawn(interrupt_after(loop.clock(), 5s, interruption));
  loop.run(scope.drain());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error().code, ErrorCode::cancelled);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 5s);
}

TEST(Interruption, what_has_to_happen_at_once_happens_once_unless_it_is_taken_back) {
  int acts = 0;
  const auto act = [&acts] { ++acts; };
  Interruption taken_back;
  taken_back.on_interrupt(act);
  taken_back.on_interrupt({});
  taken_back.interrupt();
  EXPECT_EQ(acts, 0);
  Interruption interruption;
  interruption.on_interrupt(act);
  EXPECT_EQ(acts, 0);
  interruption.interrupt();
  interruption.interrupt();
  EXPECT_EQ(acts, 1);
  interruption.on_interrupt(act);
  EXPECT_EQ(acts, 2) << "who comes later";
}

TEST(Interruption, what_succeeds_nevertheless_is_over_too) {
  VirtualLoop loop;
  Interruption interruption;
  Scope scope(loop.executor());
  std::optional<Result<int>> result;
  scope.spawn(keep(interruption, answer_anyway(loop.clock()), result));
  scope.spawn(interrupt_after(loop.clock(), 5s, interruption));
  loop.run(scope.drain());
  EXPECT_EQ(result->error().code, ErrorCode::cancelled);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 5s);
}

TEST(Interruption, what_begins_later_is_not_begun) {
  VirtualLoop loop;
  Interruption interruption;
  interruption.interrupt();
  interruption.interrupt();
  bool begun = false;
  auto begins = [](bool& out) -> Task<Result<int>> {
    out = true;
    co_return 42;
  };
  EXPECT_EQ(loop.run(interruption.run(begins(begun))).error().code, ErrorCode::cancelled);
  EXPECT_FALSE(begun);
}

TEST(Interruption, closing_the_scope_cancels_the_task_inside) {
  VirtualLoop loop;
  Interruption interruption;
  Scope scope(loop.executor());
  std::optional<Result<int>> result;
  scope.spawn(keep(interruption, answer_after(loop.clock(), 24h), result));
  loop.run(loop.turn());
  loop.run(scope.close());
  ASSERT_TRUE(result);
  EXPECT_FALSE(*result);
  EXPECT_FALSE(interruption.interrupted());
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start());
}

}  // namespace kontor::platform::async
