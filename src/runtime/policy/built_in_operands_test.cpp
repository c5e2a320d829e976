#include "runtime/policy/built_in_operands.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "runtime/policy/policy_evaluator.hpp"

namespace kontor::runtime::policy {
namespace {

using namespace std::chrono_literals;

const Instant signed_at = from_epoch_seconds(1'800'000'000);  // 2027-01-15T08:00:00Z

odrl::Policy policy_with(std::string_view left, std::string_view op, std::string_view right) {
  return json::decode<odrl::Policy>(
             fmt::format(R"({{"@type":"Set","permission":[{{"action":"use","constraint":[)"
                         R"({{"leftOperand":"{}","operator":"{}","rightOperand":{}}}]}}]}})",
                         left, op, right))
      .value();
}

class BuiltInOperands : public ::testing::Test {
 protected:
  BuiltInOperands() {
    subject.id = Did("did:web:globex.example");
    subject.now = signed_at;
    subject.claims = json::parse(R"({"vc":[
      {"type":["VerifiableCredential","MembershipCredential"],"issuer":{"id":"did:web:issuer"},
       "credentialSubject":[{"id":"did:web:globex.example","level":2,"regions":["eu","us"],"audited":true,
                             "address":{"country code":"DE"},"until":"2028-01-01T00:00:00Z"}]},
      {"type":["VerifiableCredential","OtherCredential"],
       "credentialSubject":[{"level":9,"only":"other"}]}]})")
                         ->as_object();
  }
  std::string reason(std::string_view left, std::string_view op, std::string_view right,
                     const odrl::Scope& scope = catalog_scope) {
    return evaluator.evaluate(policy_with(left, op, right), scope, subject).reason();
  }
  bool allows(std::string_view left, std::string_view op, std::string_view right,
              const odrl::Scope& scope = catalog_scope) {
    return reason(left, op, right, scope).empty();
  }
  /// Whether it holds that long after the agreement was signed.
  bool later(Duration passed, std::string_view left, std::string_view op, std::string_view right) {
    subject.agreement = odrl::AgreementFacts{.id = "a",
                                             .asset_id = "b",
                                             .provider = Did("did:web:acme"),
                                             .consumer = subject.id,
                                             .signed_at = signed_at};
    subject.now = signed_at + passed;
    EXPECT_EQ(allows(left, op, right, transfer_scope), allows(left, op, right, monitor_scope));
    return allows(left, op, right, transfer_scope);
  }

  odrl::Subject subject;
  PolicyEvaluator evaluator{PolicyConfig{}, {}};
};

}  // namespace

TEST_F(BuiltInOperands, a_claim_of_a_type_is_found_by_its_path_in_credentials_of_that_type_alone) {
  const std::string level = "MembershipCredential$.level";
  EXPECT_TRUE(allows(level, "eq", "2"));
  EXPECT_TRUE(allows(level, "eq", "\"2\"")) << "the schema knows right operands as texts";
  EXPECT_TRUE(allows(level, "gteq", "\"2\""));
  EXPECT_EQ(reason(level, "gt", "\"2\""),
            "permission 0: MembershipCredential$.level gt \"2\" does not hold: the value is 2");
  EXPECT_TRUE(allows("MembershipCredential$['address']['country code']", "isAnyOf", R"(["DE","FR"])"));
  EXPECT_TRUE(allows("MembershipCredential$.regions", "isAllOf", R"(["us","eu"])"));
  EXPECT_FALSE(allows("MembershipCredential$.regions", "isAllOf", R"(["us","eu","cn"])"));
  EXPECT_TRUE(allows("MembershipCredential$.regions[1]", "eq", "{\"@value\":\"us\"}"));
  EXPECT_TRUE(allows("MembershipCredential$.audited", "eq", "\"true\""));
  EXPECT_TRUE(allows("MembershipCredential$.until", "gt", "\"2027-12-31T00:00:00+01:00\""));
  EXPECT_FALSE(allows("MembershipCredential$.only", "eq", "\"other\""));
  EXPECT_TRUE(allows("$.vc[*].credentialSubject[*].only", "eq", "\"other\""));
  EXPECT_TRUE(allows("$.vc[0].issuer.id", "eq", "\"did:web:issuer\""));
}

TEST_F(BuiltInOperands, who_proved_nothing_fulfils_nothing_about_claims_whichever_way_it_is_turned) {
  for (const auto* op : {"eq", "neq", "isNoneOf", "isAnyOf", "isAllOf", "hasPart", "gt", "lt"}) {
    EXPECT_FALSE(allows("MembershipCredential$.missing", op, "2")) << op;
    EXPECT_FALSE(allows("RegisteredCredential$.level", op, "2")) << op;
  }
  EXPECT_TRUE(allows("MembershipCredential$.level", "neq", "3"));
  EXPECT_FALSE(allows("MembershipCredential$.level", "isA", "2"));
  EXPECT_FALSE(allows("MembershipCredential$.level", "isNoneOf", "[]"));
  EXPECT_FALSE(allows("MembershipCredential$.regions", "gt", "\"a\"")) << "texts have no order";
}

TEST_F(BuiltInOperands, a_path_that_cannot_be_read_is_refused_when_a_policy_is_written) {
  EXPECT_TRUE(evaluator.check_bound(policy_with("MembershipCredential$.a['b'][0][*].*", "eq", "2")));
  for (const auto* path : {"$.", "$..a", "$a", "$.a[", "$.a[x]", "$.a['b", "$.a[-1]", "$.a b",
                           "$.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"}) {
    const auto refused = evaluator.check_bound(policy_with(path, "eq", "2"));
    ASSERT_FALSE(refused) << path;
    EXPECT_TRUE(refused.error().message().contains("column")) << refused.error().message();
    EXPECT_FALSE(allows(path, "eq", "2")) << path;
  }
  EXPECT_FALSE(evaluator.check_bound(policy_with("UnknownCredential$.a", "eq", "2")));
}

TEST_F(BuiltInOperands, a_comparison_that_decides_for_nobody_is_refused_when_a_policy_is_written) {
  const auto check = [&](std::string_view left, std::string_view op, std::string_view right) {
    return evaluator.check_bound(policy_with(left, op, right));
  };
  const auto refused = check("dateTime", "lt", R"("tomorrow")");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/policy/permission/0/constraint/0");
  EXPECT_TRUE(refused.error().message().contains("\"tomorrow\" is no point in time"));
  EXPECT_FALSE(check("dateTime", "isA", R"("2027-01-15T08:00:00Z")"));
  EXPECT_FALSE(check("dateTime", "isPartOf", R"("2027-01-15T08:00:00Z")"));
  EXPECT_FALSE(check("inForceDate", "lt", R"("contractAgreement+soon")"));
  EXPECT_FALSE(check("agreementAge", "lt", R"("P1H")"));
  EXPECT_FALSE(check("Membership", "eq", R"("x")"));
  EXPECT_FALSE(check("participantId", "lt", R"("did:web:globex.example")"));
  EXPECT_FALSE(check("purpose", "eq", "[7]"));

  EXPECT_TRUE(check("dateTime", "lt", R"("2000-01-01T00:00:00Z")")) << "what never holds means something";
  EXPECT_TRUE(check("agreementAge", "lt", R"("30d")"));
  EXPECT_TRUE(check("BusinessPartnerGroup", "isAnyOf", R"(["gold"])"));
  EXPECT_TRUE(check("MembershipCredential$.level", "gteq", "2"));
}

TEST_F(BuiltInOperands, types_of_credentials_and_membership_are_asked_for_by_name) {
  EXPECT_TRUE(allows("credentialType", "isAllOf", R"(["MembershipCredential","OtherCredential"])"));
  EXPECT_TRUE(allows("credentialType", "eq", "\"OtherCredential\""));
  EXPECT_FALSE(allows("credentialType", "isNoneOf", R"(["OtherCredential"])"));
  EXPECT_FALSE(allows("credentialType", "eq", "\"Other\""));
  EXPECT_TRUE(allows("Membership", "eq", "\"active\""));
  subject.claims = {};
  EXPECT_FALSE(allows("Membership", "eq", "\"active\""));
  EXPECT_FALSE(allows("credentialType", "isNoneOf", R"(["OtherCredential"])"));
}

TEST_F(BuiltInOperands, a_date_is_compared_with_now_and_an_interval_ends_before_its_end) {
  EXPECT_TRUE(allows("dateTime", "lt", "\"2027-01-15T08:00:01Z\""));
  EXPECT_FALSE(allows("dateTime", "lt", "\"2027-01-15T08:00:00Z\""));
  EXPECT_TRUE(allows("odrl:dateTime", "gteq", R"({"@value":"2027-01-15T08:00:00Z","@type":"xsd:dateTime"})"));
  EXPECT_TRUE(allows("dateTime", "isPartOf", "\"2027-01-15T08:00:00Z/2027-01-16T00:00:00Z\""));
  EXPECT_FALSE(allows("dateTime", "isPartOf", "\"2027-01-14T08:00:00Z/2027-01-15T08:00:00Z\""));
  EXPECT_TRUE(
      allows("dateTime", "isPartOf",
             R"(["2020-01-01T00:00:00Z/2021-01-01T00:00:00Z","2027-01-01T00:00:00Z/2028-01-01T00:00:00Z"])"));
  for (const auto* wrong : {"\"tomorrow\"", "\"2027-01-01T00:00:00Z\"", "\"/\"", "7",
                            "\"2028-01-01T00:00:00Z/2027-01-01T00:00:00Z\""})
    EXPECT_FALSE(allows("dateTime", "isPartOf", wrong)) << wrong;
  EXPECT_FALSE(allows("dateTime", "isAnyOf", "\"2028-01-01T00:00:00Z\""));
}

TEST_F(BuiltInOperands, a_day_of_the_week_begins_and_ends_at_midnight_in_utc_in_every_scope) {
  const std::string working_days = R"(["monday","tuesday","wednesday","thursday","friday"])";
  for (const auto& scope : {catalog_scope, negotiation_scope, transfer_scope, monitor_scope}) {
    subject.now = signed_at;
    EXPECT_TRUE(allows("dayOfWeek", "eq", "\"friday\"", scope)) << scope.str();
    EXPECT_FALSE(allows("dayOfWeek", "neq", "\"friday\"", scope)) << scope.str();
    EXPECT_TRUE(allows("dayOfWeek", "isAnyOf", working_days, scope)) << scope.str();
    subject.now = signed_at + 16h - 1us;
    EXPECT_TRUE(allows("dayOfWeek", "isPartOf", working_days, scope)) << scope.str();
    subject.now = signed_at + 16h;
    EXPECT_TRUE(allows("dayOfWeek", "isNoneOf", working_days, scope)) << scope.str();
    EXPECT_EQ(reason("dayOfWeek", "eq", "\"friday\"", scope),
              "permission 0: dayOfWeek eq \"friday\" does not hold: the value is \"saturday\"");
  }
  const char* week[] = {"saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"};
  for (const auto* day : week) {
    EXPECT_TRUE(allows("dayOfWeek", "eq", fmt::format(R"({{"@value":"{}"}})", day))) << day;
    subject.now += 24h;
  }
}

TEST_F(BuiltInOperands, what_is_no_day_or_gives_days_an_order_is_refused_when_a_policy_is_written) {
  const auto why = [&](std::string_view op, std::string_view right) {
    const auto refused = evaluator.check_bound(policy_with("dayOfWeek", op, right));
    EXPECT_FALSE(allows("dayOfWeek", op, right)) << op << " " << right;
    EXPECT_EQ(refused ? "" : refused.error().pointer, "/policy/permission/0/constraint/0") << op << right;
    return refused ? std::string() : refused.error().message();
  };
  for (const auto* wrong : {"\"Monday\"", "\"mon\"", "\"\"", "1", "[\"monday\",\"holiday\"]", "{}", "[7]"}) {
    EXPECT_TRUE(
        why("eq", wrong)
            .contains(
                "is no day of the week: monday, tuesday, wednesday, thursday, friday, saturday, sunday"))
        << wrong;
  }
  EXPECT_TRUE(why("isAnyOf", "[\"monday\",\"holiday\"]").contains("\"holiday\" is no day"));
  for (const auto* op : {"lt", "lteq", "gt", "gteq", "isA", "isAllOf", "hasPart"})
    EXPECT_TRUE(why(op, "\"monday\"").contains("dayOfWeek is compared by eq, neq, isAnyOf,")) << op;
  EXPECT_TRUE(why("isNoneOf", "[]").contains("dayOfWeek: is compared with an empty list"));
}

TEST_F(BuiltInOperands, an_agreement_is_in_force_as_long_as_it_says) {
  const std::string thirty = "\"contractAgreement+30d\"";
  EXPECT_TRUE(later(30 * 24h, "inForceDate", "lteq", thirty));
  EXPECT_FALSE(later(30 * 24h + 1s, "inForceDate", "lteq", thirty));
  EXPECT_TRUE(later(0s, "https://w3id.org/edc/v0.0.1/ns/inForceDate", "gteq", "\"contractAgreement+0s\""));
  EXPECT_TRUE(later(0s, "edc:inForceDate", "gt", "\"ContractAgreement+-1h\""));
  EXPECT_TRUE(later(1h, "inForceDate", "lt", "\"2027-01-15T10:00:00Z\""));
  EXPECT_FALSE(later(2h, "inForceDate", "lt", "\"2027-01-15T10:00:00Z\""));
  EXPECT_FALSE(later(0s, "inForceDate", "lt", "\"contractAgreement+30\""));
  EXPECT_FALSE(later(0s, "inForceDate", "lt", "\"xontractAgreement+30d\""));
  EXPECT_TRUE(later(59s, "agreementAge", "lt", "\"1m\""));
  EXPECT_FALSE(later(60s, "agreementAge", "lt", "\"PT1M\""));
  EXPECT_TRUE(later(36h, "agreementAge", "eq", "\"P1DT12H\""));
  EXPECT_FALSE(later(0s, "agreementAge", "lt", "\"P1H\""));
  subject.agreement.reset();
  EXPECT_FALSE(allows("agreementAge", "lt", "\"1m\"", transfer_scope));
  EXPECT_TRUE(allows("agreementAge", "lt", "\"1m\"", catalog_scope)) << "of no account before there is one";
}

TEST_F(BuiltInOperands, a_purpose_is_a_commitment_of_who_agrees) {
  EXPECT_TRUE(allows("purpose", "eq", "\"https://example.org/research\""));
  EXPECT_FALSE(allows("odrl:purpose", "eq", "\"\""));
  EXPECT_FALSE(allows("purpose", "neq", "\"https://example.org/research\"")) << "nobody can prove it";
}

}  // namespace kontor::runtime::policy
