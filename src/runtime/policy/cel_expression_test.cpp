#include "runtime/policy/cel_expression.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "runtime/policy/policy_evaluator.hpp"

namespace kontor::runtime::policy {
namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

CelExpression expression(std::string left, std::string text, std::vector<std::string> scopes = {"*."}) {
  return {.id = left + "-expression",
          .left_operand = left,
          .expression = std::move(text),
          .description = "",
          .scopes = std::move(scopes),
          .actions = {}};
}

PolicyEvaluator evaluator_with(std::vector<CelExpression> expressions) {
  std::vector<std::shared_ptr<const CompiledExpression>> compiled;
  for (auto& each : expressions)
    compiled.push_back(std::make_shared<const CompiledExpression>(std::move(each)));
  return PolicyEvaluator(PolicyConfig{}, compiled);
}

odrl::Policy policy_about(const std::string& left, const std::string& right = "\"gold\"",
                          const std::string& action = "use") {
  return json::decode<odrl::Policy>(R"({"@type":"Set","permission":[{"action":")" + action +
                                    R"(","constraint":[{"leftOperand":")" + left +
                                    R"(","operator":"eq","rightOperand":)" + right + "}]}]}")
      .value();
}

odrl::Subject globex() {
  odrl::Subject subject;
  subject.id = Did("did:web:globex.example");
  subject.now = now;
  subject.claims = json::parse(R"({"vc":[{"type":["VerifiableCredential","MembershipCredential"],
      "issuer":{"id":"did:web:issuer"},"issuanceDate":"2026-01-01T00:00:00Z",
      "expirationDate":"2027-06-01T00:00:00Z",
      "credentialSubject":[{"id":"did:web:globex.example","level":"gold",
                            "membershipStartDate":"2026-01-01T00:00:00Z"}]}]})")
                       ->as_object();
  return subject;
}

std::string reason(const CelExpression& written, const odrl::Policy& policy,
                   const odrl::Subject& subject = globex(), const odrl::Scope& scope = catalog_scope) {
  return evaluator_with({written}).evaluate(policy, scope, subject).reason();
}

Error refusal(const CelExpression& written) {
  auto checked = check(written);
  return checked ? Error{} : checked.error();
}

}  // namespace

TEST(CelExpressions, an_expression_says_what_an_operand_means) {
  const auto level = expression("Level", "ctx.agent.claims.vc.valid().hasClaim('level', this.rightOperand)");
  EXPECT_EQ(reason(level, policy_about("Level")), "");
  EXPECT_EQ(
      reason(level, policy_about("Level", "\"silver\"")),
      "permission 0: Level eq \"silver\" does not hold: the expression 'Level-expression' yields false");
  EXPECT_EQ(reason(level, policy_about("https://w3id.org/edc/v0.0.1/ns/Level")),
            "permission 0: leftOperand 'https://w3id.org/edc/v0.0.1/ns/Level' is not bound to any function");
}

TEST(CelExpressions, expressions_of_existing_dataspaces_are_understood) {
  EXPECT_EQ(reason(expression("Membership",
                              "ctx.agent.claims.vc.filter(c, c.type.exists(t, "
                              "t.contains('MembershipCredential'))).exists(c, c.credentialSubject.exists(cs, "
                              "timestamp(cs.membershipStartDate) < now))"),
                   policy_about("Membership")),
            "");
  EXPECT_EQ(reason(expression("Level",
                              "ctx.agent.claims.vc.exists(c, c.credentialSubject.exists(cs, "
                              "cs.level == this.rightOperand && this.operator == 'EQ'))"),
                   policy_about("Level")),
            "");
}

TEST(CelExpressions, an_expression_sees_who_asks_when_and_under_which_agreement) {
  auto subject = globex();
  const auto agent = expression("A", "ctx.agent.id == 'did:web:globex.example' && this.leftOperand == 'A'");
  EXPECT_EQ(reason(agent, policy_about("A")), "");
  const auto age = expression("Age", "now - timestamp(ctx.agreement.contractSigningDate) < duration('1h')");
  EXPECT_TRUE(reason(age, policy_about("Age")).contains("agreement")) << "there is none yet";
  subject.agreement = odrl::AgreementFacts{.id = "agreement-1",
                                           .asset_id = "asset-1",
                                           .provider = Did("did:web:acme"),
                                           .consumer = subject.id,
                                           .signed_at = now - std::chrono::minutes(59)};
  EXPECT_EQ(reason(age, policy_about("Age"), subject), "");
  subject.now += std::chrono::minutes(2);
  EXPECT_NE(reason(age, policy_about("Age"), subject), "");
}

TEST(CelExpressions, all_expressions_of_an_operand_hold_together_in_the_scopes_in_which_they_are_asked) {
  const auto both = evaluator_with({expression("Level", "true", {"catalog", "transfer.process"}),
                                    expression("Level", "false", {"transfer.process"})});
  EXPECT_TRUE(both.allows(policy_about("Level"), catalog_scope, globex()));
  EXPECT_FALSE(both.allows(policy_about("Level"), transfer_scope, globex()));
  EXPECT_TRUE(both.check_bound(policy_about("Level")));
}

TEST(CelExpressions, a_built_in_operand_is_what_its_expression_says_and_remains_itself_elsewhere) {
  const auto redefined = evaluator_with({expression("MembershipCredential", "true", {"catalog"})});
  const auto gold = policy_about("MembershipCredential");
  EXPECT_TRUE(redefined.allows(gold, catalog_scope, globex()));
  EXPECT_FALSE(redefined.allows(gold, negotiation_scope, globex())) << "it is compared with 'active' there";
}

TEST(CelExpressions, actions_of_an_expression_are_what_its_scopes_are_about) {
  auto display = expression("Level", "true", {"catalog"});
  display.actions = {"odrl:display"};
  const auto policy = policy_about("Level", "\"gold\"", "odrl:display");
  EXPECT_FALSE(evaluator_with({}).check_bound(policy));
  EXPECT_TRUE(evaluator_with({display}).check_bound(policy));
  EXPECT_TRUE(evaluator_with({display}).allows(policy, catalog_scope, globex()));
  EXPECT_FALSE(evaluator_with({display}).allows(policy, transfer_scope, globex()));
}

TEST(CelExpressions, what_does_not_compile_is_refused_with_its_place_and_the_rule) {
  for (const auto& [text, told] : std::vector<std::pair<std::string, std::string>>{
           {"ctx.agent.id ==", "line 1, column 16"},
           {"true &&\n unknown", "line 2, column 2"},
           {"1 + 1", "bool"},
           {"this.leftOperand + 1", "line 1, column 18"},
           {"ctx.agent.claims.vc.hasCredentials('a')", "hasCredentials"},
           {"'a'.matches('(')", "line 1"}}) {
    const auto error = refusal(expression("Level", text));
    EXPECT_EQ(error.pointer, "/expression") << text;
    EXPECT_TRUE(error.message().contains(told)) << text << ": " << error.message();
  }
  EXPECT_EQ(refusal(expression("Level", "ctx.agent.verified")).message(), "")
      << "what ctx holds is known when it is evaluated";
}

TEST(CelExpressions, a_scope_that_no_policy_is_asked_in_is_refused_with_those_that_there_are) {
  const auto error = refusal(expression("Level", "true", {"catalog", "contract.negotation"}));
  EXPECT_EQ(error.pointer, "/scopes/1");
  EXPECT_TRUE(error.message().contains("contract.negotiation, transfer.process, policy.monitor"));
  for (const auto* scope : {"*", "*.", "contract", "transfer", "policy.monitor"})
    EXPECT_EQ(refusal(expression("Level", "true", {scope})).message(), "") << scope;
}

TEST(CelExpressions, what_yields_no_boolean_denies_and_says_why) {
  const auto& policy = policy_about("Level");
  EXPECT_EQ(reason(expression("Level", "ctx.agent.id"), policy),
            "permission 0: evaluate the expression 'Level-expression': the expression yields string and no "
            "boolean");
  EXPECT_TRUE(reason(expression("Level", "ctx.nobody.id == 'a'"), policy).contains("nobody"));
  EXPECT_TRUE(reason(expression("Level", "ctx.agent.id ==", {"*"}), policy).contains("line 1, column 16"))
      << "stored by a version that understood it";
}

TEST(CelExpressions, a_policy_costs_no_more_than_its_bound_however_many_constraints_it_has) {
  const std::string ten = "[1,2,3,4,5,6,7,8,9,10]";
  const auto dear =
      expression("Dear", ten + ".all(a, " + ten + ".all(b, " + ten + ".all(c, a + b + c > 0)))");
  auto policy = policy_about("Dear");
  const auto once = reason(dear, policy);
  const auto constraint = policy.permissions.front().constraints.front();
  policy.permissions.front().constraints.assign(500, constraint);
  const auto often = reason(dear, policy);
  EXPECT_EQ(once, "");
  EXPECT_TRUE(often.contains("the evaluation needs more than")) << often;
  const auto too_dear = expression("Dear", ten + ".all(e, " + ten + ".all(d, " + dear.expression + "))");
  EXPECT_TRUE(reason(too_dear, policy_about("Dear")).contains("needs more than 100000 steps"));
}

}  // namespace kontor::runtime::policy
