#include "protocol/vc/token.hpp"

#include <gtest/gtest.h>

#include "protocol/vc/internal/test_party.hpp"
#include "protocol/vc/status_list.hpp"

using namespace kontor;
using namespace kontor::protocol;
using namespace kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const auto issuer = vc::testing::party("did:web:issuer.example", 1);
const Did holder{"did:web:acme.example"};

Credential membership(Format format) {
  return {.format = format,
          .contexts = {std::string(format == Format::vc2_0_jose ? context_v2 : context_v1)},
          .id = "urn:uuid:1",
          .types = {"VerifiableCredential", "MembershipCredential"},
          .issuer = issuer.did,
          .valid_from = now,
          .valid_until = now + std::chrono::hours(1),
          .subjects = {{.id = holder, .claims = {{"level", "full"}}}}};
}

std::string payload_of(const std::string& token) {
  return jose::parse_jws(token).value().payload;
}

/// A token with exactly these claims.
std::string token_of(std::string_view claims) {
  return issuer.sign(jose::signing_input({.alg = jose::Algorithm::eddsa, .kid = issuer.kid()}, claims));
}

}  // namespace

TEST(CredentialToken, the_claims_of_profile_vc11_are_these) {
  const auto token =
      issuer.sign(credential_signing_input(membership(Format::vc1_0_jwt), issuer.signer(), now));
  const auto expected = json::parse(
      R"({"iss":"did:web:issuer.example","sub":"did:web:acme.example","exp":1800003600,"nbf":1800000000,)"
      R"("iat":1800000000,"jti":"urn:uuid:1","vc":{"@context":["https://www.w3.org/2018/credentials/v1"],)"
      R"("id":"urn:uuid:1","type":["VerifiableCredential","MembershipCredential"],)"
      R"("issuer":"did:web:issuer.example","issuanceDate":"2027-01-15T08:00:00Z",)"
      R"("expirationDate":"2027-01-15T09:00:00Z",)"
      R"("credentialSubject":{"id":"did:web:acme.example","level":"full"}}})");
  EXPECT_TRUE(json::equal(json::parse(payload_of(token)).value(), *expected)) << payload_of(token);
  const auto header = jose::parse_jws(token).value().header;
  EXPECT_EQ(header.kid, "did:web:issuer.example#key-1");
  EXPECT_EQ(header.typ, std::nullopt);
}

TEST(CredentialToken, the_payload_of_profile_vc20_is_the_credential) {
  const auto token =
      issuer.sign(credential_signing_input(membership(Format::vc2_0_jose), issuer.signer(), now));
  const auto expected = json::parse(
      R"({"exp":1800003600,"iat":1800000000,)"
      R"("@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1",)"
      R"("type":["VerifiableCredential","MembershipCredential"],"issuer":"did:web:issuer.example",)"
      R"("validFrom":"2027-01-15T08:00:00Z","validUntil":"2027-01-15T09:00:00Z",)"
      R"("credentialSubject":[{"id":"did:web:acme.example","level":"full"}]})");
  EXPECT_TRUE(json::equal(json::parse(payload_of(token)).value(), *expected)) << payload_of(token);
  EXPECT_EQ(jose::parse_jws(token).value().header.typ, "vc+jwt");
}

TEST(CredentialToken, a_token_with_a_fixed_key_and_time_is_this) {
  const auto credential = Credential{.format = Format::vc2_0_jose,
                                     .types = {"VerifiableCredential"},
                                     .issuer = Did{"did:web:i"},
                                     .subjects = {{.id = Did{"did:web:h"}, .claims = {}}}};
  const auto token = issuer.sign(credential_signing_input(credential, issuer.signer(), now));
  EXPECT_EQ(token,
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImRpZDp3ZWI6aXNzdWVyLmV4YW1wbGUja2V5LTEiLCJ0eXAiOiJ2Yytqd3QifQ"
            ".eyJpYXQiOjE4MDAwMDAwMDAsIkBjb250ZXh0IjpbImh0dHBzOi8vd3d3LnczLm9yZy9ucy9jcmVkZW50aWFscy92M"
            "iJdLCJ0eXBlIjpbIlZlcmlmaWFibGVDcmVkZW50aWFsIl0sImlzc3VlciI6ImRpZDp3ZWI6aSIsImNyZWRlbnRpYWx"
            "TdWJqZWN0IjpbeyJpZCI6ImRpZDp3ZWI6aCJ9XX0.w_vzhhUepxedgr9nwG2NICHFWg21hE-YreHPyW_r_9avIdKRS"
            "Q31e3ndPDhoYYHvqPi2jt4-6H507rG_vO64BQ");
}

TEST(CredentialToken, both_forms_are_read_back) {
  for (auto format : {Format::vc1_0_jwt, Format::vc2_0_jose}) {
    const auto token = issuer.sign(credential_signing_input(membership(format), issuer.signer(), now));
    const auto read_back = parse_credential(token).value();
    EXPECT_EQ(read_back.credential, membership(format));
    EXPECT_EQ(read_back.token, token);
  }
}

TEST(CredentialToken, a_vc11_credential_is_completed_from_its_token) {
  const auto token = token_of(
      R"({"iss":"did:web:issuer.example","sub":"did:web:acme.example","jti":"urn:uuid:9","nbf":1800000000,)"
      R"("exp":1800003600,"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["T"],)"
      R"("credentialSubject":{"foo":"bar"},"expirationDate":null}})");
  const auto credential = parse_credential(token).value().credential;
  EXPECT_EQ(credential.issuer, issuer.did);
  EXPECT_EQ(credential.id, "urn:uuid:9");
  EXPECT_EQ(credential.valid_from, now);
  EXPECT_EQ(credential.valid_until, now + std::chrono::hours(1));
  EXPECT_EQ(credential.subjects.at(0).id, holder);
}

TEST(CredentialToken, a_token_that_contradicts_its_credential_is_refused) {
  EXPECT_EQ(parse_credential(token_of(R"({"iss":"did:web:other.example","vc":{"type":["T"],)"
                                      R"("issuer":"did:web:issuer.example","credentialSubject":{}}})"))
                .error()
                .pointer,
            "/iss");
}

TEST(CredentialToken, what_is_no_credential_is_refused) {
  EXPECT_FALSE(parse_credential("not a token"));
  EXPECT_FALSE(parse_credential(token_of(R"({"iss":"did:web:issuer.example"})")));
  EXPECT_FALSE(parse_credential(token_of(R"({"iss":"did:web:issuer.example","vc":"text"})")));
  EXPECT_FALSE(parse_credential(std::string(300'000, 'a')));
}

TEST(StatusListCredential, a_list_survives_both_forms_of_token) {
  for (auto kind : {StatusKind::bitstring, StatusKind::status_list_2021}) {
    StatusList list{.kind = kind,
                    .url = "https://issuer.example/status/1",
                    .issuer = issuer.did,
                    .purposes = {"revocation"},
                    .valid_from = now,
                    .valid_until = now + std::chrono::hours(24)};
    ASSERT_TRUE(list.bits.set(5, true));
    for (auto format : {Format::vc1_0_jwt, Format::vc2_0_jose}) {
      const auto token =
          issuer.sign(credential_signing_input(status_list_credential(list, format), issuer.signer(), now));
      const auto read_back = read_status_list(parse_credential(token).value().credential).value();
      EXPECT_EQ(read_back.kind, kind);
      EXPECT_EQ(read_back.url, list.url);
      EXPECT_EQ(read_back.bits, list.bits);
      EXPECT_EQ(read_back.purposes, list.purposes);
      EXPECT_EQ(read_back.valid_until, list.valid_until);
    }
  }
}

TEST(StatusListCredential, the_list_of_the_specification_is_read) {
  auto credential = json::decode<Credential>(
      R"({"@context":["https://www.w3.org/ns/credentials/v2"],)"
      R"("id":"https://example.com/credentials/status/3",)"
      R"("type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"did:example:12345",)"
      R"("validFrom":"2021-04-05T14:27:40Z","credentialSubject":{"id":"https://example.com/status/3#list",)"
      R"("type":"BitstringStatusList","statusPurpose":"revocation",)"
      R"("encodedList":"uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"}})");
  auto list = read_status_list(credential.value()).value();
  EXPECT_EQ(list.bits.size_bits(), 131'072u);
  EXPECT_EQ(list.issuer, Did{"did:example:12345"});
}

TEST(StatusListCredential, a_credential_that_is_no_list_is_refused) {
  EXPECT_FALSE(read_status_list(membership(Format::vc1_0_jwt)));
  auto two = status_list_credential({.url = "u", .issuer = issuer.did, .purposes = {"revocation"}},
                                    Format::vc1_0_jwt);
  two.subjects.push_back(two.subjects.front());
  EXPECT_FALSE(read_status_list(two));
  auto without_purpose = status_list_credential({.url = "u", .issuer = issuer.did}, Format::vc1_0_jwt);
  EXPECT_FALSE(read_status_list(without_purpose));
}
