#include "domain/flow_usage/decide.hpp"

#include <gmock/gmock.h>

namespace kontor::domain::flow_usage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Instant noon = Instant(std::chrono::hours(12));

Report report(std::string writer, std::uint64_t number, Counters more) {
  return {.writer = std::move(writer),
          .number = number,
          .about = {DataFlowId("flow"), AgreementId("agreement"), DatasetId("dataset"), "did:web:them"},
          .more = more,
          .access = {},
          .refusal = {}};
}
Report access(std::string grant, std::uint64_t number) {
  auto made = report("w", number, {.requests = 1});
  made.access = Access{std::move(grant), "192.0.2.1"};
  return made;
}
Report refusal(std::uint64_t number) {
  auto made = report("w", number, {.refused = 2});
  made.refusal = "too many at once";
  return made;
}
FlowUsage after(std::vector<Event> events) {
  std::optional<FlowUsage> usage;
  for (const auto& event : events) usage = decide(usage ? &*usage : nullptr, event, noon).value().next;
  return *usage;
}

}  // namespace

TEST(FlowUsage, a_report_that_comes_again_counts_once_whoever_reported_meanwhile) {
  const Counters more{.requests = 1, .refused = 2, .sent_bytes = 30, .received_bytes = 4};
  const auto once = after({report("a", 1, more), report("b", 1, more), report("a", 2, more)});
  EXPECT_EQ(once.counters, (Counters{3, 6, 90, 12}));
  for (const auto& again : {report("a", 1, more), report("a", 2, more), report("b", 1, more)}) {
    EXPECT_EQ(decide(&once, again, noon + refusals_told_every).value().next, once);
  }
}

TEST(FlowUsage, counts_alone_are_told_to_nobody_once_it_is_known_that_something_moves) {
  const auto first = decide(nullptr, report("a", 1, {.requests = 1, .sent_bytes = 5}), noon).value();
  EXPECT_THAT(first.happened, IsEmpty());
  EXPECT_EQ(first.next.since, noon);
  EXPECT_THAT(decide(&first.next, report("a", 2, {.sent_bytes = 5}), noon).value().happened, IsEmpty());
}

TEST(FlowUsage, the_first_use_of_each_token_is_told_once) {
  const auto first = decide(nullptr, access("g1", 1), noon).value();
  EXPECT_THAT(first.happened, ElementsAre(access_begun));
  EXPECT_THAT(Machine::event_body(first.next, access_begun),
              AllOf(HasSubstr("192.0.2.1"), HasSubstr("did:web:them"), HasSubstr("\"g1\"")));
  EXPECT_THAT(decide(&first.next, access("g1", 2), noon).value().happened, IsEmpty());
  EXPECT_THAT(decide(&first.next, access("g2", 2), noon).value().happened, ElementsAre(access_begun));
}

TEST(FlowUsage, however_many_are_refused_they_are_told_once_a_minute) {
  const auto first = decide(nullptr, refusal(1), noon).value();
  EXPECT_THAT(first.happened, ElementsAre(access_refused));
  const auto next = decide(&first.next, refusal(2), noon + refusals_told_every - Duration(1)).value();
  EXPECT_THAT(next.happened, IsEmpty());
  const auto later = decide(&next.next, refusal(3), noon + refusals_told_every).value();
  EXPECT_THAT(later.happened, ElementsAre(access_refused));
  EXPECT_THAT(Machine::event_body(later.next, access_refused),
              AllOf(HasSubstr("\"refused\":6"), HasSubstr("too many at once")));
}

TEST(FlowUsage, the_totals_are_told_when_all_have_reported_after_the_end) {
  auto usage = after({report("a", 1, {.sent_bytes = 5})});
  EXPECT_FALSE(Machine::due_at(usage));
  const auto ended = decide(&usage, Ended{}, noon).value();
  EXPECT_THAT(ended.happened, IsEmpty());
  EXPECT_EQ(Machine::due_at(ended.next), noon + settled_after);
  EXPECT_FALSE(Machine::ended(ended.next));
  const auto late = decide(&ended.next, report("b", 1, {.sent_bytes = 6}), noon).value();
  const auto settled = decide(&late.next, Machine::due_event(late.next), noon + settled_after).value();
  EXPECT_THAT(settled.happened, ElementsAre(usage_settled));
  EXPECT_THAT(Machine::event_body(settled.next, usage_settled), HasSubstr("\"sentBytes\":11"));
  EXPECT_TRUE(Machine::ended(settled.next));
  EXPECT_FALSE(Machine::due_at(settled.next));
  EXPECT_THAT(decide(&settled.next, Ended{}, noon).value().next, settled.next);
  EXPECT_THAT(decide(&settled.next, Settle{}, noon).value().happened, IsEmpty());
}

TEST(FlowUsage, what_was_never_used_does_not_end) {
  EXPECT_EQ(decide(nullptr, Ended{}, noon).error().code, ErrorCode::not_found);
}

TEST(FlowUsage, nothing_in_it_grows_without_end) {
  FlowUsage usage = after({report("a", 1, {})});
  for (std::uint64_t i = 0; i < 100; ++i) {
    auto event = access("g" + std::to_string(i), 1);
    event.writer = "w" + std::to_string(i);
    usage = decide(&usage, event, noon).value().next;
  }
  EXPECT_EQ(usage.writers.size(), writers_max);
  EXPECT_EQ(usage.grants.size(), grants_max);
}

TEST(FlowUsage, what_is_stored_is_what_it_was) {
  auto usage = after({report("a", 1, {1, 2, 3, 4}), access("g", 1), refusal(2), Ended{}, Settle{}});
  EXPECT_EQ(Machine::decode(Machine::encode(usage), 1).value(), usage);
  const auto bare =
      after({Report{.writer = "a", .about = {.flow = DataFlowId("f")}, .more = {}, .refusal = {}}});
  EXPECT_EQ(Machine::decode(Machine::encode(bare), 1).value(), bare);
}

}  // namespace kontor::domain::flow_usage
