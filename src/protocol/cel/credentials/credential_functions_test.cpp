#include "protocol/cel/credentials/credential_functions.hpp"

#include <gtest/gtest.h>

#include "protocol/cel/json.hpp"
#include "protocol/cel/program.hpp"

namespace kontor::protocol::cel::credentials {
namespace {

constexpr auto credentials = R"([
  {"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential", "Membership"],
   "issuer": {"id": "did:web:issuer"},
   "issuanceDate": "2026-11-20T12:00:00Z", "expirationDate": "2026-11-21T12:00:00Z",
   "credentialSubject": [{"id": "did:web:b", "level": "gold", "degree": {"type": "Bachelor"},
                          "https://w3id.org/ns/v1.0/region": "eu"}]},
  {"type": "Expired", "issuer": "did:web:other", "expirationDate": "2026-11-21T11:59:59Z",
   "credentialSubject": {"level": 2}},
  {"type": ["Future"], "issuanceDate": "2026-11-21T12:00:01Z"},
  {"type": ["Undated"], "expirationDate": "soon"}, 7])";

std::string outcome(std::string_view text, std::string_view vc = credentials, const Limits& limits = {}) {
  const Environment environment{.variables = {{"vc", Kind::dyn}, {"now", Kind::timestamp}},
                                .functions = functions()};
  const Activation activation{{"vc", from_json(json::parse(vc).value())},
                              {"now", parse_timestamp("2026-11-21T12:00:00Z").value()}};
  auto program = compile(text, environment);
  if (!program) return program.error().detail;
  auto value = program->evaluate(activation, limits);
  return value ? json::serialize(to_json(*value).value()) : value.error().detail;
}

TEST(CredentialFunctions, credentials_are_found_by_type_context_and_issuer) {
  EXPECT_EQ(outcome("vc.hasCredential('Membership')"), "true");
  EXPECT_EQ(outcome("vc.hasCredential('Expired')"), "true");
  EXPECT_EQ(outcome("vc.hasCredential('Member')"), "false");
  EXPECT_EQ(outcome("vc.withIssuer('did:web:issuer').size()"), "1");
  EXPECT_EQ(outcome("vc.withIssuer('did:web:other').hasCredential('Expired')"), "true");
  EXPECT_EQ(outcome("vc.withIssuer('did:web:other').hasCredential('Membership')"), "false");
  EXPECT_EQ(outcome("vc.withContext('https://www.w3.org/2018/credentials/v1').map(c, c.type[1])"),
            R"(["Membership"])");
  EXPECT_EQ(
      outcome("vc.withType('Membership').exists(c, c.hasType('VerifiableCredential') && c.hasContext('x'))"),
      "false");
}

TEST(CredentialFunctions, a_credential_is_valid_from_its_first_to_its_last_instant) {
  EXPECT_EQ(outcome("vc.valid().hasCredential('Membership')"), "true");
  EXPECT_EQ(outcome("vc.withType('Membership')[0].valid()"), "true");
  EXPECT_EQ(outcome("vc.valid().size()"), "1");
  for (const auto* type : {"Expired", "Future", "Undated"}) {
    EXPECT_EQ(
        outcome(fmt::format("vc.valid().hasCredential('{}') || vc.withType('{}')[0].valid()", type, type)),
        "false")
        << type;
  }
}

TEST(CredentialFunctions, claims_are_found_by_name_and_by_path) {
  EXPECT_EQ(
      outcome("vc.hasClaim('level', 'gold') && vc.hasClaim('level', 2) && !vc.hasClaim('level', 'silver')"),
      "true");
  EXPECT_EQ(outcome("vc.hasClaim('degree.type', 'Bachelor')"), "true");
  EXPECT_EQ(outcome("vc.hasClaim('https://w3id.org/ns/v1.0/region', 'eu')"), "true");
  EXPECT_EQ(outcome("vc.hasClaim('id', 'did:web:b')"), "true");
  EXPECT_EQ(outcome("vc.claims('level')"), R"(["gold",2])");
  EXPECT_EQ(outcome("vc.claim('level')"), R"("gold")");
  EXPECT_EQ(outcome("vc[1].claim('level') + 1"), "3");
}

TEST(CredentialFunctions, what_is_missing_is_no_match_and_no_error) {
  EXPECT_EQ(outcome("vc.hasClaim('missing') || vc.hasClaim('level.deep', 1) || vc.hasClaim('', 1)"), "false");
  EXPECT_EQ(outcome("vc.claim('missing') == null"), "true");
  EXPECT_EQ(outcome("vc.claims('missing')"), "[]");
  EXPECT_EQ(outcome("vc[2].hasClaim('level')"), "false");
  EXPECT_EQ(outcome("vc.hasCredential('Membership')", "[]"), "false");
  EXPECT_EQ(outcome("vc.withType('a').withContext('b').withIssuer('c').valid()", "[{}, 1, null]"), "[]");
}

TEST(CredentialFunctions, many_credentials_cost_much) {
  std::string many = "[0";
  for (int i = 0; i < 1000; ++i) many += R"(,{"type":["A"],"credentialSubject":{"a":1}})";
  many += "]";
  for (const auto* text : {"vc.withType('A')", "vc.valid()", "vc.hasClaim('b')", "vc.claims('a')"}) {
    EXPECT_EQ(outcome(text, many, {.steps_max = 1000}),
              "line 1, column 4: the evaluation needs more than 1000 steps")
        << text;
  }
}

}  // namespace
}  // namespace kontor::protocol::cel::credentials
