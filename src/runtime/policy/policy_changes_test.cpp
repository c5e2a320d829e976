#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>

#include "runtime/policy/policy_evaluator.hpp"

// When a policy of an agreement in force may say something else.
namespace kontor::runtime::policy {
namespace {

namespace odrl = protocol::odrl;
using std::chrono::seconds;

const Instant signed_at = from_epoch_seconds(1'800'000'000);
const PolicyEvaluator evaluator{PolicyConfig{}, {}};

template <class Right>
odrl::Constraint comparison(std::string left, odrl::Operator op, const Right& right) {
  odrl::Constraint made;
  made.left_operand = std::move(left);
  made.op = op;
  made.right_operand = json::Value(right);
  return made;
}

odrl::Policy policy_of(std::vector<odrl::Constraint> constraints) {
  odrl::Policy policy;
  policy.permissions.emplace_back().constraints = std::move(constraints);
  return policy;
}

Changes changes_of(odrl::Constraint constraint) {
  return evaluator.changes_of(policy_of({std::move(constraint)}), {signed_at, signed_at});
}

bool allows(const odrl::Policy& policy, Instant at) {
  odrl::Subject subject;
  subject.agreement.emplace().signed_at = signed_at;
  subject.now = at;
  return evaluator.allows(policy, monitor_scope, subject);
}

std::string at(int second) {
  return format_instant(signed_at + seconds(second));
}

constexpr const char* days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/// One comparison about time, of every kind.
odrl::Constraint about_time(std::uint32_t choice) {
  using enum odrl::Operator;
  constexpr odrl::Operator ops[] = {eq, neq, gt, gteq, lt, lteq};
  const auto op = ops[choice % 6];
  const int second = static_cast<int>(choice / 6 % 20);
  switch (choice / 120 % 6) {
    case 0:
      return comparison("dateTime", op, at(second));
    case 1:
      return comparison(
          "odrl:dateTime", is_part_of,
          json::Array{json::Value(at(second) + "/" + at(second + 3)), json::Value(at(2) + "/" + at(4))});
    case 2:
      return comparison("inForceDate", op, "contractAgreement+" + std::to_string(second) + "s");
    case 3:
      return comparison("edc:inForceDate", op, at(second));
    case 4:
      return comparison("dayOfWeek", choice % 2 ? is_any_of : neq,
                        json::Array{json::Value(days[choice % 7]), json::Value(days[second % 7])});
    default:
      return comparison("agreementAge", op, "PT" + std::to_string(second) + "S");
  }
}

odrl::Constraint combined(const std::vector<std::uint32_t>& choices, odrl::Constraint::Kind kind) {
  odrl::Constraint made;
  made.kind = kind;
  for (auto choice : choices) made.operands.push_back(about_time(choice));
  return made;
}

}  // namespace

TEST(PolicyChanges, between_the_moments_that_are_told_a_policy_says_the_same) {
  const auto holds = rc::check(
      [](const std::vector<std::uint32_t>& choices, std::uint32_t alone, std::uint8_t kind, bool prohibited) {
        using Kind = odrl::Constraint::Kind;
        constexpr Kind kinds[] = {Kind::all, Kind::any, Kind::exactly_one, Kind::all_in_sequence};
        auto policy = policy_of({about_time(alone)});
        if (!choices.empty()) policy.permissions[0].constraints.push_back(combined(choices, kinds[kind % 4]));
        if (prohibited) policy.prohibitions.emplace_back().constraints.push_back(about_time(alone / 7));
        const Instant now = signed_at - std::chrono::hours(1);
        const auto moments = evaluator.changes_of(policy, {signed_at, now}).moments;
        RC_ASSERT(std::ranges::is_sorted(moments));
        for (std::size_t i = 0; i + 1 < moments.size(); ++i) {
          const bool says = allows(policy, moments[i]);
          RC_ASSERT(allows(policy, moments[i] + (moments[i + 1] - moments[i]) / 2) == says);
          RC_ASSERT(allows(policy, moments[i + 1] - Duration(1)) == says);
        }
        if (moments.empty()) return;
        RC_ASSERT(allows(policy, moments.front() - Duration(1)) ==
                  allows(policy, std::max(now, moments.front() - std::chrono::hours(9))));
        RC_ASSERT(allows(policy, moments.back()) == allows(policy, moments.back() + std::chrono::hours(9)));
      });
  EXPECT_TRUE(holds);
}

TEST(PolicyChanges, what_others_may_change_at_any_time_is_told_apart_from_dates) {
  using enum odrl::Operator;
  const auto dated = changes_of(comparison("agreementAge", lt, "30d"));
  EXPECT_FALSE(dated.rests_on_proof || dated.at_any_time);
  EXPECT_EQ(dated.until, Instant::max());
  EXPECT_EQ(dated.moments.front(), signed_at + std::chrono::days(30));
  const auto proved = changes_of(comparison("MembershipCredential", eq, "active"));
  EXPECT_TRUE(proved.rests_on_proof && !proved.at_any_time && proved.moments.empty());
  for (const char* name : {"BusinessPartnerGroup", "edc:BusinessPartnerGroup"})
    EXPECT_TRUE(changes_of(comparison(name, is_any_of, "gold")).at_any_time) << name;
}

TEST(PolicyChanges, an_expression_may_say_something_else_at_any_time) {
  CelExpression expression{.id = "hours",
                           .left_operand = "dateTime",
                           .expression = "now.getHours() < 17",
                           .description = {},
                           .scopes = {"policy.monitor"},
                           .actions = {}};
  const auto compiled = std::make_shared<const CompiledExpression>(std::move(expression));
  const PolicyEvaluator defined(PolicyConfig{}, std::array{compiled});
  const auto asked = comparison("dateTime", odrl::Operator::eq, "true");
  EXPECT_TRUE(defined.changes_of(policy_of({asked}), {signed_at, signed_at}).at_any_time);
}

TEST(PolicyChanges, what_comes_again_every_week_is_told_for_a_week_and_nothing_behind_it) {
  using enum odrl::Operator;
  const Instant friday = std::chrono::floor<std::chrono::days>(signed_at);
  const auto midnight = [&](int days_ahead) { return friday + std::chrono::days(days_ahead); };
  const auto working = json::Array{"monday", "tuesday", "wednesday", "thursday", "friday"};
  const auto on_days = comparison("dayOfWeek", is_any_of, working);
  const auto alone = changes_of(on_days);
  EXPECT_EQ(alone.moments, (std::vector{midnight(1), midnight(3)})) << "Saturday and Monday";
  EXPECT_FALSE(alone.rests_on_proof || alone.at_any_time);

  EXPECT_EQ(alone.until, midnight(7));

  const auto dated = comparison("dateTime", lt, format_instant(midnight(2)));
  const auto far = comparison("dateTime", lt, format_instant(midnight(300)));
  const auto together = evaluator.changes_of(policy_of({dated, far, on_days}), {signed_at, signed_at});
  EXPECT_EQ(together.moments, (std::vector{midnight(1), midnight(2), midnight(2) + Duration(1), midnight(3)}))
      << "a day in between would be missed";
  const auto later = evaluator.changes_of(policy_of({far, on_days}), {signed_at, midnight(299)});
  EXPECT_EQ(later.moments,
            (std::vector{midnight(300), midnight(300) + Duration(1), midnight(302), midnight(304)}))
      << "it is Wednesday by then";

  auto all = working;
  all.insert(all.end(), {"saturday", "sunday"});
  EXPECT_TRUE(changes_of(comparison("dayOfWeek", is_any_of, all)).moments.empty()) << "that never turns";
}

TEST(PolicyChanges, what_is_over_is_over_for_ever_and_may_be_told_by_time_alone) {
  using enum odrl::Operator;
  const auto over = [](const odrl::Policy& policy, int second) {
    return evaluator.over(policy, {signed_at, signed_at + seconds(second)});
  };
  const auto brief = comparison("agreementAge", lt, "PT5S");
  EXPECT_FALSE(over(policy_of({brief}), 4));
  EXPECT_EQ(over(policy_of({comparison("purpose", eq, "research"), brief}), 6),
            R"(its time is over: agreementAge lt "PT5S")");
  EXPECT_FALSE(over(policy_of({comparison("inForceDate", gteq, at(9))}), 6)) << "it has not begun";
  EXPECT_FALSE(over(policy_of({comparison("dayOfWeek", eq, "monday")}), 6)) << "there is another Monday";
  auto either = combined({}, odrl::Constraint::Kind::any);
  either.operands = {brief, comparison("purpose", eq, "research")};
  EXPECT_FALSE(over(policy_of({either}), 6));
  either.kind = odrl::Constraint::Kind::all;
  EXPECT_TRUE(over(policy_of({either}), 6));
  const auto holds = rc::check([&](const std::vector<std::uint32_t>& choices, std::uint8_t second) {
    std::vector<odrl::Constraint> constraints;
    for (auto choice : choices) constraints.push_back(about_time(choice));
    const auto policy = policy_of(std::move(constraints));
    const int now = second % 30;
    if (!over(policy, now)) return;
    for (int later = now; later < 60; ++later) RC_ASSERT(!allows(policy, signed_at + seconds(later)));
  });
  EXPECT_TRUE(holds);
}

}  // namespace kontor::runtime::policy
