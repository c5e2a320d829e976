#include "domain/plane_replica/decide.hpp"

#include <gmock/gmock.h>

namespace kontor::domain::plane_replica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Instant noon = Instant(std::chrono::hours(12));
const Instant later = noon + std::chrono::seconds(5);

}  // namespace

TEST(PlaneReplica, who_has_confirmed_is_not_waited_for_and_the_others_until_their_lease_lapses) {
  std::vector<Replica> all{{.id = "asker", .until = later},
                           {.id = "confirmed", .until = later, .confirmed = {"c1"}},
                           {.id = "silent", .until = noon, .confirmed = {"c2"}}};
  EXPECT_EQ(closed_by(all, "asker", "c1"), noon);
  all[2].confirmed.push_back("c1");
  EXPECT_EQ(closed_by(all, "asker", "c1"), Instant::min());
  EXPECT_EQ(closed_by(all, "confirmed", "c3"), later);
}

TEST(PlaneReplica, a_lease_that_is_kept_is_told_to_nobody) {
  const Replica replica{.id = "a", .until = noon, .closings = {{"c", ContextId("acme"), EntityId("f")}}};
  const auto joined = decide(nullptr, Renewed{replica}, noon).value();
  EXPECT_THAT(joined.happened, ElementsAre("plane.replica.joined"));
  auto next = replica;
  next.until = later;
  const auto kept = decide(&joined.next, Renewed{next}, noon).value();
  EXPECT_EQ(kept.next, next);
  EXPECT_THAT(kept.happened, IsEmpty());
  EXPECT_EQ(Machine::decode(Machine::encode(next), 1).value(), next);
}

TEST(PlaneReplica, one_that_has_left_or_says_nothing_for_long_is_removed) {
  const Replica replica{.id = "a", .until = noon};
  EXPECT_EQ(Machine::due_at(replica), noon + forgotten_after);
  EXPECT_TRUE(decide(&replica, Machine::due_event(replica), noon).value().removed);
  EXPECT_EQ(decide(nullptr, Left{}, noon).error().code, ErrorCode::not_found);
}

}  // namespace kontor::domain::plane_replica
