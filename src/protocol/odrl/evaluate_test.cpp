#include "protocol/odrl/evaluate.hpp"

#include <gtest/gtest.h>

#include "protocol/odrl/check.hpp"
#include "protocol/odrl/plan.hpp"
#include "protocol/odrl/trace.hpp"

using namespace kontor;
using namespace kontor::protocol::odrl;

namespace {

const Scope catalog{"catalog"};
const Scope transfer{"transfer.process"};

Policy policy(std::string_view rest) {
  auto decoded = json::decode<Policy>("{" + std::string(rest) + "}");
  EXPECT_TRUE(decoded) << rest;
  return decoded.value_or(Policy{});
}

/// An atomic constraint about `left`, which holds when the claim of that name equals `right`.
std::string about(std::string_view left, std::string_view right = "yes") {
  return fmt::format(R"({{"leftOperand":"{}","operator":"eq","rightOperand":"{}"}})", left, right);
}

Policy permitted(const std::string& constraint) {
  return policy(R"("permission":[{"action":"use","constraint":[)" + constraint + "]}]");
}

Finding claim_equals(const Constraint& constraint, const Subject& subject, Evaluating&) {
  const auto* claim = subject.claims->if_contains(constraint.left_operand);
  if (!claim) return {};
  return {*claim == constraint.right_operand, *claim};
}

ConstraintFunctions functions() {
  ConstraintFunctions bound;
  for (std::string_view name : {"a", "b", "c"}) bound.bind(name, {catalog, transfer}, claim_equals);
  bound.bind("later", {transfer}, claim_equals);
  bound.bind("broken", {Scope{"*"}}, [](const Constraint&, const Subject&, Evaluating&) -> Result<Finding> {
    return fail(ErrorCode::invalid_input, "the expression does not compile");
  });
  bound.bind_prefix("https://x.example/", {Scope{"*."}}, claim_equals);
  bound.bind_action("odrl:display", {transfer});
  return bound;
}

Subject subject() {
  Subject who;
  who.id = Did{"did:web:c"};
  who.claims = json::parse(R"({"a":"yes","b":"no"})").value().get_object();
  return who;
}

bool allowed(const Policy& asked, const Scope& scope = catalog) {
  const auto result = evaluate(asked, scope, functions(), subject());
  EXPECT_EQ(result.allowed, result.reason().empty()) << result.reason();
  return result.allowed;
}

std::string reason(const Policy& asked, const Scope& scope = catalog) {
  return evaluate(asked, scope, functions(), subject()).reason();
}

}  // namespace

TEST(OdrlEvaluate, a_policy_without_rules_allows) {
  EXPECT_TRUE(allowed(policy("")));
}

TEST(OdrlEvaluate, every_constraint_of_a_permission_must_hold) {
  EXPECT_TRUE(allowed(permitted(about("a"))));
  EXPECT_FALSE(allowed(permitted(about("a") + "," + about("b"))));
}

TEST(OdrlEvaluate, an_operand_that_nobody_knows_denies) {
  EXPECT_FALSE(allowed(permitted(about("unheard"))));
  EXPECT_EQ(reason(permitted(about("unheard"))),
            "permission 0: leftOperand 'unheard' is not bound to any function");
  EXPECT_FALSE(allowed(permitted(R"({"and":[)" + about("a") + "," + about("unheard") + "]}")));
  EXPECT_TRUE(allowed(permitted(R"({"or":[)" + about("unheard") + "," + about("a") + "]}")));
  EXPECT_FALSE(allowed(permitted(R"({"xone":[)" + about("unheard") + "," + about("a") + "]}")));
}

TEST(OdrlEvaluate, an_operand_of_another_scope_is_of_no_account_in_this_one) {
  EXPECT_TRUE(allowed(permitted(about("later"))));
  EXPECT_FALSE(allowed(permitted(about("later")), transfer));
  EXPECT_FALSE(allowed(permitted(R"({"or":[)" + about("b") + "," + about("later") + "]}")));
}

TEST(OdrlEvaluate, logical_constraints_combine) {
  EXPECT_TRUE(allowed(permitted(R"({"or":[)" + about("b") + "," + about("a") + "]}")));
  EXPECT_FALSE(allowed(permitted(R"({"or":[)" + about("b") + "," + about("c") + "]}")));
  EXPECT_TRUE(allowed(permitted(R"({"xone":[)" + about("a") + "," + about("b") + "]}")));
  EXPECT_FALSE(allowed(permitted(R"({"xone":[)" + about("a") + "," + about("b", "no") + "]}")));
  EXPECT_TRUE(allowed(permitted(R"({"andSequence":[)" + about("a") + "," + about("b", "no") + "]}")));
  EXPECT_TRUE(allowed(
      permitted(R"({"and":[{"or":[)" + about("b") + "," + about("a") + "]}," + about("b", "no") + "]}")));
  EXPECT_FALSE(allowed(permitted(R"({"or":[]})")));
}

TEST(OdrlEvaluate, a_prohibition_whose_constraints_hold_denies) {
  const auto prohibited = [](const std::string& constraint) {
    return policy(R"("permission":[{"action":"use"}],"prohibition":[{"action":"use","constraint":[)" +
                  constraint + "]}]");
  };
  EXPECT_FALSE(allowed(prohibited(about("a"))));
  EXPECT_TRUE(allowed(prohibited(about("b"))));
  EXPECT_FALSE(allowed(prohibited(about("unheard"))));
  EXPECT_FALSE(allowed(policy(R"("prohibition":[{"action":"use"}])")));
  EXPECT_TRUE(allowed(policy(R"("prohibition":[{"action":"odrl:distribute"}])")));
  EXPECT_EQ(reason(prohibited(about("a"))), "prohibition 0: a eq \"yes\" holds: the value is \"yes\"");
}

TEST(OdrlEvaluate, duties_and_obligations_must_be_fulfilled) {
  const auto duty = [](const std::string& constraint) {
    return policy(R"("permission":[{"action":"use","duty":[{"action":"use","constraint":[)" + constraint +
                  "]}]}]");
  };
  EXPECT_TRUE(allowed(duty(about("a"))));
  EXPECT_FALSE(allowed(duty(about("b"))));
  EXPECT_FALSE(allowed(policy(R"("obligation":[{"action":"use","constraint":[)" + about("b") + "]}]")));
  EXPECT_FALSE(allowed(policy(R"("obligation":[{"action":"odrl:pay"}])")));
  EXPECT_TRUE(allowed(policy(R"("obligation":[{"action":"odrl:display"}])")));
}

TEST(OdrlEvaluate, a_refinement_of_an_action_is_a_constraint) {
  EXPECT_FALSE(allowed(policy(R"("permission":[{"action":{"@id":"use","refinement":)" + about("b") + "}}]")));
  EXPECT_TRUE(allowed(policy(R"("permission":[{"action":{"@id":"use","refinement":)" + about("a") + "}}]")));
}

TEST(OdrlEvaluate, a_permission_about_another_scopes_action_grants_nothing_here) {
  const auto display = policy(R"("permission":[{"action":"odrl:display"}])");
  EXPECT_FALSE(allowed(display, catalog));
  EXPECT_TRUE(allowed(display, transfer));
  EXPECT_TRUE(allowed(policy(R"("permission":[{"action":"odrl:display"},{"action":"use"}])"), catalog));
  EXPECT_FALSE(allowed(policy(R"("permission":[{"action":"odrl:play"},{"action":"use"}])"), catalog));
}

TEST(OdrlEvaluate, a_function_that_fails_denies_and_says_why) {
  EXPECT_EQ(reason(permitted(about("broken"))), "permission 0: the expression does not compile");
}

TEST(OdrlEvaluate, the_trace_names_the_constraint_and_the_value_it_met) {
  const auto result = evaluate(permitted(about("a") + "," + about("b")), catalog, functions(), subject());
  EXPECT_EQ(result.reason(), "permission 0: b eq \"yes\" does not hold: the value is \"no\"");
  ASSERT_EQ(result.trace.size(), 3u);
  EXPECT_EQ(result.trace[1].pointer, "/permission/0/constraint/1");
  EXPECT_EQ(result.trace[1].outcome, Outcome::fails);
  EXPECT_EQ(result.trace[1].actual, json::Value("no"));
  EXPECT_EQ(reason(permitted(about("c"))),
            "permission 0: c eq \"yes\" does not hold: there is no such value");
}

TEST(OdrlEvaluate, scopes_are_hierarchies_and_functions_of_one_operand_must_all_hold) {
  EXPECT_TRUE(allowed(permitted(about("a")), Scope{"catalog.request"}));
  EXPECT_FALSE(allowed(permitted(about("b")), Scope{"catalog.request"}));
  EXPECT_TRUE(allowed(permitted(about("b")), Scope{"catalogue"}));
  auto bound = functions();
  bound.bind("a", {catalog},
             [](const Constraint&, const Subject&, Evaluating&) -> Result<Finding> { return Finding{}; });
  EXPECT_FALSE(evaluate(permitted(about("a")), catalog, bound, subject()).allowed);
  EXPECT_FALSE(allowed(permitted(about("https://x.example/y"))));
}

TEST(OdrlEvaluate, what_no_scope_understands_is_told_when_a_policy_is_written) {
  const auto asked = policy(R"("permission":[{"action":"odrl:play","constraint":[)" + about("x") + "," +
                            about("later") + R"(,{"or":[)" + about("x") + "," + about("y") + "]}]}]");
  EXPECT_EQ(unbound(asked, functions()),
            (std::vector<std::string>{"action 'odrl:play' is not bound to any scopes",
                                      "leftOperand 'x' is not bound to any scopes",
                                      "leftOperand 'y' is not bound to any scopes"}));
  EXPECT_TRUE(unbound(permitted(about("a")), functions()).empty());
}

TEST(OdrlEvaluate, a_comparison_that_decides_for_nobody_is_told_when_a_policy_is_written) {
  const auto asked = policy(R"("permission":[{"action":"use","constraint":[)" + about("a") + R"(,{"or":[)" +
                            about("later") + "," + about("broken") + R"(]}]}],"obligation":[])");
  auto bound = functions();
  const auto wrong = meaningless(asked, bound, subject());
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->pointer, "/permission/0/constraint/1/or/1");
  EXPECT_NE(wrong->why, "");
  EXPECT_FALSE(meaningless(permitted(about("a") + "," + about("b")), bound, subject()))
      << "what does not hold means something";
  bound.define("broken", {catalog}, claim_equals);
  EXPECT_FALSE(meaningless(asked, bound, subject())) << "what a definition decides is not asked";
}

TEST(OdrlEvaluate, a_definition_takes_the_place_of_what_is_bound_in_its_scopes_only) {
  auto bound = functions();
  bound.define("b", {catalog}, [](const Constraint&, const Subject&, Evaluating&) -> Result<Finding> {
    return Finding{true, json::Value(), "it is so"};
  });
  EXPECT_TRUE(evaluate(permitted(about("b")), catalog, bound, subject()).allowed);
  EXPECT_FALSE(evaluate(permitted(about("b")), transfer, bound, subject()).allowed);
  bound.define("b", {catalog}, [](const Constraint&, const Subject&, Evaluating&) -> Result<Finding> {
    return Finding{false, json::Value(), "it is not so"};
  });
  EXPECT_EQ(evaluate(permitted(about("b")), catalog, bound, subject()).reason(),
            "permission 0: b eq \"yes\" does not hold: it is not so");
  bound.define("new", {transfer}, claim_equals);
  EXPECT_EQ(bound.left_operands(),
            (std::vector<std::string>{"a", "b", "broken", "c", "https://x.example/*", "later", "new"}));
}

TEST(OdrlEvaluate, the_functions_of_one_evaluation_share_what_it_may_cost) {
  ConstraintFunctions bound;
  bound.bind("dear", {catalog}, [](const Constraint&, const Subject&, Evaluating& evaluating) {
    if (evaluating.steps_left < 200'000) return Result<Finding>(fail(ErrorCode::too_large, "costs too much"));
    evaluating.steps_left -= 200'000;
    return Result<Finding>(Finding{true, json::Value()});
  });
  EXPECT_TRUE(evaluate(permitted(about("dear")), catalog, bound, subject()).allowed);
  const auto twice = evaluate(permitted(about("dear") + "," + about("dear")), catalog, bound, subject());
  EXPECT_EQ(twice.reason(), "permission 0: costs too much");
}

TEST(OdrlEvaluate, a_trace_is_written_with_what_refuses_apart_and_long_values_cut) {
  auto asked = permitted(about("a") + "," + about("b"));
  asked.permissions.front().constraints.back().right_operand = std::string(5000, 'x');
  const auto result = evaluate(asked, catalog, functions(), subject());
  const auto refusing = refusing_steps(result, 10);
  ASSERT_EQ(refusing.size(), 2u);
  EXPECT_EQ(*json::find(refusing[0], "path"), json::Value("/permission/0/constraint/1"));
  EXPECT_EQ(*json::find(refusing[0], "actual"), json::Value("no"));
  EXPECT_LT(json::serialize(refusing[0]).size(), trace_value_bytes_max + 300);
  EXPECT_EQ(*json::find(refusing[1], "path"), json::Value("/permission/0"));
  EXPECT_EQ(refusing_steps(result, 1).size(), 1u);
  const auto prohibited = policy(R"("prohibition":[{"action":"use","constraint":[)" + about("a") + "]}]");
  EXPECT_EQ(refusing_steps(evaluate(prohibited, catalog, functions(), subject()), 10).size(), 2u);
}

TEST(OdrlPlan, a_step_is_filtered_where_its_operand_or_action_is_of_another_scope) {
  const auto asked =
      policy(R"("permission":[{"action":"use","constraint":[{"or":[)" + about("a") + "," + about("later") +
             "," + about("unheard") + R"(]}]}],"prohibition":[{"action":"odrl:display"}])");
  const auto made = plan(asked, catalog, functions());
  ASSERT_EQ(made.permissions.size(), 1u);
  ASSERT_EQ(made.prohibitions.size(), 1u);
  EXPECT_TRUE(made.obligations.empty());
  const auto& either = made.permissions[0].at("constraintSteps").as_array()[0].as_object();
  EXPECT_EQ(either.at("@type").as_string(), "OrConstraintStep");
  const auto& steps = either.at("constraintSteps").as_array();
  EXPECT_EQ(steps[0].at("functionName").as_string(), "a");
  EXPECT_FALSE(steps[0].at("isFiltered").as_bool());
  EXPECT_TRUE(steps[1].at("isFiltered").as_bool());
  EXPECT_EQ(steps[1].at("filteringReasons").as_array()[0].as_string(),
            "leftOperand 'later' is not bound to scope 'catalog'");
  EXPECT_FALSE(steps[2].at("isFiltered").as_bool()) << "what nobody knows denies";
  EXPECT_FALSE(steps[2].as_object().contains("functionName"));
  EXPECT_TRUE(made.prohibitions[0].at("isFiltered").as_bool());
  EXPECT_FALSE(plan(asked, transfer, functions()).prohibitions[0].at("isFiltered").as_bool());
}
