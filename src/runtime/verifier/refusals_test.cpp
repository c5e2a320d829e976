#include "runtime/verifier/refusals.hpp"

#include <gtest/gtest.h>

#include "testing/async/run.hpp"

namespace kontor::runtime::verifier {
namespace {

using namespace std::chrono_literals;
using kontor::testing::VirtualLoop;

struct RefusalsTest : ::testing::Test {
  int count(int times, const Refusals::Asker& asker) {
    int remembered = 0;
    for (int i = 0; i < times; ++i) remembered += refusals.count(asker) ? 1 : 0;
    return remembered;
  }
  bool may(const Refusals::Asker& asker) {
    const auto checked = refusals.check(asker);
    if (!checked) EXPECT_EQ(checked.error().code, ErrorCode::too_many_requests);
    return checked.has_value();
  }
  static Refusals::Asker number(int i) {
    return {ContextId("acme"), Did("did:web:stranger-" + std::to_string(i)), "192.0.2.66"};
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  Refusals refusals{loop.clock(), {.per_peer = 60, .per_context = 600, .in_all = 1000}};
  Refusals::Asker stranger{ContextId("acme"), Did("did:web:stranger"), "192.0.2.66"};
  Refusals::Asker globex{ContextId("acme"), Did("did:web:globex"), "192.0.2.66"};
};

}  // namespace

TEST_F(RefusalsTest, who_sends_what_comes_to_nothing_is_held_up_for_the_rest_of_the_minute) {
  count(59, stranger);
  EXPECT_TRUE(may(stranger));
  loop.clock().advance(20s);
  count(1, stranger);
  EXPECT_FALSE(may(stranger));
  loop.clock().advance(40s - 1ms);
  EXPECT_FALSE(may(stranger));
  loop.clock().advance(1ms);
  EXPECT_TRUE(may(stranger));
  count(59, stranger);
  EXPECT_TRUE(may(stranger)) << "another minute";
}

TEST_F(RefusalsTest, nobody_is_held_up_by_what_others_send_nor_where_it_is_not_known) {
  count(1000, stranger);
  EXPECT_FALSE(may(stranger));
  EXPECT_TRUE(may(globex));
  EXPECT_TRUE(may({stranger.context, stranger.peer, "192.0.2.1"}))
      << "who takes its name elsewhere learns nothing";
  EXPECT_TRUE(may({ContextId("globex"), stranger.peer, stranger.address}));
}

TEST_F(RefusalsTest,
       beyond_the_bounds_of_a_participant_and_of_all_nothing_is_remembered_and_nobody_new_held_up) {
  int remembered = 0;
  for (int i = 0; i < 5'000; ++i) remembered += count(1, number(i));
  EXPECT_EQ(remembered, 600);
  EXPECT_TRUE(may(number(1)));
  EXPECT_TRUE(may(globex));
  EXPECT_EQ(count(1, globex), 0);
  loop.clock().advance(1min);
  EXPECT_EQ(count(1, globex), 1);
  remembered = 1;
  for (int i = 0; i < 5'000; ++i) {
    auto asker = number(i);
    asker.context = ContextId("context-" + std::to_string(i % 10));
    remembered += count(1, asker);
  }
  EXPECT_EQ(remembered, 1000);
}

TEST_F(RefusalsTest, strangers_fill_nothing) {
  count(100, globex);
  EXPECT_FALSE(may(globex));
  for (int i = 0; i < 20'000; ++i) count(1, number(i));
  EXPECT_TRUE(may(globex)) << "the oldest are forgotten";
}

}  // namespace kontor::runtime::verifier
