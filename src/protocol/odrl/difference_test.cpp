#include "protocol/odrl/difference.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::protocol::odrl;

namespace {

Policy policy(std::string_view rest) {
  auto decoded = json::decode<Policy>("{" + std::string(rest) + "}");
  EXPECT_TRUE(decoded) << rest;
  return decoded.value_or(Policy{});
}

Policy permitted(std::string_view constraints) {
  return policy(R"("permission":[{"action":"use","constraint":)" + std::string(constraints) + "}]");
}

std::string where_they_part(const Policy& a, const Policy& b) {
  auto found = difference(a, b);
  return found ? found->pointer + ": " + found->text : "same";
}

}  // namespace

TEST(OdrlDifference, type_id_parties_and_time_are_no_difference) {
  EXPECT_EQ(
      where_they_part(policy(R"("@id":"1","@type":"Offer","permission":[{"action":"use"}])"),
                      policy(R"("@id":"2","@type":"Agreement","target":"t","assigner":"p","assignee":"c",
                                      "timestamp":"2026-01-01T00:00:00Z",
                                       "permission":[{"action":"odrl:use"}])")),
      "same");
}

TEST(OdrlDifference, order_counts_only_in_a_sequence) {
  const std::string_view a = R"({"leftOperand":"a","operator":"eq","rightOperand":["x","y"]})";
  const std::string_view b = R"({"leftOperand":"b","operator":"eq","rightOperand":"1"})";
  const auto list = [&](std::string_view left, std::string_view first, std::string_view second) {
    return permitted(fmt::format(R"([{{"{}":[{},{}]}}])", left, first, second));
  };
  EXPECT_EQ(where_they_part(list("and", a, b), list("and", b, a)), "same");
  EXPECT_EQ(where_they_part(list("xone", a, b), list("xone", b, a)), "same");
  EXPECT_NE(where_they_part(list("andSequence", a, b), list("andSequence", b, a)), "same");
  EXPECT_EQ(where_they_part(permitted(fmt::format("[{},{}]", a, b)), permitted(fmt::format("[{},{}]", b, a))),
            "same");
  EXPECT_EQ(where_they_part(permitted(R"([{"leftOperand":"a","operator":"eq","rightOperand":["y","x"]}])"),
                            permitted(fmt::format("[{}]", a))),
            "same");
}

TEST(OdrlDifference, names_and_operands_compare_by_what_they_mean) {
  const auto operand = [](std::string_view left, std::string_view right) {
    return permitted(
        fmt::format(R"([{{"leftOperand":"{}","operator":"lteq","rightOperand":{}}}])", left, right));
  };
  EXPECT_EQ(where_they_part(operand("inForceDate", "5"), operand("edc:inForceDate", R"({"@value":5.0})")),
            "same");
  EXPECT_EQ(where_they_part(operand("a", R"("x")"), operand("a", R"([{"@id":"x"}])")), "same");
  EXPECT_NE(where_they_part(operand("a", "5"), operand("a", R"("5")")), "same");
  EXPECT_EQ(where_they_part(permitted(R"([{"leftOperand":"a","operator":"term-lteq","rightOperand":"1"}])"),
                            operand("a", R"("1")")),
            "same");
}

TEST(OdrlDifference, the_first_differing_constraint_is_named) {
  const auto ours = permitted(R"([{"leftOperand":"a","operator":"eq","rightOperand":"1"},
                                  {"leftOperand":"region","operator":"eq","rightOperand":"eu"}])");
  const auto theirs = permitted(R"([{"leftOperand":"region","operator":"eq","rightOperand":"us"},
                                    {"leftOperand":"a","operator":"eq","rightOperand":"1"}])");
  EXPECT_EQ(where_they_part(ours, theirs),
            "/permission/0/constraint/1: constraint region eq \"eu\" of the first policy is region eq \"us\" "
            "in the second");
}

TEST(OdrlDifference, what_only_one_of_them_has_is_named) {
  const auto with = permitted(R"([{"leftOperand":"a","operator":"eq","rightOperand":"1"}])");
  const auto without = permitted("[]");
  EXPECT_EQ(where_they_part(with, without),
            "/permission/0/constraint/0: constraint a eq \"1\" is in the first policy only");
  EXPECT_EQ(where_they_part(without, with),
            "/permission/0/constraint/0: constraint a eq \"1\" is in the second policy only");
  EXPECT_EQ(where_they_part(with, policy("")),
            "/permission/0: permission 'use', a eq \"1\" is in the first policy only");
  EXPECT_EQ(where_they_part(policy(R"("prohibition":[{"action":"use"}])"),
                            policy(R"("prohibition":[{"action":"x"}])")),
            "/prohibition/0/action: the action is 'use' in the first policy and 'x' in the second");
  EXPECT_EQ(where_they_part(policy(R"("target":"a")"), policy(R"("target":"b")")),
            "/target: the target is 'a' in the first policy and 'b' in the second");
  EXPECT_EQ(where_they_part(policy(R"("profile":"a")"), policy("")), "/profile: the profiles differ");
}

TEST(OdrlDifference, a_rule_that_stands_twice_must_stand_twice) {
  const auto once = policy(R"("permission":[{"action":"use"}])");
  const auto twice = policy(R"("permission":[{"action":"use"},{"action":"use"}])");
  EXPECT_NE(where_they_part(once, twice), "same");
  EXPECT_EQ(where_they_part(twice, twice), "same");
}
