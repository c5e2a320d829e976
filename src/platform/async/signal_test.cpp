#include "platform/async/signal.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "platform/async/scope.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::async {
namespace {

using testing::VirtualLoop;
using namespace std::chrono_literals;

Task<void> note_wait(Signal& signal, Deadline deadline, std::optional<bool>& out) {
  auto ticket = signal.ticket();
  out = co_await signal.wait(ticket, deadline);
}

TEST(Signal, a_notification_wakes_everybody_who_waits) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  Signal signal(loop.executor(), loop.clock());
  std::optional<bool> first;
  std::optional<bool> second;
  auto main = [&]() -> Task<void> {
    scope.spawn(note_wait(signal, Deadline::never(), first));
    scope.spawn(note_wait(signal, Deadline::never(), second));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    signal.notify();
    co_await scope.drain();
  };
  loop.run(main());
  EXPECT_EQ(first, true);
  EXPECT_EQ(second, true);
}

TEST(Signal, nothing_is_missed_between_taking_a_ticket_and_waiting) {
  VirtualLoop loop;
  Signal signal(loop.executor(), loop.clock());
  auto ticket = signal.ticket();
  signal.notify();
  EXPECT_TRUE(loop.run(signal.wait(ticket, Deadline::never())));
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start());
}

TEST(Signal, a_wait_ends_with_false_at_its_deadline) {
  VirtualLoop loop;
  Signal signal(loop.executor(), loop.clock());
  EXPECT_FALSE(loop.run(signal.wait(signal.ticket(), Deadline::after(loop.clock(), 30s))));
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 30s);
}

TEST(Signal, a_wait_ends_with_false_when_the_scope_closes) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  Signal signal(loop.executor(), loop.clock());
  std::optional<bool> seen;
  auto main = [&]() -> Task<void> {
    scope.spawn(note_wait(signal, Deadline::never(), seen));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    co_await scope.close();
  };
  loop.run(main());
  EXPECT_EQ(seen, false);
}

Task<void> hold(Mutex& mutex, Clock& clock, std::string name, std::vector<std::string>& notes) {
  auto guard = co_await mutex.lock();
  notes.push_back(name + " in");
  co_await clock.wait_until(clock.now() + 1s);
  notes.push_back(name + " out");
}

TEST(Mutex, holders_follow_one_another_in_order_of_arrival) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  Mutex mutex(loop.executor());
  std::vector<std::string> notes;
  for (auto name : {"a", "b", "c"}) scope.spawn(hold(mutex, loop.clock(), name, notes));
  loop.run(scope.drain());
  EXPECT_EQ(notes, (std::vector<std::string>{"a in", "a out", "b in", "b out", "c in", "c out"}));
  EXPECT_TRUE(mutex.idle());
}

TEST(Mutex, a_wait_with_a_deadline_gives_up_and_leaves_the_queue) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  Mutex mutex(loop.executor());
  std::vector<std::string> notes;
  std::optional<ErrorCode> refused;
  auto impatient = [](Mutex& lock, Clock& clock, std::optional<ErrorCode>& out) -> Task<void> {
    auto deadline = Deadline::after(clock, 500ms);
    auto guard = co_await lock.lock(clock, deadline);
    if (!guard) out = guard.error().code;
  };
  scope.spawn(hold(mutex, loop.clock(), "a", notes));
  scope.spawn(impatient(mutex, loop.clock(), refused));
  scope.spawn(hold(mutex, loop.clock(), "b", notes));
  loop.run(scope.drain());
  EXPECT_EQ(refused, ErrorCode::timeout);
  EXPECT_EQ(notes, (std::vector<std::string>{"a in", "a out", "b in", "b out"}));
  EXPECT_TRUE(mutex.idle());
}

TEST(Mutex, a_cancelled_wait_with_a_deadline_leaves_the_queue) {
  VirtualLoop loop;
  Scope scope(loop.executor());
  Mutex mutex(loop.executor());
  std::optional<ErrorCode> refused;
  auto waiting = [](Mutex& lock, Clock& clock, std::optional<ErrorCode>& out) -> Task<void> {
    auto deadline = Deadline::after(clock, 24h);
    auto guard = co_await lock.lock(clock, deadline);
    if (!guard) out = guard.error().code;
  };
  auto main = [&]() -> Task<void> {
    auto guard = co_await mutex.lock();
    scope.spawn(waiting(mutex, loop.clock(), refused));
    co_await loop.clock().wait_until(loop.clock().now() + 1s);
    co_await scope.close();
    guard = {};
    EXPECT_TRUE(mutex.idle());
  };
  loop.run(main());
  EXPECT_EQ(refused, ErrorCode::cancelled);
}

}  // namespace
}  // namespace kontor::platform::async
