#include "app/conformance/conformance.hpp"

#include <gtest/gtest.h>

#include "app/conformance/cases.hpp"

using namespace kontor::app::conformance;

TEST(Conformance, every_case_has_steps_and_an_unknown_one_has_none) {
  EXPECT_EQ(kit_ids().size(), 28u);
  for (const auto& id : all_ids()) EXPECT_FALSE(steps_of(id).empty()) << id;
  EXPECT_TRUE(steps_of("DP_C_PULL:09-01").empty());
}

TEST(Conformance, what_needs_more_of_the_plane_is_skipped_with_what_to_say) {
  Options options{.url = "http://127.0.0.1:1", .profiles = {"Csv-PULL"}, .side = "provider"};
  EXPECT_EQ(reason_to_skip("DP_P_PULL:01-01", options), "");
  EXPECT_EQ(reason_to_skip("RULE_PULL:ended", options), "");
  EXPECT_TRUE(reason_to_skip("DP_C_PULL:01-01", options).contains("--side"));
  EXPECT_TRUE(reason_to_skip("DP_P_PUSH:01-01", options).contains("-push"));
  EXPECT_TRUE(reason_to_skip("DP_P_HTTP_PULL:01-01", options).contains("http-pull"));
  EXPECT_TRUE(reason_to_skip("DP_P_PULL:04-01", options).contains("--late-agreement"));
  options.late_agreement = "async";
  EXPECT_EQ(reason_to_skip("DP_P_PULL:04-01", options), "");
}

TEST(Conformance, a_profile_without_a_direction_is_refused) {
  EXPECT_EQ(check_data_plane({.url = "http://127.0.0.1:1", .profiles = {"Csv"}}), 2);
  EXPECT_EQ(check_data_plane({.url = "http://127.0.0.1:1", .profiles = {}}), 2);
}

TEST(Conformance, what_is_no_address_is_refused) {
  EXPECT_EQ(check_data_plane({.url = "plane", .profiles = {"Csv-PULL"}}), 2);
}

TEST(Conformance, a_plane_that_does_not_answer_fails) {
  EXPECT_EQ(check_data_plane({.url = "http://127.0.0.1:1", .profiles = {"Csv-PULL"}, .side = "provider"}), 1);
}
