#include "runtime/dsp_endpoint/peer_health.hpp"

#include <gtest/gtest.h>

namespace kontor::runtime::dsp_endpoint {
namespace {

using namespace std::chrono_literals;

class PeerHealthTest : public ::testing::Test {
 protected:
  bool may(const PeerAddress& peer) { return health.admit(peer, now).has_value(); }
  void fail_until_it_rests() {
    for (int i = 0; i < 3; ++i) health.failed(globex, "timeout", now);
  }

  PeerHealth health{{.failures_max = 3, .pause_min = 1s, .pause_max = 10s, .kept_max = 4}};
  PeerAddress globex{Did("did:web:globex"), "globex.example"};
  PeerAddress acme{Did("did:web:acme"), "acme.example"};
  Instant now{Instant::duration(1'000'000'000)};
};

}  // namespace

TEST_F(PeerHealthTest, who_fails_several_times_in_a_row_is_left_alone_and_nobody_else) {
  EXPECT_FALSE(health.failed(globex, "timeout", now));
  EXPECT_FALSE(health.failed(globex, "timeout", now));
  EXPECT_TRUE(may(globex));
  EXPECT_TRUE(health.failed(globex, "connection refused", now));
  const auto refused = health.admit(globex, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::peer_unavailable);
  EXPECT_TRUE(refused.error().message().contains("connection refused")) << refused.error().message();
  EXPECT_TRUE(may(acme));
}

TEST_F(PeerHealthTest, an_answer_between_failures_starts_the_count_anew) {
  for (int i = 0; i < 5; ++i) {
    health.failed(globex, "timeout", now);
    health.failed(globex, "timeout", now);
    EXPECT_FALSE(health.answered(globex));
    EXPECT_TRUE(may(globex));
  }
}

TEST_F(PeerHealthTest, after_the_pause_one_tries_and_its_success_opens_for_all) {
  fail_until_it_rests();
  now += 1s;
  EXPECT_TRUE(may(globex));
  EXPECT_FALSE(may(globex)) << "one is enough to know";
  EXPECT_TRUE(health.answered(globex));
  EXPECT_TRUE(may(globex));
  EXPECT_TRUE(may(globex));
  EXPECT_EQ(health.resting_count(), 0u);
}

TEST_F(PeerHealthTest, each_try_in_vain_doubles_the_pause_up_to_its_bound) {
  fail_until_it_rests();
  for (const auto pause : {1s, 2s, 4s, 8s, 10s, 10s}) {
    now += pause - 1ms;
    EXPECT_FALSE(may(globex)) << pause.count();
    now += 1ms;
    EXPECT_TRUE(may(globex)) << pause.count();
    EXPECT_FALSE(health.failed(globex, "timeout", now));
  }
}

TEST_F(PeerHealthTest, what_was_on_its_way_together_counts_once) {
  for (int i = 0; i < 16; ++i) health.failed(globex, "timeout", now);
  now += 1s;
  EXPECT_TRUE(may(globex));
}

TEST_F(PeerHealthTest, a_try_that_is_cancelled_leaves_the_next_one_to_try) {
  fail_until_it_rests();
  now += 1s;
  EXPECT_TRUE(may(globex));
  health.cancelled(globex);
  EXPECT_TRUE(may(globex));
}

TEST_F(PeerHealthTest, a_name_with_the_address_of_another_says_nothing_about_that_one) {
  const PeerAddress invented{acme.did, "elsewhere.example"};
  for (int i = 0; i < 3; ++i) health.failed(invented, "timeout", now);
  EXPECT_FALSE(may(invented));
  EXPECT_TRUE(may(acme));
}

TEST_F(PeerHealthTest, who_rests_is_listed_with_the_reason_and_what_is_kept_is_bounded) {
  fail_until_it_rests();
  const auto resting = health.resting();
  ASSERT_EQ(resting.size(), 1u);
  EXPECT_EQ(resting[0].peer, globex);
  EXPECT_EQ(resting[0].reason, "timeout");
  EXPECT_EQ(resting[0].until, now + 1s);
  for (int i = 0; i < 100; ++i) {
    const PeerAddress other{Did("did:web:" + std::to_string(i)), "x"};
    for (int each = 0; each < 3; ++each) health.failed(other, "timeout", now);
  }
  EXPECT_EQ(health.resting().size(), 4u);
}

TEST_F(PeerHealthTest, of_more_than_are_kept_those_are_forgotten_that_cost_least) {
  const auto named = [](const char* name) { return PeerAddress{Did("did:web:x"), name}; };
  const auto fail_often = [&](const char* name, int times) {
    for (int i = 0; i < times; ++i) health.failed(named(name), "timeout", now);
  };
  fail_often("a-long", 3);
  now += 1s;
  EXPECT_TRUE(may(named("a-long")));
  health.failed(named("a-long"), "timeout", now);  // rests for twice as long
  fail_often("b-short", 3);
  fail_often("c-once", 1);
  fail_often("d-short", 3);
  fail_often("e-new", 1);
  EXPECT_FALSE(may(named("b-short"))) << "who does not rest is forgotten first";
  fail_often("c-once", 2);
  EXPECT_TRUE(may(named("c-once"))) << "its first failure was forgotten";
  EXPECT_FALSE(may(named("a-long"))) << "the first by name rests longest";
  EXPECT_EQ(health.resting_count(), 3u);
  fail_often("e-new", 3);
  fail_often("f-new", 1);
  EXPECT_FALSE(may(named("a-long")));
  EXPECT_EQ(health.resting_count(), 3u) << "f-new took the place of c-once";
  fail_often("f-new", 2);
  fail_often("g-new", 1);
  EXPECT_TRUE(may(named("b-short"))) << "of those that rest, whose pause ends first";
  EXPECT_FALSE(may(named("a-long")));
}

}  // namespace kontor::runtime::dsp_endpoint
