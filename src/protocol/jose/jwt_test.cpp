#include "protocol/jose/jwt.hpp"

#include <gtest/gtest.h>

#include "base/crypto/signature.hpp"
#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "protocol/jose/jwk.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using kontor::testing::SeededRandom;
using namespace kontor::protocol;
using crypto::KeyType;
using namespace std::chrono_literals;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

crypto::PrivateKey new_key(KeyType type) {
  SeededRandom random(1);
  return crypto::PrivateKey::generate(type, random).value();
}

std::string token_of(const crypto::PrivateKey& key, const jose::Claims& claims) {
  auto input =
      jose::make_signing_input({.alg = jose::algorithm_of(key.type()), .kid = "did:web:a#1"}, claims);
  const auto signature = crypto::sign(key, bytes_of(input));
  return jose::assemble(std::move(input), signature);
}

std::string encoded(std::string_view text) {
  return text::base64url_encode(bytes_of(text));
}

/// What becomes of a token with this header.
ErrorCode refusal_of(std::string_view header) {
  const auto jws = jose::parse_jws(encoded(header) + ".e30.AA");
  return jws ? ErrorCode::internal : jws.error().code;
}

jose::Claims good_claims() {
  return {.iss = "did:web:a",
          .sub = "did:web:a",
          .aud = {"did:web:b"},
          .exp = now + 5min,
          .nbf = now - 5s,
          .iat = now,
          .jti = "1"};
}

jose::Expectations strict() {
  return {.now = now,
          .issuer = "did:web:a",
          .audience = "did:web:b",
          .subject_is_issuer = true,
          .require_iat = true,
          .require_jti = true,
          .lifetime_max = 10min};
}

/// The claim that the check stumbles over; empty when all is well.
std::string problem(const jose::Claims& claims, const jose::Expectations& expected = strict()) {
  const auto checked = jose::check_claims(claims, expected);
  if (checked) return "";
  EXPECT_EQ(checked.error().code, ErrorCode::unauthenticated);
  return checked.error().pointer;
}

}  // namespace

TEST(Jws, a_token_made_with_a_key_is_proven_by_its_other_half_only) {
  for (auto type : {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::p521}) {
    const auto key = new_key(type);
    const auto jwt = jose::parse_jwt(token_of(key, good_claims())).value();
    EXPECT_TRUE(jose::verify(jwt.jws, key.public_key()));
    EXPECT_EQ(jwt.jws.header.kid, "did:web:a#1");
    EXPECT_EQ(jwt.claims.iss, "did:web:a");
    for (auto other : {KeyType::ed25519, KeyType::p256, KeyType::p384}) {
      if (other == type) continue;
      EXPECT_EQ(jose::verify(jwt.jws, new_key(other).public_key()).error().code, ErrorCode::unauthenticated);
    }
  }
}

TEST(Jws, the_token_of_rfc_8037_is_proven) {
  const auto token =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  const auto jws = jose::parse_jws(token).value();
  EXPECT_EQ(jws.payload, "Example of Ed25519 signing");
  const auto key =
      jose::public_key({.kty = "OKP", .crv = "Ed25519", .x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
          .value();
  EXPECT_TRUE(jose::verify(jws, key));
}

TEST(Jws, any_character_changed_and_the_token_proves_nothing) {
  const auto key = new_key(KeyType::p256);
  const auto token = token_of(key, good_claims());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto jws = jose::parse_jws(changed);
    EXPECT_FALSE(jws && jose::verify(*jws, key.public_key())) << i;
  }
}

TEST(Jws, none_and_symmetric_algorithms_do_not_exist) {
  for (auto alg : {"none", "None", "NONE", "HS256", "HS512", "PS256", "RS384", "es256", ""}) {
    EXPECT_EQ(refusal_of(R"({"alg":")" + std::string(alg) + "\"}"), ErrorCode::unauthenticated) << alg;
  }
  EXPECT_EQ(refusal_of(R"({"kid":"1"})"), ErrorCode::invalid_input);
  EXPECT_EQ(refusal_of(R"({"alg":1})"), ErrorCode::invalid_input);
  EXPECT_EQ(refusal_of(R"({"alg":null})"), ErrorCode::invalid_input);
}

TEST(Jws, both_names_of_ed25519_are_read) {
  EXPECT_EQ(jose::parse_jws(encoded(R"({"alg":"Ed25519"})") + ".e30.AA").value().header.alg,
            jose::Algorithm::eddsa);
  EXPECT_EQ(jose::name_of(jose::Algorithm::eddsa), "EdDSA");
}

TEST(Jws, extensions_that_change_the_meaning_are_refused) {
  EXPECT_EQ(refusal_of(R"({"alg":"ES256","crit":["exp"],"exp":1})"), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal_of(R"({"alg":"ES256","crit":[]})"), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal_of(R"({"alg":"ES256","b64":false})"), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal_of(R"({"alg":"ES256","b64":true})"), ErrorCode::unauthenticated);
}

TEST(Jws, what_is_ambiguous_or_no_token_is_malformed) {
  EXPECT_EQ(refusal_of(R"({"alg":"ES256","alg":"EdDSA"})"), ErrorCode::malformed);
  EXPECT_EQ(refusal_of("not json"), ErrorCode::malformed);
  const auto head = encoded(R"({"alg":"ES256"})");
  for (const auto& token : {std::string(), std::string("."), std::string(".."), head, head + ".e30",
                            head + ".e30.AA.", head + ".e30.A", head + ".e3=.AA", head + ".e30.AA==",
                            " " + head + ".e30.AA", head + ".e30.AA\n", head + "..e30.AA", head + ".?.AA"}) {
    const auto jws = jose::parse_jws(token);
    ASSERT_FALSE(jws) << token;
    EXPECT_EQ(jws.error().code, ErrorCode::malformed) << token;
  }
}

TEST(Jws, a_token_is_bounded) {
  const auto token = encoded(R"({"alg":"ES256"})") + "." + encoded(std::string(1000, 'p')) + ".AA";
  EXPECT_TRUE(jose::parse_jws(token));
  EXPECT_EQ(jose::parse_jws(token, 1000).error().code, ErrorCode::too_large);
  const auto header = R"({"alg":"ES256","x":")" + std::string(20'000, 'x') + "\"}";
  EXPECT_EQ(refusal_of(header), ErrorCode::too_large);
}

TEST(Jws, a_header_keeps_what_we_do_not_know) {
  const std::string_view header = R"({"alg":"ES256","kid":"k","typ":"JWT","cty":"vc","iss":"did:web:a"})";
  const auto jws = jose::parse_jws(encoded(header) + ".e30.AA").value();
  EXPECT_EQ(jws.header.rest.size(), 1u);
  EXPECT_EQ(json::encode(jws.header), header);
}

TEST(Claims, they_survive_the_way_there_and_back) {
  auto claims = good_claims();
  claims.rest["scope"] = "a b";
  const auto text = json::encode(claims);
  EXPECT_EQ(text,
            R"({"iss":"did:web:a","sub":"did:web:a","aud":"did:web:b","exp":1800000300,"nbf":1799999995,)"
            R"("iat":1800000000,"jti":"1","scope":"a b"})");
  const auto again = json::decode<jose::Claims>(text).value();
  EXPECT_EQ(json::encode(again), text);
  EXPECT_EQ(jose::text_claim(again, "scope"), "a b");
  EXPECT_EQ(jose::text_claim(again, "token"), std::nullopt);
}

TEST(Claims, the_audience_is_one_or_many) {
  EXPECT_EQ(json::decode<jose::Claims>(R"({"aud":"x"})").value().aud, std::vector<std::string>{"x"});
  const auto many = json::decode<jose::Claims>(R"({"aud":["x","y"]})").value();
  EXPECT_EQ(json::encode(many), R"({"aud":["x","y"]})");
  EXPECT_FALSE(json::decode<jose::Claims>(R"({"aud":["x",1]})"));
  EXPECT_EQ(json::encode(jose::Claims{}), "{}");
}

TEST(Claims, times_are_read_as_numbers_of_any_form_and_bounded) {
  const auto read = [](std::string_view exp) {
    return json::decode<jose::Claims>(R"({"exp":)" + std::string(exp) + "}");
  };
  EXPECT_EQ(read("1800000000").value().exp, now);
  EXPECT_EQ(read("1800000000.9").value().exp, now);
  EXPECT_EQ(read("1.8e9").value().exp, now);
  EXPECT_EQ(read("null").value().exp, std::nullopt);
  for (auto bad : {"-1", "253402300800", "1e300", "9223372036854775808", "\"1800000000\"", "true", "[]"}) {
    EXPECT_EQ(read(bad).error().pointer, "/exp") << bad;
  }
}

TEST(CheckClaims, good_claims_pass) {
  EXPECT_EQ(problem(good_claims()), "");
}

TEST(CheckClaims, each_broken_rule_is_named) {
  const auto with = [](auto change) {
    auto claims = good_claims();
    change(claims);
    return problem(claims);
  };
  EXPECT_EQ(with([](auto& c) { c.iss = "did:web:x"; }), "/iss");
  EXPECT_EQ(with([](auto& c) { c.iss.reset(); }), "/iss");
  EXPECT_EQ(with([](auto& c) { c.sub = "did:web:x"; }), "/sub");
  EXPECT_EQ(with([](auto& c) { c.sub.reset(); }), "/sub");
  EXPECT_EQ(with([](auto& c) { c.aud = {"did:web:B"}; }), "/aud");
  EXPECT_EQ(with([](auto& c) { c.aud.clear(); }), "/aud");
  EXPECT_EQ(with([](auto& c) { c.aud = {"did:web:x", "did:web:b"}; }), "");
  EXPECT_EQ(with([](auto& c) { c.exp.reset(); }), "/exp");
  EXPECT_EQ(with([](auto& c) { c.iat.reset(); }), "/iat");
  EXPECT_EQ(with([](auto& c) { c.jti.reset(); }), "/jti");
  EXPECT_EQ(with([](auto& c) { c.jti = ""; }), "/jti");
  EXPECT_EQ(with([](auto& c) { c.nbf.reset(); }), "");
  EXPECT_EQ(with([](auto& c) { c.exp = now + 11min; }), "/exp");
  EXPECT_EQ(with([](auto& c) {
              c.exp = c.iat = now - 4s;
              c.iat = now + 1s;
            }),
            "/iat");
}

TEST(CheckClaims, clocks_may_differ_by_the_leeway_and_no_more) {
  const auto with = [](auto change) {
    auto claims = good_claims();
    claims.iat = now - 5min;
    change(claims);
    return problem(claims);
  };
  EXPECT_EQ(with([](auto& c) { c.exp = now - 4s; }), "");
  EXPECT_EQ(with([](auto& c) { c.exp = now - 5s; }), "/exp");
  EXPECT_EQ(with([](auto& c) { c.exp = now - 60s; }), "/exp");
  EXPECT_EQ(with([](auto& c) { c.nbf = now + 5s; }), "");
  EXPECT_EQ(with([](auto& c) { c.nbf = now + 6s; }), "/nbf");
  EXPECT_EQ(with([](auto& c) { c.iat = now + 5s; }), "");
  EXPECT_EQ(with([](auto& c) { c.iat = now + 6s; }), "/iat");
  auto exact = strict();
  exact.leeway = 0s;
  auto claims = good_claims();
  claims.exp = now;
  EXPECT_EQ(problem(claims, exact), "/exp");
}

TEST(CheckClaims, what_is_not_asked_for_is_not_required) {
  jose::Expectations lenient{.now = now, .require_exp = false};
  EXPECT_EQ(problem({}, lenient), "");
  EXPECT_EQ(problem({.exp = now - 1h}, lenient), "/exp");
  EXPECT_EQ(problem({.iat = now + 1h}, lenient), "/iat");
  EXPECT_EQ(problem({.sub = "a"}, {.now = now, .subject = "b", .require_exp = false}), "/sub");
}
