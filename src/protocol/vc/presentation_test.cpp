#include "protocol/vc/presentation.hpp"

#include <gtest/gtest.h>

#include "protocol/vc/internal/test_party.hpp"

using namespace kontor;
using namespace kontor::protocol;
using namespace kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const auto issuer = vc::testing::party("did:web:issuer.example", 1);
const auto holder = vc::testing::party("did:web:acme.example", 2);
const Did verifier{"did:web:verifier.example"};

std::string credential(Format format, std::string id = "urn:uuid:1") {
  const Credential content{.format = format,
                           .contexts = {std::string(format == Format::vc2_0_jose ? context_v2 : context_v1)},
                           .id = std::move(id),
                           .types = {"VerifiableCredential", "MembershipCredential"},
                           .issuer = issuer.did,
                           .valid_from = now,
                           .subjects = {{.id = holder.did, .claims = {}}}};
  return issuer.sign(credential_signing_input(content, issuer.signer(), now));
}

std::string presentation(Format format, std::vector<std::string> credentials) {
  const PresentationContent content{.holder = holder.did,
                                    .audience = verifier,
                                    .id = "jti-1",
                                    .credentials = std::move(credentials),
                                    .now = now};
  return holder.sign(presentation_signing_input(format, content, holder.signer()));
}

std::string enveloped(const std::string& inner) {
  return holder.sign(envelope_signing_input(inner, holder.signer()));
}

std::string token_of(const json::Value& claims) {
  return holder.sign(
      jose::signing_input({.alg = jose::Algorithm::eddsa, .kid = holder.kid()}, json::serialize(claims)));
}

}  // namespace

TEST(Presentation, the_claims_of_profile_vc11_are_these) {
  const auto token = presentation(Format::vc1_0_jwt, {"a.b.c"});
  const auto payload = jose::parse_jws(token).value().payload;
  const auto expected = json::parse(
      R"({"iss":"did:web:acme.example","sub":"did:web:acme.example","aud":"did:web:verifier.example",)"
      R"("exp":1800000060,"nbf":1800000000,"iat":1800000000,"jti":"jti-1","vp":{"@context":[)"
      R"("https://www.w3.org/2018/credentials/v1",)"
      R"("https://identity.foundation/presentation-exchange/submission/v1"],)"
      R"("type":"VerifiablePresentation","verifiableCredential":["a.b.c"]}})");
  EXPECT_TRUE(json::equal(json::parse(payload).value(), *expected)) << payload;
}

TEST(Presentation, the_layers_of_profile_vc20_are_these) {
  const auto inner = presentation(Format::vc2_0_jose, {"a.b.c"});
  const auto inner_payload = jose::parse_jws(inner).value().payload;
  const auto expected =
      json::parse(R"({"aud":"did:web:verifier.example","exp":1800000060,"iat":1800000000,"jti":"jti-1",)"
                  R"("@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation",)"
                  R"("holder":"did:web:acme.example",)"
                  R"("verifiableCredential":[{"@context":"https://www.w3.org/ns/credentials/v2",)"
                  R"("id":"data:application/vc+jwt,a.b.c","type":"EnvelopedVerifiableCredential"}]})");
  EXPECT_TRUE(json::equal(json::parse(inner_payload).value(), *expected)) << inner_payload;
  const auto outer_payload = jose::parse_jws(enveloped(inner)).value().payload;
  const auto outer =
      json::parse(R"({"@context":["https://www.w3.org/ns/credentials/v2"],)"
                  R"("type":"EnvelopedVerifiablePresentation","id":"data:application/vp+jwt,)" +
                  inner + R"("})");
  EXPECT_TRUE(json::equal(json::parse(outer_payload).value(), *outer)) << outer_payload;
}

TEST(Presentation, every_form_is_read_with_its_credentials) {
  const auto v1 =
      parse_presentation(presentation(Format::vc1_0_jwt, {credential(Format::vc1_0_jwt)})).value();
  EXPECT_EQ(v1.format, Format::vc1_0_jwt);
  EXPECT_EQ(v1.layers.size(), 1u);
  const auto inner = presentation(Format::vc2_0_jose, {credential(Format::vc2_0_jose)});
  const auto plain = parse_presentation(inner).value();
  EXPECT_EQ(plain.format, Format::vc2_0_jose);
  EXPECT_EQ(plain.layers.size(), 1u);
  const auto layered = parse_presentation(enveloped(inner)).value();
  EXPECT_EQ(layered.layers.size(), 2u);
  EXPECT_EQ(layered.claims().jti, "jti-1");
  const json::Value object =
      json::Object{{"type", "EnvelopedVerifiablePresentation"}, {"id", "data:application/vp+jwt," + inner}};
  const auto as_object = parse_presentation(object).value();
  for (const auto* one : {&v1, &plain, &layered, &as_object}) {
    EXPECT_EQ(one->holder, holder.did);
    ASSERT_EQ(one->credentials.size(), 1u);
    EXPECT_EQ(one->credentials[0]->credential.id, "urn:uuid:1");
  }
}

TEST(Presentation, several_credentials_in_one_envelope_are_read) {
  const auto one = credential(Format::vc2_0_jose, "urn:uuid:1");
  const auto two = credential(Format::vc2_0_jose, "urn:uuid:2");
  const json::Value claims = json::Object{
      {"@context", json::Array{context_v2.data()}},
      {"type", json::Array{"VerifiablePresentation"}},
      {"holder", holder.did.str()},
      {"verifiableCredential",
       json::Object{{"type", "EnvelopedVerifiableCredential"},
                    {"id", "data:application/vc+jwt," + one + ";data:application/vc+jwt," + two}}}};
  EXPECT_EQ(parse_presentation(token_of(claims)).value().credentials.size(), 2u);
}

TEST(Presentation, an_empty_presentation_is_read_as_such) {
  EXPECT_TRUE(parse_presentation(presentation(Format::vc1_0_jwt, {})).value().credentials.empty());
  EXPECT_TRUE(parse_presentation(token_of(json::Object{{"iss", "did:web:a"}, {"vp", json::Object{}}}))
                  .value()
                  .credentials.empty());
}

TEST(Presentation, embedded_proofs_and_other_things_are_refused) {
  const auto refused = [](const json::Value& claims) {
    return !parse_presentation(token_of(claims)).has_value();
  };
  EXPECT_TRUE(refused(json::Object{{"iss", "did:web:a"}}));
  EXPECT_TRUE(refused(json::Object{{"vp", "text"}}));
  EXPECT_TRUE(refused(json::Object{{"vp", json::Array{"text"}}}));
  EXPECT_TRUE(refused(json::Object{
      {"vp", json::Object{{"verifiableCredential", json::Array{json::Object{{"proof", json::Object{}}}}}}}}));
  EXPECT_TRUE(refused(json::Object{{"vp", json::Object{{"verifiableCredential", json::Array{"no token"}}}}}));
  EXPECT_TRUE(
      refused(json::Object{{"type", "EnvelopedVerifiablePresentation"}, {"id", "https://example.com"}}));
  EXPECT_TRUE(refused(json::Object{{"type", "EnvelopedVerifiablePresentation"},
                                   {"id", "data:application/vp+jwt;base64,AAAA"}}));
  EXPECT_FALSE(parse_presentation(json::Value(json::Object{{"proof", json::Object{}}})));
  EXPECT_FALSE(parse_presentation(json::Value(7)));
}

TEST(Presentation, envelopes_do_not_nest_without_end) {
  const auto inner = presentation(Format::vc2_0_jose, {});
  EXPECT_TRUE(parse_presentation(enveloped(inner)));
  EXPECT_FALSE(parse_presentation(enveloped(enveloped(inner))));
}

/// VC Data Model 2.0 §4.13: a URL, or an object with it.
TEST(Presentation, a_holder_may_be_an_object_with_its_id) {
  const auto holder_in = [](json::Value said) {
    const auto read = parse_presentation(
        token_of(json::Object{{"type", "VerifiablePresentation"}, {"holder", std::move(said)}}));
    return read ? read->holder.str() : read.error().pointer;
  };
  EXPECT_EQ(holder_in(json::Object{{"id", "did:web:a"}, {"name", "A"}}), "did:web:a");
  EXPECT_EQ(holder_in("did:web:a"), "did:web:a");
  EXPECT_EQ(holder_in(json::Object{{"name", "A"}}), "");
}

TEST(Presentation, a_holder_that_contradicts_the_token_is_refused) {
  const json::Value claims =
      json::Object{{"iss", holder.did.str()}, {"vp", json::Object{{"holder", "did:web:other.example"}}}};
  EXPECT_EQ(parse_presentation(token_of(claims)).error().pointer, "/holder");
}

TEST(Presentation, its_size_and_its_credentials_are_bounded) {
  const auto token = presentation(Format::vc1_0_jwt, std::vector(3, credential(Format::vc1_0_jwt)));
  EXPECT_EQ(parse_presentation(token, {.credentials_max = 2}).error().code, ErrorCode::too_large);
  EXPECT_EQ(parse_presentation(token, {.bytes_max = 100}).error().code, ErrorCode::too_large);
  EXPECT_TRUE(parse_presentation(token, {.credentials_max = 3}));
}
