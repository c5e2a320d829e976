#include "base/regex/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace kontor;
using regex::Pattern;

TEST(Pattern, any_part_of_a_text_matches_and_the_whole_where_it_is_said) {
  EXPECT_TRUE(Pattern::compile("b+")->matches("abbc"));
  EXPECT_FALSE(Pattern::compile("^b+$")->matches("abbc"));
  EXPECT_TRUE(Pattern::compile("^.$")->matches("ä")) << "a character, not a byte";
}

TEST(Pattern, what_no_linear_time_would_do_for_is_refused) {
  const std::string too_long(Pattern::bytes_max + 1, 'a');
  for (const std::string& text : {std::string("(?=a)"), std::string("(a)\\1"), std::string("a{900}{900}"),
                                  std::string("("), too_long}) {
    const auto refused = Pattern::compile(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  }
}

TEST(Pattern, a_pattern_that_would_backtrack_without_end_ends) {
  const auto nested = Pattern::compile("^(a+)+$").value();
  EXPECT_FALSE(nested.matches(std::string(100'000, 'a') + "b"));
  EXPECT_GT(nested.size(), 0u);
}
