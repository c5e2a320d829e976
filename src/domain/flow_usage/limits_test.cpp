#include "domain/flow_usage/limits.hpp"

#include <gmock/gmock.h>

namespace kontor::domain::flow_usage {
namespace {

const Instant noon = Instant(std::chrono::hours(12));
using std::chrono::seconds;

Result<ContextLimits> limits_in(std::string_view text) {
  return json::decode<ContextLimits>(text);
}

}  // namespace

TEST(UsageLimits, a_second_of_a_rate_passes_at_once_and_the_rest_at_the_rate) {
  Instant paid{};
  paid = paid_until(paid, 1000, 1000, noon);
  EXPECT_LE(paid, noon);
  for (int i = 1; i <= 10; ++i) paid = paid_until(paid, 1000, 1000, noon);
  EXPECT_EQ(paid, noon + seconds(10));
  // Who pauses saves up no more than a second.
  EXPECT_EQ(paid_until(paid, 3000, 1000, noon + seconds(100)), noon + seconds(102));
}

TEST(UsageLimits, no_more_requests_begin_than_may_be_under_way) {
  const ContextLimits limits{.each_flow = {.requests_max = 2}, .all_flows = {.requests_max = 3}};
  EXPECT_TRUE(may_begin(limits, {.running = 1}, {.running = 2}));
  for (const auto& [flow, all] : {std::pair(2, 2), std::pair(1, 3)}) {
    const auto refused = may_begin(limits, {.running = static_cast<std::uint64_t>(flow)},
                                   {.running = static_cast<std::uint64_t>(all)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_many_requests);
  }
  EXPECT_TRUE(may_begin({}, {.running = 1000, .bytes = 1000}, {.running = 1000}));
}

TEST(UsageLimits, what_is_used_up_is_refused_and_ends_what_is_under_way) {
  const ContextLimits limits{.each_flow = {.bytes_max = 100}};
  EXPECT_TRUE(may_begin(limits, {.bytes = 99}, {}));
  EXPECT_TRUE(may_go_on(limits, {.bytes = 99}));
  EXPECT_FALSE(may_begin(limits, {.bytes = 100}, {}));
  EXPECT_THAT(may_go_on(limits, {.bytes = 100}).error().message(), ::testing::HasSubstr("100 bytes"));
}

TEST(UsageLimits, a_contexts_own_limits_go_before_those_of_everybody) {
  const ContextLimits own{.each_flow = {.bytes_max = 5}, .all_flows = {.requests_max = 7}};
  const ContextLimits everybody{.each_flow = {.bytes_per_second = 2000, .bytes_max = 6},
                                .all_flows = {.requests_max = 1}};
  EXPECT_EQ(in_force(own, everybody), (ContextLimits{.each_flow = {.bytes_per_second = 2000, .bytes_max = 5},
                                                     .all_flows = {.requests_max = 7}}));
}

TEST(UsageLimits, pieces_are_small_where_it_goes_slowly) {
  EXPECT_GT(piece_max({}), 1'000'000'000u);
  EXPECT_EQ(piece_max({.each_flow = {.bytes_per_second = 8000}, .all_flows = {.bytes_per_second = 4000}}),
            1000u);
}

TEST(UsageLimits, what_is_no_limit_is_refused_by_its_name) {
  EXPECT_EQ(limits_in(R"({"eachFlow":{"requestsMax":0}})").error().pointer, "/eachFlow/requestsMax");
  EXPECT_EQ(limits_in(R"({"eachFlow":{"bytesPerSecond":1023}})").error().pointer, "/eachFlow/bytesPerSecond");
  EXPECT_EQ(limits_in(R"({"allFlows":{"bytesMax":5}})").error().pointer, "/allFlows");
  const ContextLimits limits{.each_flow = {.bytes_per_second = 2000, .bytes_max = 6},
                             .all_flows = {.requests_max = 1}};
  EXPECT_EQ(limits_in(json::encode(limits)).value(), limits);
}

}  // namespace kontor::domain::flow_usage
