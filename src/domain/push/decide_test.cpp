#include "domain/push/decide.hpp"

#include <gtest/gtest.h>

namespace kontor::domain::push {
namespace {

using std::chrono::seconds;

const Instant noon{std::chrono::hours(12)};

Push ordered() {
  return decide(nullptr, Ordered{EntityId("1"), "e1", seconds(10)}, noon)->next;
}

Push after(const Push& push, const Event& event, Instant now = noon) {
  auto decision = decide(&push, event, now);
  EXPECT_TRUE(decision) << decision.error().message();
  return decision ? decision->next : push;
}

SentPart part(std::string name) {
  return {.name = std::move(name), .bytes = 10, .sha256 = "ab"};
}

}  // namespace

TEST(Push, an_order_begins_a_round_and_the_same_order_none) {
  const auto push = ordered();
  EXPECT_EQ(push.state, State::sending);
  EXPECT_EQ(push.round, 1u);
  const auto again = decide(&push, Ordered{EntityId("1"), "e1", seconds(10)}, noon).value();
  EXPECT_EQ(again.next, push);
  EXPECT_TRUE(again.effects.empty());
  const auto on = decide(&push, Ordered{EntityId("1"), "e2", seconds(10)}, noon).value();
  EXPECT_EQ(on.next.round, 2u);
  EXPECT_EQ(on.effects, (std::vector<Effect>{Send{EntityId("1"), 2}}));
}

TEST(Push, what_is_acknowledged_stays_so_over_rounds) {
  auto push = after(ordered(), Acknowledged{1, part("b"), {}});
  EXPECT_TRUE(is_acknowledged(push, "b"));
  EXPECT_FALSE(is_acknowledged(push, "a"));
  push = after(push, Acknowledged{1, part("a"), "b"});
  EXPECT_TRUE(push.beyond.empty());
  push = after(push, Ordered{EntityId("1"), "e2", seconds(10)});
  EXPECT_TRUE(is_acknowledged(push, "a"));
  EXPECT_TRUE(is_acknowledged(push, "b"));
  EXPECT_FALSE(is_acknowledged(push, "c"));
  EXPECT_EQ(push.parts, 2u);
  EXPECT_EQ(push.bytes, 20u);
}

TEST(Push, a_part_without_a_name_is_one_like_others) {
  EXPECT_FALSE(is_acknowledged(ordered(), ""));
  EXPECT_TRUE(is_acknowledged(after(ordered(), Acknowledged{1, part(""), ""}), ""));
}

TEST(Push, a_part_counts_once) {
  const auto push = after(ordered(), Acknowledged{1, part("a"), "a"});
  EXPECT_EQ(after(push, Acknowledged{1, part("a"), "a"}), push);
}

TEST(Push, a_sender_that_says_nothing_is_replaced_and_not_heard_any_more) {
  const auto push = ordered();
  EXPECT_EQ(Machine::due_at(push), noon + seconds(10));
  EXPECT_EQ(after(push, Quiet{}, noon + seconds(9)), push);
  const auto heard = after(push, Alive{1}, noon + seconds(9));
  EXPECT_EQ(Machine::due_at(heard), noon + seconds(19));
  const auto taken = decide(&push, Quiet{}, noon + seconds(10)).value();
  EXPECT_EQ(taken.effects, (std::vector<Effect>{Send{EntityId("1"), 2}}));
  for (const Event& late :
       {Event(Alive{1}), Event(Acknowledged{1, part("a"), {}}), Event(Rested{1}), Event(Broken{1, "x"})}) {
    EXPECT_EQ(decide(&taken.next, late, noon).error().code, ErrorCode::conflict);
  }
}

TEST(Push, one_that_rests_or_has_failed_is_not_due_and_goes_on_by_an_order) {
  for (const Event& end : {Event(Rested{1}), Event(Broken{1, "no route"})}) {
    const auto push = after(ordered(), end);
    EXPECT_FALSE(Machine::due_at(push));
    EXPECT_TRUE(Machine::ended(push));
    const auto on = after(push, Ordered{EntityId("1"), "e2", seconds(10)});
    EXPECT_EQ(on.state, State::sending);
    EXPECT_EQ(on.last_error, "");
  }
}

TEST(Push, what_is_stored_is_read_back) {
  auto push = after(ordered(), Acknowledged{1, part("b"), "a"});
  push = after(push, Acknowledged{1, part("d"), {}});
  EXPECT_EQ(Machine::decode(Machine::encode(push), 1).value(), push);
  push = after(push, Broken{1, "no route"});
  EXPECT_EQ(Machine::decode(Machine::encode(push), 1).value(), push);
  const Effect send = Send{EntityId("1"), 2};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(send)).value(), send);
}

TEST(Push, each_part_is_told_with_its_digest) {
  const auto push = after(ordered(), Acknowledged{1, part("b"), {}});
  EXPECT_EQ(Machine::event_body(push, "data.push.part.acknowledged"),
            R"({"name":"b","bytes":10,"sha256":"ab"})");
  EXPECT_EQ(Machine::event_body(push, "data.push.rested"), "{}");
}

}  // namespace kontor::domain::push
