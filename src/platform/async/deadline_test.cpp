#include "platform/async/deadline.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

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

TEST(WithDeadline, a_task_in_time_keeps_its_result) {
  VirtualLoop loop;
  auto result = loop.run(
      with_deadline(loop.clock(), Deadline::after(loop.clock(), 5s), answer_after(loop.clock(), 3s)));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 42);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 3s);
}

TEST(WithDeadline, a_late_task_is_cancelled_and_the_result_is_timeout) {
  VirtualLoop loop;
  auto result = loop.run(
      with_deadline(loop.clock(), Deadline::after(loop.clock(), 5s), answer_after(loop.clock(), 24h)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::timeout);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 5s);
}

TEST(WithDeadline, a_task_that_fails_at_once_does_not_wait_for_the_deadline) {
  VirtualLoop loop;
  auto failing = []() -> Task<Result<int>> { co_return fail(ErrorCode::not_found, "no answer"); };
  auto result = loop.run(with_deadline(loop.clock(), Deadline::after(loop.clock(), 1h), failing()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start());
}

TEST(WithDeadline, a_task_that_throws_passes_its_exception_on_at_once) {
  VirtualLoop loop;
  auto throwing = []() -> Task<Result<int>> {
    throw std::runtime_error("a defect");
    co_return 0;
  };
  EXPECT_THROW(loop.run(with_deadline(loop.clock(), Deadline::after(loop.clock(), 1h), throwing())),
               std::runtime_error);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start());
}

TEST(WithDeadline, a_passed_deadline_starts_nothing) {
  VirtualLoop loop;
  bool started = false;
  auto task = [](bool& flag) -> Task<Result<void>> {
    flag = true;
    co_return Result<void>{};
  };
  auto result = loop.run(with_deadline(loop.clock(), Deadline{loop.clock().now()}, task(started)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::timeout);
  EXPECT_FALSE(started);
}

TEST(WithDeadline, closing_the_scope_cancels_the_task_inside) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  std::optional<Result<int>> seen;
  auto guarded = [](Clock& clock, std::optional<Result<int>>& out) -> Task<void> {
    auto deadline = Deadline::after(clock, 24h);
    out = co_await with_deadline(clock, deadline, answer_after(clock, 12h));
  };
  auto main = [&]() -> Task<void> {
    scope.spawn(guarded(loop.clock(), seen));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    co_await scope.close();
  };
  loop.run(main());
  ASSERT_TRUE(seen);
  ASSERT_FALSE(*seen);
  EXPECT_EQ(seen->error().code, ErrorCode::cancelled);
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 1s);
}

TEST(WithDeadline, the_nearer_of_two_nested_deadlines_wins) {
  VirtualLoop loop;
  auto& clock = loop.clock();
  auto inner = [](Clock& c) -> Task<Result<int>> {
    auto deadline = Deadline::after(c, 10s);
    auto result = co_await with_deadline(c, deadline, answer_after(c, 1h));
    co_return result;
  };
  auto outer = loop.run(with_deadline(clock, Deadline::after(clock, 2s), inner(clock)));
  ASSERT_FALSE(outer);
  EXPECT_EQ(outer.error().code, ErrorCode::timeout);
  EXPECT_EQ(clock.now(), VirtualLoop::start() + 2s);
}

TEST(WithDeadline, works_thousands_of_times_in_one_task) {
  VirtualLoop loop;
  auto many = [](Clock& clock) -> Task<int> {
    int timeouts = 0;
    for (int i = 0; i < 5'000; ++i) {
      auto deadline = Deadline::after(clock, 5ms);
      auto result = co_await with_deadline(clock, deadline, answer_after(clock, i % 2 == 0 ? 1ms : 9ms));
      if (!result) ++timeouts;
    }
    co_return timeouts;
  };
  EXPECT_EQ(loop.run(many(loop.clock())), 2'500);
}

}  // namespace
}  // namespace kontor::platform::async
