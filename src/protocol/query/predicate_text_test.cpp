#include "protocol/query/predicate_text.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::protocol::query;

namespace {

Predicate parsed(std::string_view text) {
  auto predicate = read_predicate(text);
  EXPECT_TRUE(predicate) << text << ": " << (predicate ? "" : predicate.error().detail);
  return predicate.value_or(Predicate{});
}

std::string refusal(std::string_view text) {
  auto predicate = read_predicate(text);
  return predicate ? "read" : predicate.error().detail;
}

const auto a = where("a", std::int64_t{1});
const auto b = where("b", std::int64_t{2});
const auto c = where("c", std::int64_t{3});

}  // namespace

TEST(PredicateText, every_operator_is_read) {
  EXPECT_EQ(parsed("x='v'"), where("x", "v"));
  EXPECT_EQ(parsed("x != 'v'"), where("x", Operator::not_equal, {"v"}));
  EXPECT_EQ(parsed("x >= -1.5"), where("x", Operator::greater_or_equal, {-1.5}));
  EXPECT_EQ(parsed("x < 10"), where("x", Operator::less, {std::int64_t{10}}));
  EXPECT_EQ(parsed("x like '%v_'"), where("x", Operator::like, {"%v_"}));
  EXPECT_EQ(parsed("x NOT   LIKE 'v'"), where("x", Operator::not_like, {"v"}));
  EXPECT_EQ(parsed("x CONTAINS 'v'"), where("x", Operator::contains, {"v"}));
  EXPECT_EQ(parsed("x STARTS_WITH 'v'"), where("x", Operator::starts_with, {"v"}));
  EXPECT_EQ(parsed("x ends_with 'v'"), where("x", Operator::ends_with, {"v"}));
  EXPECT_EQ(parsed("x IN ('v', 2, true)"), where("x", Operator::in, {"v", std::int64_t{2}, true}));
  EXPECT_EQ(parsed("x not in ('v')"), where("x", Operator::not_in, {"v"}));
  EXPECT_EQ(parsed("x IS NULL"), where("x", Operator::is_null, {}));
  EXPECT_EQ(parsed("x is not null"), where("x", Operator::is_not_null, {}));
  EXPECT_TRUE(parsed("TRUE").always());
  EXPECT_TRUE(parsed("true").always());
  EXPECT_EQ(parsed("active = false"), where("active", Operator::equal, {false}));
}

TEST(PredicateText, and_binds_stronger_than_or_and_parentheses_nest) {
  EXPECT_EQ(parsed("a = 1 AND b = 2 OR c = 3"), any_of({all_of({a, b}), c}));
  EXPECT_EQ(parsed("a = 1 OR b = 2 AND c = 3"), any_of({a, all_of({b, c})}));
  EXPECT_EQ(parsed("(a = 1 OR b = 2) AND c = 3"), all_of({any_of({a, b}), c}));
  EXPECT_EQ(parsed("((a = 1))"), a);
  EXPECT_EQ(parsed("(a = 1 AND (b = 2 OR c = 3))"), all_of({a, any_of({b, c})}));
}

TEST(PredicateText, not_turns_each_comparison_around) {
  EXPECT_EQ(parsed("NOT a = 1"), where("a", Operator::not_equal, {std::int64_t{1}}));
  EXPECT_EQ(parsed("NOT (a = 1 AND x IS NULL)"), any_of({where("a", Operator::not_equal, {std::int64_t{1}}),
                                                         where("x", Operator::is_not_null, {})}));
  EXPECT_EQ(parsed("NOT NOT a = 1"), a);
  EXPECT_NE(refusal("NOT x CONTAINS 'v'"), "read");
}

TEST(PredicateText, a_comparison_with_null_never_holds) {
  EXPECT_EQ(parsed("x = NULL"), any_of({}));
  EXPECT_EQ(parsed("x != null"), any_of({}));
}

TEST(PredicateText, quotes_in_texts_and_names_with_dots_are_read) {
  EXPECT_EQ(parsed("x = 'it''s'"), where("x", "it's"));
  EXPECT_EQ(parsed(R"(x = 'it\'s')"), where("x", "it's"));
  EXPECT_EQ(parsed(R"(properties."cfm.vpa.state".id = 'v')"), where("properties.'cfm.vpa.state'.id", "v"));
  EXPECT_EQ(parsed("participantRoles.3f2b-77aa contains 'v'"),
            where("participantRoles.3f2b-77aa", Operator::contains, {"v"}));
  EXPECT_EQ(parsed("vpas.type='v'"), where("vpas.type", "v"));
}

TEST(PredicateText, an_error_names_the_column_and_what_was_expected) {
  EXPECT_EQ(refusal("a = "),
            "parse error: line 1:5 expected a text in single quotes, a number, true, false or null");
  EXPECT_EQ(refusal("a = 1 b = 2"), "parse error: line 1:7 expected AND, OR or the end");
  EXPECT_EQ(refusal("(a = 1"), "parse error: line 1:7 expected )");
  EXPECT_EQ(refusal("a = 'x"), "parse error: line 1:5 a quote is not closed");
  EXPECT_EQ(refusal(""), "parse error: line 1:1 expected a predicate; TRUE matches everything");
  EXPECT_EQ(refusal("a ; b"), "parse error: line 1:3 this character has no meaning here");
  EXPECT_EQ(refusal("a"),
            "parse error: line 1:2 expected = != < <= > >= [NOT] LIKE, CONTAINS, STARTS_WITH, ENDS_WITH, "
            "[NOT] IN or IS");
}

TEST(PredicateText, depth_and_number_of_comparisons_are_bounded) {
  EXPECT_NE(refusal(std::string(100, '(') + "a = 1" + std::string(100, ')')), "read");
  std::string many = "a = 1";
  for (int i = 0; i < 200; ++i) many += " AND a = 1";
  EXPECT_NE(refusal(many), "read");
  EXPECT_NE(refusal(std::string(70000, ' ')), "read");
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  EXPECT_NE(refusal(nots + "a = 1"), "read");
}
