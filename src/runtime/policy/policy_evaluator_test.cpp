#include "runtime/policy/policy_evaluator.hpp"

#include <gtest/gtest.h>

namespace kontor::runtime::policy {
namespace {

namespace odrl = protocol::odrl;
namespace vc = protocol::vc;

const Did globex{"did:web:globex.example"};

odrl::Policy policy_with(const std::string& constraint) {
  const auto text = R"({"@type":"Set","permission":[{"action":"use","constraint":[)" + constraint + "]}]}";
  return json::decode<odrl::Policy>(text).value();
}
odrl::Policy policy_with(const std::string& left, const std::string& op, const std::string& right) {
  return policy_with(R"({"leftOperand":")" + left + R"(","operator":")" + op + R"(","rightOperand":)" +
                     right + "}");
}

/// Globex with credentials of these types, all verified.
odrl::Subject globex_with(const std::vector<std::string>& types) {
  verifier::Peer peer{.did = globex, .credentials = {}, .left_out = {}};
  for (const auto& type : types) {
    vc::Credential credential;
    credential.types = {"VerifiableCredential", type};
    peer.credentials.push_back(std::move(credential));
  }
  return subject_of(peer, from_epoch_seconds(1'800'000'000));
}

class PolicyEvaluatorTest : public ::testing::Test {
 protected:
  bool allows(const odrl::Policy& policy, const std::vector<std::string>& types) {
    const auto subject = globex_with(types);
    const bool allowed = engine.allows(policy, negotiation_scope, subject);
    EXPECT_EQ(engine.check(policy, negotiation_scope, subject).has_value(), allowed);
    EXPECT_EQ(engine.allows(policy, catalog_scope, subject), allowed);
    EXPECT_EQ(engine.allows(policy, transfer_scope, subject), allowed);
    return allowed;
  }
  bool allows(const std::string& left, const std::string& op, const std::string& right,
              const std::vector<std::string>& types = {}) {
    return allows(policy_with(left, op, right), types);
  }

  PolicyEvaluator engine{PolicyConfig{}, {}};
};

const std::string membership = "MembershipCredential";
const std::string active = "\"active\"";

}  // namespace

TEST_F(PolicyEvaluatorTest, a_credential_is_active_for_who_proved_one_of_its_type) {
  EXPECT_TRUE(allows(membership, "eq", active, {membership}));
  EXPECT_FALSE(allows(membership, "eq", active, {}));
  EXPECT_FALSE(allows(membership, "eq", active, {"RegisteredCredential", "membershipcredential"}));
  EXPECT_FALSE(allows(membership, "neq", active, {membership}));
  EXPECT_TRUE(allows(membership, "neq", active, {}));
}

TEST_F(PolicyEvaluatorTest, a_comparison_that_means_nothing_denies_to_everybody) {
  for (const auto* op : {"gt", "gteq", "lt", "lteq", "isAnyOf", "isNoneOf", "hasPart", "isA"}) {
    EXPECT_FALSE(allows(membership, op, active, {membership})) << op;
    EXPECT_FALSE(allows(membership, op, active, {})) << op;
  }
  for (const auto* right : {"\"inactive\"", "\"Active\"", "true", "[\"active\"]", "{}", "\"\""}) {
    EXPECT_FALSE(allows(membership, "eq", right, {membership})) << right;
    EXPECT_FALSE(allows(membership, "neq", right, {})) << right;
  }
}

TEST_F(PolicyEvaluatorTest, an_operand_that_is_not_bound_denies_to_everybody) {
  for (const auto* op : {"eq", "neq", "isNoneOf"}) {
    EXPECT_FALSE(allows("InventedCredential", op, active, {"InventedCredential", membership})) << op;
  }
}

TEST_F(PolicyEvaluatorTest, an_operand_that_is_not_bound_is_refused_when_a_policy_is_written) {
  const auto refused = engine.check_bound(policy_with("InventedCredential", "eq", active));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(refused.error().message().contains("InventedCredential"));
  EXPECT_TRUE(refused.error().message().contains(membership)) << "the known ones are named";
  EXPECT_TRUE(engine.check_bound(policy_with(membership, "eq", active)));
  EXPECT_TRUE(engine.check_bound(policy_with("participantId", "eq", "\"did:web:globex.example\"")));
  const std::string nested =
      R"({"and":[{"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"},)"
      R"({"or":[{"leftOperand":"Invented","operator":"eq","rightOperand":"x"}]}]})";
  EXPECT_FALSE(engine.check_bound(policy_with(nested))) << "however deep it hides";
}

TEST_F(PolicyEvaluatorTest, a_counter_party_is_named_by_its_whole_id) {
  const std::string own = "\"did:web:globex.example\"";
  for (const auto* left : {"participantId", "https://w3id.org/edc/v0.0.1/ns/participantId"}) {
    EXPECT_TRUE(allows(left, "eq", own));
    EXPECT_FALSE(allows(left, "neq", own));
    EXPECT_FALSE(allows(left, "eq", "\"did:web:globex.example:sub\""));
    EXPECT_FALSE(allows(left, "eq", "\"did:web:globex\""));
    EXPECT_FALSE(allows(left, "eq", "\"DID:WEB:GLOBEX.EXAMPLE\""));
    EXPECT_TRUE(allows(left, "isAnyOf", R"(["did:web:acme.example","did:web:globex.example"])"));
    EXPECT_TRUE(allows(left, "isPartOf", R"(["did:web:globex.example"])"));
    EXPECT_FALSE(allows(left, "isAnyOf", R"(["did:web:acme.example"])"));
    EXPECT_FALSE(allows(left, "isNoneOf", R"(["did:web:globex.example"])"));
    EXPECT_TRUE(allows(left, "isNoneOf", R"(["did:web:acme.example"])"));
    for (const auto* op : {"gt", "lt", "hasPart", "isA", "isAllOf"})
      EXPECT_FALSE(allows(left, op, own)) << op;
  }
}

TEST_F(PolicyEvaluatorTest, all_constraints_of_a_permission_hold_together) {
  const auto both =
      policy_with(R"({"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"},)"
                  R"({"leftOperand":"RegisteredCredential","operator":"eq","rightOperand":"active"})");
  EXPECT_TRUE(allows(both, {membership, "RegisteredCredential"}));
  EXPECT_FALSE(allows(both, {membership}));
  EXPECT_FALSE(allows(both, {"RegisteredCredential"}));
}

TEST_F(PolicyEvaluatorTest, a_denial_says_to_our_own_side_which_constraint_failed) {
  const auto denied = engine.check(policy_with(membership, "eq", active), negotiation_scope,
                                   globex_with({"OtherCredential"}));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::policy_denied);
  EXPECT_TRUE(denied.error().message().contains(membership)) << denied.error().message();
}

TEST_F(PolicyEvaluatorTest, other_types_of_credentials_are_configured) {
  const PolicyEvaluator other(PolicyConfig{.credential_types = {"FrameworkCredential"}}, {});
  EXPECT_TRUE(other.allows(policy_with("FrameworkCredential", "eq", active), catalog_scope,
                           globex_with({"FrameworkCredential"})));
  EXPECT_FALSE(other.allows(policy_with(membership, "eq", active), catalog_scope, globex_with({membership})));
}

}  // namespace kontor::runtime::policy
