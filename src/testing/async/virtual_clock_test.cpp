#include "testing/async/virtual_clock.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random/ordered_uuid.hpp"
#include "platform/async/scope.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::testing {
namespace {

using namespace std::chrono_literals;

TEST(VirtualClock, time_moves_to_the_next_wait_that_is_due_when_nothing_can_run) {
  VirtualLoop loop;
  platform::async::Scope scope(loop.executor());
  std::vector<std::string> order;
  auto task = [](platform::async::Clock& clock, Duration duration, std::string name,
                 std::vector<std::string>& out) -> Task<void> {
    co_await clock.wait_until(clock.now() + duration);
    out.push_back(name);
  };
  scope.spawn(task(loop.clock(), 365 * 24h, "year", order));
  scope.spawn(task(loop.clock(), 1us, "microsecond", order));
  scope.spawn(task(loop.clock(), 1h, "hour", order));
  loop.run(scope.drain());
  EXPECT_EQ(order, (std::vector<std::string>{"microsecond", "hour", "year"}));
  EXPECT_EQ(loop.clock().now(), VirtualLoop::start() + 365 * 24h);
}

TEST(VirtualClock, alarms_of_one_moment_ring_in_the_order_in_which_they_were_set) {
  VirtualClock clock(VirtualLoop::start());
  std::string order;
  auto when = clock.now() + 5s;
  auto a = clock.alarm(when, [&] { order += 'a'; });
  auto b = clock.alarm(when, [&] { order += 'b'; });
  auto c = clock.alarm(when, [&] { order += 'c'; });
  b.reset();
  EXPECT_TRUE(clock.advance_to_next());
  EXPECT_EQ(order, "ac");
  EXPECT_FALSE(clock.advance_to_next());
}

TEST(VirtualClock, an_alarm_may_destroy_another_one_of_its_moment) {
  VirtualClock clock(VirtualLoop::start());
  std::unique_ptr<platform::async::Alarm> second;
  auto first = clock.alarm(clock.now(), [&] { second.reset(); });
  second = clock.alarm(clock.now(), [] { FAIL(); });
  EXPECT_TRUE(clock.advance_to_next());
}

TEST(VirtualClock, an_alarm_that_sets_itself_again_does_not_stop_time) {
  VirtualClock clock(VirtualLoop::start());
  int rings = 0;
  std::unique_ptr<platform::async::Alarm> alarm;
  std::function<void()> again = [&] {
    ++rings;
    alarm = clock.alarm(clock.now() + 1s, again);
  };
  alarm = clock.alarm(clock.now() + 1s, again);
  clock.advance(10s + 500ms);
  EXPECT_EQ(rings, 10);
  EXPECT_EQ(clock.now(), VirtualLoop::start() + 10s + 500ms);
}

TEST(VirtualClock, is_moved_by_hand_where_a_test_wants_it) {
  VirtualLoop loop(VirtualLoop::TimeMoves::by_hand);
  platform::async::Scope scope(loop.executor());
  bool woken = false;
  auto sleeper = [](platform::async::Clock& clock, bool& flag) -> Task<void> {
    co_await clock.wait_until(clock.now() + 1h);
    flag = true;
  };
  scope.spawn(sleeper(loop.clock(), woken));
  auto main = [&]() -> Task<void> {
    while (!loop.clock().next_due()) co_await loop.turn();
    loop.clock().advance(1h);
    co_await scope.drain();
  };
  loop.run(main());
  EXPECT_TRUE(woken);
}

TEST(VirtualClock, a_wait_by_hand_for_what_never_comes_ends) {
  VirtualLoop loop(VirtualLoop::TimeMoves::by_hand);
  EXPECT_FALSE(loop.eventually([] { return false; }, 1s, 10ms));
  EXPECT_GT(loop.clock().now(), VirtualLoop::start()) << "time went on at each turn";
  EXPECT_TRUE(loop.eventually([] { return true; }));
}

TEST(VirtualClockDeathTest, a_wait_that_nothing_ends_stops_the_test_instead_of_hanging) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        VirtualLoop loop;
        auto result = loop.run(loop.clock().wait_until(Instant::max()));
      },
      "something can still happen");
}

TEST(SeededRandom, the_same_seed_gives_the_same_bytes) {
  SeededRandom a(7);
  SeededRandom b(7);
  SeededRandom c(8);
  auto text = random_hex(a, 33);
  EXPECT_EQ(text, random_hex(b, 33));
  EXPECT_NE(text, random_hex(c, 33));
}

TEST(OrderedUuid, ids_made_later_sort_behind_those_made_before) {
  SeededRandom random(7);
  const auto at = [&](std::int64_t milliseconds) {
    return ordered_uuid(random, Instant(std::chrono::milliseconds(milliseconds)));
  };
  const auto first = at(1'763'769'600'000);
  EXPECT_EQ(first.substr(0, 15), "019aa8dc-4800-7");
  EXPECT_EQ(first.size(), 36u);
  EXPECT_TRUE(std::string_view("89ab").contains(first[19])) << first;
  EXPECT_LT(first, at(1'763'769'600'001));
  EXPECT_LT(at(1'763'769'647'103), at(1'763'769'647'104));
  EXPECT_NE(first, at(1'763'769'600'000)) << "nobody guesses it who knows when it was made";
}

TEST(TemporaryFolder, is_removed_with_everything_in_it) {
  std::filesystem::path path;
  {
    TemporaryFolder folder;
    path = folder.write("a/b.txt", "content");
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path.parent_path().parent_path()));
}

}  // namespace
}  // namespace kontor::testing
