#include "protocol/dcp/tokens.hpp"

#include <gtest/gtest.h>

#include "base/crypto/signature.hpp"

using namespace kontor;
using namespace kontor::protocol;
using namespace kontor::protocol::dcp;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
constexpr auto hour = std::chrono::hours(1);
const Did holder{"did:web:acme.example"};
const Did verifier{"did:web:verifier.example"};
const Did stranger{"did:web:stranger.example"};

crypto::PrivateKey key_of(unsigned char number) {
  const Bytes seed(32, std::byte{number});
  return crypto::PrivateKey::from_scalar(crypto::KeyType::ed25519, seed).value();
}
const auto key = key_of(1);
const auto other_key = key_of(2);

vc::Signer signer_of(const Did& did) {
  return {.alg = jose::Algorithm::eddsa, .kid = did.str() + "#key-1"};
}

std::string sign(std::string input, const crypto::PrivateKey& with = key) {
  const auto signature = crypto::sign(with, bytes_of(input));
  return jose::assemble(std::move(input), signature);
}

did::DidDocument document_of(const Did& did) {
  did::DidDocument document;
  document.id = did;
  const auto id = did.str() + "#key-1";
  document.verification_methods = {{.id = id, .controller = did, .key = jose::jwk_of(key.public_key())}};
  document.capability_invocation = {id};
  return document;
}

jose::Claims good_claims() {
  jose::Claims claims{
      .iss = holder.str(), .sub = holder.str(), .exp = now + hour, .iat = now, .jti = "jti-1"};
  claims.aud = {verifier.str()};
  claims.rest["token"] = "access";
  return claims;
}

/// How a token with these claims fares: "good", or the name of the error.
std::string fate(const jose::Claims& claims, const jose::Header& header,
                 const did::DidDocument& document = document_of(holder),
                 const crypto::PrivateKey& with = key) {
  auto received = parse_self_issued(sign(jose::make_signing_input(header, claims), with));
  if (!received) return std::string(received.error().row().name);
  auto caller = verify_self_issued(*received, document,
                                   {.now = now, .audience = verifier, .access_token_required = true});
  return caller ? "good" : std::string(caller.error().row().name);
}

jose::Header header_of(const Did& did) {
  return {.alg = jose::Algorithm::eddsa, .kid = did.str() + "#key-1"};
}

template <class Spoil>
std::string fate_after(Spoil spoil) {
  auto claims = good_claims();
  spoil(claims);
  return fate(claims, header_of(holder));
}

const std::string refused = "unauthenticated";

jose::Jwt access_token(const AccessToken& token, const crypto::PrivateKey& with = key) {
  return jose::parse_jwt(sign(signing_input(token, signer_of(token.holder)), with)).value();
}

AccessToken an_access_token() {
  return {.holder = holder,
          .verifier = verifier,
          .scopes = {{.value = "MembershipCredential"}},
          .jti = "jti-2",
          .now = now};
}

std::string grant_of(const jose::Jwt& token, Instant at = now, const Did& presenter = verifier) {
  auto grant =
      verify_access_token(token, key.public_key(), {.now = at, .holder = holder, .presenter = presenter});
  return grant ? "good" : std::string(grant.error().row().name);
}

}  // namespace

TEST(SelfIssuedToken, its_claims_are_these) {
  const auto token = sign(signing_input(SelfIssuedToken{.issuer = holder,
                                                        .audience = verifier,
                                                        .jti = "jti-1",
                                                        .now = now,
                                                        .access_token = "access",
                                                        .pre_authorized_code = "code"},
                                        signer_of(holder)));
  const auto jws = jose::parse_jws(token).value();
  const auto expected = json::parse(
      R"({"iss":"did:web:acme.example","sub":"did:web:acme.example","aud":"did:web:verifier.example",)"
      R"("exp":1800000300,"nbf":1799999995,"iat":1800000000,"jti":"jti-1","token":"access",)"
      R"("pre-authorized_code":"code"})");
  EXPECT_TRUE(json::equal(json::parse(jws.payload).value(), *expected)) << jws.payload;
  EXPECT_EQ(jws.header.kid, "did:web:acme.example#key-1");
  EXPECT_EQ(jws.header.typ, std::nullopt);
}

TEST(SelfIssuedToken, what_we_make_we_accept) {
  const auto token = sign(signing_input(SelfIssuedToken{.issuer = holder,
                                                        .audience = verifier,
                                                        .jti = "jti-1",
                                                        .now = now,
                                                        .access_token = "access",
                                                        .pre_authorized_code = "code"},
                                        signer_of(holder)));
  const auto received = parse_self_issued(token).value();
  EXPECT_EQ(received.key,
            (vc::KeyReference{holder, holder.str() + "#key-1", did::Relationship::capability_invocation}));
  const auto caller =
      verify_self_issued(received, document_of(holder), {.now = now, .audience = verifier}).value();
  EXPECT_EQ(caller.did, holder);
  EXPECT_EQ(caller.access_token, "access");
  EXPECT_EQ(caller.pre_authorized_code, "code");
  EXPECT_EQ(caller.single_use,
            (SingleUse{holder, "jti-1", now + std::chrono::minutes(5) + std::chrono::seconds(5)}));
}

TEST(SelfIssuedToken, issuer_and_subject_must_be_present_and_equal) {
  EXPECT_EQ(fate_after([](jose::Claims&) {}), "good");
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.sub = stranger.str(); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.sub.reset(); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.iss.reset(); }), refused);
}

TEST(SelfIssuedToken, it_must_be_meant_for_us) {
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.aud = {stranger.str()}; }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.aud.clear(); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.aud = {stranger.str(), verifier.str()}; }), "good");
}

TEST(SelfIssuedToken, its_times_must_be_present_and_kept_within_the_leeway) {
  using std::chrono::seconds;
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.exp.reset(); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.iat.reset(); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) {
              c.exp = now - seconds(60);
              c.iat = now - hour;
            }),
            refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) {
              c.exp = now - seconds(4);
              c.iat = now - hour;
            }),
            "good");
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.iat = now + seconds(60); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.iat = now + seconds(4); }), "good");
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.nbf = now + seconds(60); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.nbf = now - seconds(60); }), "good");
  EXPECT_EQ(fate_after([](jose::Claims& c) {
              c.iat = now;
              c.exp = now - seconds(3);
            }),
            refused);
}

TEST(SelfIssuedToken, its_use_is_remembered_for_a_bounded_time) {
  using std::chrono::seconds;
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.exp = now + hour; }), "good");
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.exp = now + hour + seconds(1); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.exp = from_epoch_seconds(253'402'300'799); }), refused);
}

TEST(SelfIssuedToken, it_can_be_used_once_only_if_it_has_a_jti) {
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.jti.reset(); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.jti = ""; }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.jti = std::string(513, 'x'); }), refused);
}

TEST(SelfIssuedToken, the_access_token_must_be_there_where_a_presentation_follows) {
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.rest.erase("token"); }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.rest["token"] = ""; }), refused);
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.rest["token"] = 7; }), refused);
  auto claims = good_claims();
  claims.rest.erase("token");
  const auto received = parse_self_issued(sign(jose::make_signing_input(header_of(holder), claims))).value();
  const auto caller = verify_self_issued(received, document_of(holder), {.now = now, .audience = verifier});
  EXPECT_EQ(caller.value().access_token, std::nullopt);
}

TEST(SelfIssuedToken, it_must_not_bring_its_own_key) {
  EXPECT_EQ(fate_after([](jose::Claims& c) { c.rest["sub_jwk"] = json::Object{}; }), refused);
}

TEST(SelfIssuedToken, the_signature_must_be_by_a_key_of_the_issuers_document) {
  const auto claims = good_claims();
  EXPECT_EQ(fate(claims, header_of(holder), document_of(holder), other_key), refused);
  EXPECT_EQ(fate(claims, header_of(stranger)), refused);
  EXPECT_EQ(fate(claims, {.alg = jose::Algorithm::eddsa, .kid = "did:web:acme.example.evil#key-1"}), refused);
  EXPECT_EQ(fate(claims, {.alg = jose::Algorithm::eddsa, .kid = holder.str() + "#key-2"}), "not_found");
  EXPECT_EQ(fate(claims, {.alg = jose::Algorithm::eddsa, .kid = "#key-1"}), "good");
  auto foreign = document_of(holder);
  foreign.id = stranger;
  EXPECT_EQ(fate(claims, header_of(holder), foreign), refused);
}

TEST(SelfIssuedToken, the_document_of_somebody_else_proves_nothing_even_if_its_method_has_the_same_name) {
  const jose::Header relative{.alg = jose::Algorithm::eddsa, .kid = "#key-1"};
  EXPECT_EQ(fate(good_claims(), relative, document_of(stranger)), refused);
}

TEST(SelfIssuedToken, without_a_kid_the_only_method_counts) {
  const auto claims = good_claims();
  const jose::Header no_kid{.alg = jose::Algorithm::eddsa};
  EXPECT_EQ(fate(claims, no_kid), "good");
  auto two = document_of(holder);
  two.verification_methods.push_back(two.verification_methods[0]);
  two.verification_methods[1].id = holder.str() + "#key-2";
  EXPECT_EQ(fate(claims, no_kid, two), refused);
}

TEST(SelfIssuedToken, the_key_must_be_meant_for_calling_unless_undeclared_keys_are_accepted) {
  const auto claims = good_claims();
  auto document = document_of(holder);
  const auto kid = document.verification_methods[0].id;
  const auto accepted = [&] {
    const auto received =
        parse_self_issued(sign(jose::make_signing_input(header_of(holder), claims))).value();
    const SelfIssuedExpectations expected{
        .now = now, .audience = verifier, .relationships = did::RelationshipPolicy::tolerant};
    return verify_self_issued(received, document, expected).has_value();
  };
  document.capability_invocation = {holder.str() + "#another-key"};
  EXPECT_EQ(fate(claims, header_of(holder), document), refused);
  EXPECT_FALSE(accepted());
  document.capability_invocation.reset();
  document.authentication = {kid};
  EXPECT_EQ(fate(claims, header_of(holder), document), refused) << "declared for something else";
  EXPECT_FALSE(accepted());
  document.authentication = std::vector<std::string>{};
  EXPECT_EQ(fate(claims, header_of(holder), document), refused) << "declared for nothing at all";
  EXPECT_TRUE(accepted());
}

TEST(SelfIssuedToken, what_is_no_token_is_unauthenticated) {
  EXPECT_EQ(parse_self_issued("").error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(parse_self_issued("a.b.c").error().code, ErrorCode::unauthenticated);
}

TEST(SelfIssuedToken, the_authorization_header_must_say_bearer) {
  EXPECT_EQ(bearer_token("Bearer abc").value(), "abc");
  EXPECT_EQ(bearer_token("bearer abc").value(), "abc");
  for (const auto* header : {"", "abc", "Bearer", "Bearer ", "Bearerabc", "Basic abc"}) {
    EXPECT_EQ(bearer_token(header).error().code, ErrorCode::unauthenticated) << header;
  }
}

TEST(AccessToken, its_claims_are_these) {
  const auto token = access_token(an_access_token());
  const auto expected = json::parse(
      R"({"iss":"did:web:acme.example","sub":"did:web:verifier.example","aud":"did:web:acme.example",)"
      R"("exp":1800000300,"nbf":1799999995,"iat":1800000000,"jti":"jti-2",)"
      R"("scope":"org.eclipse.dspace.dcp.vc.type:MembershipCredential:read"})");
  EXPECT_TRUE(json::equal(json::parse(token.jws.payload).value(), *expected)) << token.jws.payload;
}

TEST(AccessToken, it_grants_its_scopes_to_the_verifier_it_was_made_for) {
  const auto token = access_token(an_access_token());
  const auto grant =
      verify_access_token(token, key.public_key(), {.now = now, .holder = holder, .presenter = verifier})
          .value();
  EXPECT_EQ(grant.scopes, (std::vector<Scope>{{.value = "MembershipCredential"}}));
  EXPECT_EQ(grant.single_use.jti, "jti-2");
  EXPECT_EQ(grant_of(token, now, stranger), refused);
}

TEST(AccessToken, it_must_be_the_holders_own_and_in_date) {
  EXPECT_EQ(grant_of(access_token(an_access_token())), "good");
  EXPECT_EQ(grant_of(access_token(an_access_token(), other_key)), refused);
  EXPECT_EQ(grant_of(access_token(an_access_token()), now + hour), refused);
  EXPECT_EQ(grant_of(access_token(an_access_token()), now - hour), refused);
  auto of_another = an_access_token();
  of_another.holder = stranger;
  EXPECT_EQ(grant_of(access_token(of_another)), refused);
}

TEST(AccessToken, without_scope_or_jti_it_grants_nothing) {
  const auto with = [](auto spoil) {
    auto claims = access_token(an_access_token()).claims;
    spoil(claims);
    return grant_of(jose::parse_jwt(sign(jose::make_signing_input(header_of(holder), claims))).value());
  };
  EXPECT_EQ(with([](jose::Claims&) {}), "good");
  EXPECT_EQ(with([](jose::Claims& c) { c.rest.erase("scope"); }), refused);
  EXPECT_EQ(with([](jose::Claims& c) { c.jti.reset(); }), refused);
  EXPECT_EQ(with([](jose::Claims& c) { c.exp.reset(); }), refused);
  EXPECT_EQ(with([](jose::Claims& c) { c.aud = {verifier.str()}; }), refused);
  EXPECT_EQ(with([](jose::Claims& c) { c.iss = stranger.str(); }), refused);
  EXPECT_EQ(with([](jose::Claims& c) { c.rest["scope"] = "nonsense"; }), "forbidden");
}
