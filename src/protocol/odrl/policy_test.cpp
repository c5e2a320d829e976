#include "protocol/odrl/policy.hpp"

#include <gtest/gtest.h>

#include "protocol/odrl/names.hpp"
#include "protocol/odrl/policy_text.hpp"

using namespace kontor;
using namespace kontor::protocol::odrl;

namespace {

Policy read_policy(std::string_view text) {
  auto policy = json::decode<Policy>(text);
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().pointer + " " + policy.error().message());
  if (policy) EXPECT_TRUE(json::decode<Policy>(json::encode(*policy)).value() == *policy) << text;
  if (policy) EXPECT_EQ(json::text_of(*policy), json::encode(*policy));
  return policy.value_or(Policy{});
}

Constraint first_constraint(std::string_view constraint) {
  auto policy =
      read_policy(R"({"permission":[{"action":"use","constraint":)" + std::string(constraint) + "}]}");
  if (policy.permissions.empty() || policy.permissions[0].constraints.empty()) return {};
  return policy.permissions[0].constraints[0];
}

std::string pointer_of_refusal(std::string_view text) {
  auto policy = json::decode<Policy>(text, {.bytes_max = 8u << 20, .depth_max = 100});
  return policy ? "read" : policy.error().pointer;
}

}  // namespace

TEST(OdrlPolicy, the_schemas_form_is_read_and_written_unchanged) {
  const std::string_view text =
      R"({"@id":"o-1","@type":"Offer","target":"asset","assigner":"did:web:p","profile":"x:y",
    "permission":[{"action":"use","constraint":[{"or":[{"leftOperand":"a","operator":"eq","rightOperand":"1"},
      {"and":[{"leftOperand":"b","operator":"isAnyOf","rightOperand":["x","y"]}]}]}],
      "duty":[{"action":"odrl:inform"}]}],
    "prohibition":[{"action":"odrl:distribute"}],"obligation":[{"action":"odrl:delete"}],"custom":{"k":1}})";
  EXPECT_EQ(write(read_policy(text)), json::parse(text).value());
}

TEST(OdrlPolicy, an_agreement_keeps_its_parties_and_time) {
  const auto policy =
      read_policy(R"({"@type":"Agreement","@id":"a","target":"t","assigner":"p","assignee":"c",
    "timestamp":"2026-01-01T01:00:00Z","permission":[{"action":"use"}]})");
  EXPECT_EQ(policy.type, PolicyType::agreement);
  EXPECT_EQ(policy.assignee, "c");
  EXPECT_EQ(json::find(write(policy), "timestamp")->get_string(), "2026-01-01T01:00:00Z");
  EXPECT_EQ(read_policy(R"({"timestamp":"2026-01-01T01:00:00"})").timestamp, policy.timestamp);
  EXPECT_EQ(pointer_of_refusal(R"({"timestamp":"yesterday"})"), "/timestamp");
}

TEST(OdrlPolicy, empty_arrays_are_read_and_never_written) {
  const auto policy =
      read_policy(R"({"@type":"Set","permission":[],"prohibition":[],"obligation":[],"profile":[]})");
  EXPECT_EQ(json::encode(policy), R"({"@type":"Set"})");
  EXPECT_EQ(json::encode(read_policy(R"({"permission":[{"action":"use","constraint":[]}]})")),
            R"({"@type":"Set","permission":[{"action":"use"}]})");
}

TEST(OdrlPolicy, a_logical_constraint_takes_one_operand_as_object_or_many_as_array) {
  const auto one = first_constraint(R"({"or":{"leftOperand":"a","operator":"eq","rightOperand":"1"}})");
  const auto many = first_constraint(R"([{"or":[{"leftOperand":"a","operator":"eq","rightOperand":"1"}]}])");
  EXPECT_EQ(one.kind, Constraint::Kind::any);
  EXPECT_EQ(write(one), write(many));
}

TEST(OdrlPolicy, right_operands_of_every_type_keep_it) {
  for (std::string_view operand : {R"("text")", "5", "2.5", "true", R"(["a","b"])", R"({"@value":"5"})"}) {
    const auto constraint = first_constraint(R"({"leftOperand":"a","operator":"eq","rightOperand":)" +
                                             std::string(operand) + "}");
    EXPECT_EQ(constraint.right_operand, json::parse(operand).value());
    EXPECT_EQ(*json::find(write(constraint), "rightOperand"), constraint.right_operand);
  }
}

TEST(OdrlPolicy, a_profile_is_one_or_many) {
  EXPECT_EQ(read_policy(R"({"profile":"a"})").profiles, std::vector<std::string>{"a"});
  EXPECT_EQ(read_policy(R"({"profile":["a","b"]})").profiles, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(json::encode(read_policy(R"({"profile":["a"]})")), R"({"@type":"Set","profile":"a"})");
}

TEST(OdrlPolicy, an_action_is_a_string_or_an_object_with_a_refinement) {
  const std::string_view forms[] = {R"("use")", R"({"@id":"use"})", R"({"action":"use"})", R"(["use"])"};
  for (auto form : forms) {
    const auto policy = read_policy(R"({"permission":[{"action":)" + std::string(form) + "}]}");
    EXPECT_EQ(policy.permissions.at(0).action.name, "use") << form;
  }
  const std::string_view refined =
      R"({"action":"use","odrl:refinement":{"leftOperand":"a","operator":"lt","rightOperand":"1"}})";
  const auto policy = read_policy(R"({"permission":{"action":)" + std::string(refined) + "}}");
  ASSERT_EQ(policy.permissions.at(0).action.refinements.size(), 1u);
  EXPECT_EQ(write(policy).at("permission").at(0).at("action"), json::parse(refined).value());
}

TEST(OdrlPolicy, duties_consequences_and_remedies_of_a_permission_are_kept) {
  const std::string_view text =
      R"({"@type":"Set","permission":[{"action":"use","duty":[{"action":"odrl:inform"}],
    "odrl:remedy":{"action":"odrl:anonymize"}}]})";
  const auto policy = read_policy(text);
  EXPECT_EQ(policy.permissions.at(0).duties.size(), 1u);
  EXPECT_EQ(write(policy), json::parse(text).value());
}

TEST(OdrlPolicy, prefixed_members_and_operators_are_read) {
  const auto policy =
      read_policy(R"({"@type":"odrl:Offer","odrl:permission":{"odrl:action":{"@id":"odrl:use"},
    "odrl:constraint":{"odrl:leftOperand":{"@id":"edc:count"},"odrl:operator":{"@id":"odrl:gteq"},
    "odrl:rightOperand":3}},"odrl:target":{"@id":"t"}})");
  EXPECT_EQ(policy.type, PolicyType::offer);
  EXPECT_EQ(policy.target, "t");
  EXPECT_TRUE(policy.extensions.empty());
  const auto& constraint = policy.permissions.at(0).constraints.at(0);
  EXPECT_EQ(constraint.op, Operator::gteq);
  EXPECT_EQ(constraint.left_operand, "edc:count");
}

TEST(OdrlPolicy, every_operator_of_the_schema_survives) {
  for (const auto& row : operator_names.rows) {
    const auto constraint = first_constraint(R"({"leftOperand":"a","operator":")" + std::string(row.second) +
                                             R"(","rightOperand":"1"})");
    EXPECT_EQ(constraint.op, row.first);
    EXPECT_EQ(json::find(write(constraint), "operator")->get_string(), row.second);
  }
}

TEST(OdrlPolicy, a_broken_rule_is_named_with_its_place) {
  EXPECT_EQ(pointer_of_refusal(R"({"permission":[{"constraint":[]}]})"), "/permission/0/action");
  EXPECT_EQ(pointer_of_refusal(R"({"permission":["use"]})"), "/permission/0");
  EXPECT_EQ(pointer_of_refusal(R"({"permission":[{"action":"use","constraint":[{"leftOperand":"a"}]}]})"),
            "/permission/0/constraint/0/operator");
  EXPECT_EQ(pointer_of_refusal(
                R"({"permission":[{"action":"use",
                    "constraint":[{"leftOperand":"a","operator":"is","rightOperand":1}]}]})"),
            "/permission/0/constraint/0/operator");
  EXPECT_EQ(pointer_of_refusal(R"({"permission":[{"action":"use","constraint":[{"or":[],"and":[]}]}]})"),
            "/permission/0/constraint/0");
  EXPECT_EQ(pointer_of_refusal(R"({"@type":"Ticket"})"), "/@type");
}

TEST(OdrlPolicy, depth_and_size_are_bounded) {
  std::string nested = R"({"leftOperand":"a","operator":"eq","rightOperand":"1"})";
  for (int i = 0; i < 20; ++i) nested = R"({"and":[)" + nested + "]}";
  EXPECT_TRUE(
      pointer_of_refusal(R"({"permission":[{"action":"use","constraint":[)" + nested + "]}]}").size() > 20);
  std::string rules = R"({"action":"use"})";
  for (int i = 0; i < 2100; ++i) rules += R"(,{"action":"use"})";
  EXPECT_EQ(pointer_of_refusal(R"({"permission":[)" + rules + "]}"), "/permission/2000");
}

TEST(OdrlPolicy, only_a_policy_with_a_permission_or_prohibition_can_be_offered) {
  auto policy = read_policy(R"({"@id":"x","obligation":[{"action":"use"}]})");
  EXPECT_FALSE(check_offerable(policy));
  policy.permissions.emplace_back();
  EXPECT_TRUE(check_offerable(policy));
  policy.id.clear();
  EXPECT_FALSE(check_offerable(policy));
}

TEST(OdrlNames, terms_and_prefixes_become_full_names_and_others_stay) {
  EXPECT_EQ(normalized_name("inForceDate"), "https://w3id.org/edc/v0.0.1/ns/inForceDate");
  EXPECT_EQ(normalized_name("edc:inForceDate"), normalized_name("inForceDate"));
  EXPECT_EQ(normalized_name("odrl:dateTime"), "http://www.w3.org/ns/odrl/2/dateTime");
  EXPECT_EQ(normalized_name("conformsTo"), normalized_name("dct:conformsTo"));
  EXPECT_EQ(normalized_name("MembershipCredential"), "MembershipCredential");
  EXPECT_EQ(normalized_name("urn:x:y"), "urn:x:y");
  EXPECT_EQ(normalized_action("use"), normalized_action("odrl:use"));
  EXPECT_EQ(normalized_action("use"), normalized_action("http://www.w3.org/ns/odrl/2/use"));
}
