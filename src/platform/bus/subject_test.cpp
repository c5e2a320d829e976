#include "platform/bus/subject.hpp"

#include <gtest/gtest.h>

namespace kontor::platform::bus::test {

TEST(Subject, wildcards_stand_for_one_word_or_for_all_that_follow) {
  EXPECT_TRUE(matches("event.created", "event.created"));
  EXPECT_TRUE(matches("event.*", "event.created"));
  EXPECT_TRUE(matches("event.>", "event.asset.created"));
  EXPECT_TRUE(matches(">", "event"));
  EXPECT_FALSE(matches("event.*", "event.asset.created"));
  EXPECT_FALSE(matches("event.>", "event"));
  EXPECT_FALSE(matches("event", "event.created"));
  EXPECT_FALSE(matches("*.deleted", "event.created"));
}

TEST(Subject, filters_overlap_when_some_subject_matches_both) {
  EXPECT_TRUE(overlap("event.*", "*.created"));
  EXPECT_TRUE(overlap("event.>", "event.a.b"));
  EXPECT_FALSE(overlap("event.a", "event.b"));
  EXPECT_FALSE(overlap("event.*", "event.*.now"));
}

TEST(Subject, only_well_formed_names_are_accepted) {
  EXPECT_TRUE(is_subject("event.key-generation"));
  for (const auto* text : {"", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", "a\n"})
    EXPECT_FALSE(is_subject(text)) << text;
  EXPECT_TRUE(is_filter("a.*.>"));
  EXPECT_FALSE(is_filter("a.>.b"));
  EXPECT_FALSE(is_filter("a.b*"));
  EXPECT_TRUE(is_name("cfm-stream_1/a=b.c"));
  for (const auto* text : {"", ".a", "a.", "a:b", "a b", "a*"}) EXPECT_FALSE(is_name(text)) << text;
}

}  // namespace kontor::platform::bus::test
