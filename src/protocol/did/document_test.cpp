#include "protocol/did/document.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json/codec.hpp"

using namespace kontor;
using namespace kontor::protocol;
using did::DidDocument;
using did::Relationship;
using did::RelationshipPolicy;

namespace {

constexpr std::string_view jwk =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

std::string method(std::string_view id, std::string_view key = jwk) {
  return R"({"id":")" + std::string(id) +
         R"(","type":"JsonWebKey2020","controller":"did:web:a","publicKeyJwk":)" + std::string(key) + "}";
}

DidDocument document(const std::string& members) {
  return json::decode<DidDocument>(R"({"id":"did:web:a")" + (members.empty() ? "" : "," + members) + "}")
      .value();
}

Result<void> refusal(const std::string& members) {
  auto read = json::decode<DidDocument>(R"({"id":"did:web:a",)" + members + "}");
  if (read) return {};
  return fail(read.error());
}

ErrorCode outcome(const DidDocument& of, const did::KeyQuery& query) {
  const auto key = did::find_key(of, query);
  return key ? ErrorCode{} : key.error().code;
}

constexpr ErrorCode found{};
constexpr auto whatever_is_declared = RelationshipPolicy::tolerant;

}  // namespace

TEST(DidDocument, the_writer_makes_what_every_known_reader_takes) {
  DidDocument document;
  document.id = Did("did:web:hub.example%3A7083:acme");
  document.services = {{"acme-cs", "CredentialService", "https://hub.example:7082/api/credentials/"}};
  const auto key = json::decode<jose::Jwk>(jwk).value();
  document.verification_methods = {
      {.id = "#key-1", .controller = document.id, .type = "Multikey", .key = key},
      {.id = "#unknown", .controller = document.id, .type = "Odd"}};
  document.capability_invocation = {"key-1"};
  EXPECT_EQ(json::encode(document),
            R"({"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],)"
            R"("id":"did:web:hub.example%3A7083:acme",)"
            R"("service":[{"id":"acme-cs","type":"CredentialService",)"
            R"("serviceEndpoint":"https://hub.example:7082/api/credentials"}],)"
            R"("verificationMethod":[{"id":"did:web:hub.example%3A7083:acme#key-1","type":"JsonWebKey2020",)"
            R"("controller":"did:web:hub.example%3A7083:acme","publicKeyJwk":)" +
                std::string(jwk) +
                "}],"
                R"("capabilityInvocation":["did:web:hub.example%3A7083:acme#key-1"]})");
}

TEST(DidDocument, what_is_written_reads_the_same) {
  const auto first = document(R"("verificationMethod":[)" + method("#k") +
                              R"(],"authentication":["#k"],"assertionMethod":[],"service":[)"
                              R"({"id":"s","type":"DataService","serviceEndpoint":"https://x/y"}])");
  const auto text = json::encode(first);
  EXPECT_EQ(json::encode(json::decode<DidDocument>(text).value()), text);
  EXPECT_EQ(first.assertion_method, std::vector<std::string>{});
  EXPECT_EQ(first.capability_invocation, std::nullopt);
}

TEST(DidDocument, the_reader_takes_what_is_seen_in_the_wild) {
  const auto read = document(
      R"("@context":"https://www.w3.org/ns/did/v1","alsoKnownAs":["x"],"proof":{},"keyAgreement":null,)"
      R"("verificationMethod":[)" +
      method("#a") + "," +
      R"({"id":"did:web:a#b","type":"Multikey","controller":"did:web:a",)"
      R"("publicKeyMultibase":"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"},)"
      R"({"id":"#c","type":"Ed25519VerificationKey2018",)"
      R"("publicKeyBase58":"4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS"},)"
      R"({"id":"#d","type":"EcdsaSecp256k1RecoveryMethod2020","blockchainAccountId":"x"}],)"
      R"("authentication":"did:web:a#a","assertionMethod":["#b",)" +
      method("#e") + "]," +
      R"("service":[{"id":"1","type":["A","B"],"serviceEndpoint":["https://x"]},)"
      R"({"id":"2","type":"C","serviceEndpoint":{"uri":"https://y"}},)"
      R"({"type":"D","serviceEndpoint":"https://z/"}])");
  ASSERT_EQ(read.verification_methods.size(), 5u);
  EXPECT_TRUE(read.verification_methods[1].key);
  EXPECT_TRUE(read.verification_methods[2].key);
  EXPECT_FALSE(read.verification_methods[3].key);
  EXPECT_EQ(read.verification_methods[4].only_for, Relationship::assertion_method);
  EXPECT_EQ(read.authentication, std::vector<std::string>{"did:web:a#a"});
  EXPECT_EQ(read.assertion_method, (std::vector<std::string>{"did:web:a#b", "did:web:a#e"}));
  EXPECT_EQ(read.key_agreement, std::nullopt);
  ASSERT_EQ(read.services.size(), 3u);
  EXPECT_EQ(did::find_service(read, "B")->endpoint, "https://x");
  EXPECT_EQ(did::find_service(read, "C"), nullptr);
  EXPECT_EQ(did::service_endpoint(read, "D").value(), "https://z");
  EXPECT_EQ(did::service_endpoint(read, "C").error().code, ErrorCode::not_found);
}

TEST(DidDocument, what_is_ambiguous_or_unbounded_is_refused) {
  EXPECT_EQ(json::decode<DidDocument>("{}").error().pointer, "/id");
  EXPECT_EQ(json::decode<DidDocument>(R"({"id":"https://a"})").error().pointer, "/id");
  EXPECT_FALSE(refusal(R"("verificationMethod":[{"type":"JsonWebKey2020"}])"));
  EXPECT_FALSE(refusal(R"("verificationMethod":["#k"])"));
  EXPECT_FALSE(refusal(R"("verificationMethod":[)" + method("#k") + "," + method("did:web:a#k") + "]"));
  EXPECT_FALSE(refusal(R"("authentication":[17])"));
  EXPECT_FALSE(refusal(R"("service":["x"])"));
  std::string many;
  for (int i = 0; i < 257; ++i) many += (i > 0 ? "," : "") + method("#" + std::to_string(i));
  EXPECT_FALSE(refusal(R"("verificationMethod":[)" + many + "]"));
}

TEST(DidDocument, a_key_in_two_forms_is_no_key) {
  const auto read = document(R"("verificationMethod":[{"id":"#k","type":"JsonWebKey2020","publicKeyJwk":)" +
                             std::string(jwk) +
                             R"(,"publicKeyMultibase":"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}])");
  EXPECT_EQ(outcome(read, {.kid = "#k"}), ErrorCode::unauthenticated);
}

TEST(FindKey, a_kid_names_exactly_one_key_in_any_of_its_forms) {
  const auto read = document(R"("verificationMethod":[)" + method("#a") + "," + method("#b") + "]");
  for (auto kid : {"did:web:a#a", "#a", "a"}) {
    EXPECT_EQ((*did::find_verification_method(read, {.kid = kid, .policy = whatever_is_declared}))->id,
              "did:web:a#a");
  }
  for (auto kid : {"did:web:a#c", "#c", "", "#", "did:web:b#a", "did:web:a", "A"}) {
    EXPECT_EQ(outcome(read, {.kid = kid, .policy = whatever_is_declared}), ErrorCode::not_found) << kid;
  }
}

TEST(FindKey, without_a_kid_the_only_key_is_meant) {
  const did::KeyQuery without_kid{.policy = whatever_is_declared};
  EXPECT_EQ(outcome(document(R"("verificationMethod":[)" + method("#a") + "]"), without_kid), found);
  EXPECT_EQ(
      outcome(document(R"("verificationMethod":[)" + method("#a") + "," + method("#b") + "]"), without_kid),
      ErrorCode::unauthenticated);
  EXPECT_EQ(outcome(document(""), without_kid), ErrorCode::unauthenticated);
}

TEST(FindKey, a_declared_relationship_is_enforced_under_every_policy) {
  const auto read = document(R"("verificationMethod":[)" + method("#a") + "," + method("#b") +
                             R"(],"capabilityInvocation":["#a"],"assertionMethod":[])");
  for (auto policy : {RelationshipPolicy::tolerant, RelationshipPolicy::strict}) {
    EXPECT_EQ(outcome(read, {"#a", Relationship::capability_invocation, policy}), found);
    EXPECT_EQ(outcome(read, {"#b", Relationship::capability_invocation, policy}), ErrorCode::unauthenticated);
    EXPECT_EQ(outcome(read, {"#a", Relationship::assertion_method, policy}), ErrorCode::unauthenticated);
  }
}

TEST(FindKey, a_document_that_declares_nothing_is_good_under_the_tolerant_policy_only) {
  const auto one = R"("verificationMethod":[)" + method("#a") + "]";
  for (const auto& read :
       {document(one), document(one + R"(,"authentication":[])"),
        document(one + R"(,"authentication":[],"assertionMethod":[],"keyAgreement":[])")}) {
    for (auto purpose : {Relationship::authentication, Relationship::assertion_method,
                         Relationship::capability_invocation}) {
      EXPECT_EQ(outcome(read, {"#a", purpose, RelationshipPolicy::tolerant}), found);
      EXPECT_EQ(outcome(read, {"#a", purpose, RelationshipPolicy::strict}), ErrorCode::unauthenticated);
      EXPECT_EQ(outcome(read, {.kid = "#a", .purpose = purpose}), ErrorCode::unauthenticated)
          << "unless somebody says so";
    }
  }
}

TEST(FindKey, what_is_declared_elsewhere_alone_serves_nothing_else_under_any_policy) {
  for (const char* declared : {R"("authentication":["#a"],"capabilityInvocation":[])",
                               R"("authentication":["#a"])", R"("keyAgreement":["#other"])"}) {
    const auto read = document(R"("verificationMethod":[)" + method("#a") + "]," + declared);
    for (auto policy : {RelationshipPolicy::tolerant, RelationshipPolicy::strict}) {
      EXPECT_EQ(outcome(read, {"#a", Relationship::capability_invocation, policy}),
                ErrorCode::unauthenticated)
          << declared;
    }
  }
}

TEST(FindKey, a_key_inside_a_relationship_serves_no_other) {
  const auto one = document(R"("keyAgreement":[)" + method("#e") + "]");
  EXPECT_EQ(outcome(one, {"#e", Relationship::key_agreement}), found);
  EXPECT_EQ(outcome(one, {"#e", Relationship::assertion_method}), ErrorCode::unauthenticated);
  const auto two =
      document(R"("authentication":[)" + method("#e") + R"(],"assertionMethod":[)" + method("#e") + "]");
  EXPECT_EQ(outcome(two, {"#e", Relationship::authentication}), found);
  EXPECT_EQ(outcome(two, {"#e", Relationship::assertion_method}), found);
}

TEST(FindKey, the_reader_parses_a_few_keys_and_the_others_are_found_too) {
  std::string methods = method("#0");
  for (std::size_t i = 1; i <= did::keys_parsed_max; ++i) methods += "," + method("#" + std::to_string(i));
  const auto all = document(R"("verificationMethod":[)" + methods + "]");
  const auto parsed = std::ranges::count_if(all.verification_methods,
                                            [](const auto& each) { return each.parsed.has_value(); });
  EXPECT_EQ(static_cast<std::size_t>(parsed), did::keys_parsed_max);
  for (const auto& each : all.verification_methods)
    EXPECT_EQ(outcome(all, {.kid = each.id, .policy = whatever_is_declared}), found) << each.id;
}

TEST(FindKey, a_foreign_unusable_or_misused_key_is_refused) {
  const auto read = document(R"("verificationMethod":[{"id":"#a","controller":"did:web:b","publicKeyJwk":)" +
                             std::string(jwk) + "}," + R"({"id":"#b"},)" +
                             method("#c", R"({"kty":"OKP","crv":"X25519","x":"AA"})") + "," +
                             method("#d", R"({"kty":"OKP","crv":"Ed25519","x":"AA"})") + "," +
                             method("#e", R"({"use":"enc",)" + std::string(jwk.substr(1))) + "]");
  for (auto kid : {"#a", "#b", "#c", "#d", "#e"}) {
    EXPECT_EQ(outcome(read, {.kid = kid, .policy = whatever_is_declared}), ErrorCode::unauthenticated) << kid;
  }
}
