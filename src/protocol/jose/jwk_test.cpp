#include "protocol/jose/jwk.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "protocol/jose/jwks.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using kontor::testing::SeededRandom;
using namespace kontor::protocol;
using crypto::KeyType;

namespace {

jose::Jwk new_jwk(KeyType type) {
  SeededRandom random(1);
  return jose::jwk_of(crypto::PrivateKey::generate(type, random).value().public_key());
}

constexpr KeyType generated_types[] = {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::p521};

// RFC 7638 §3.1.
constexpr std::string_view rfc_7638_key =
    R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhD)"
    R"(R1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0)"
    R"(_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6)"
    R"(WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS25)"
    R"(6","kid":"2011-04-29"})";

// RFC 8037 §A.1 and A.3.
constexpr std::string_view rfc_8037_pair =
    R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
    R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

}  // namespace

TEST(Jwk, a_key_survives_the_way_there_and_back) {
  for (auto type : generated_types) {
    const auto jwk = new_jwk(type);
    const auto again = json::decode<jose::Jwk>(json::encode(jwk)).value();
    EXPECT_EQ(again, jwk);
    EXPECT_EQ(jose::jwk_of(jose::public_key(again).value()), jwk);
  }
  const auto rsa = json::decode<jose::Jwk>(rfc_7638_key).value();
  EXPECT_TRUE(json::equal(write(rsa), json::parse(rfc_7638_key).value()));
  EXPECT_EQ(jose::jwk_of(jose::public_key(rsa).value()).n, rsa.n);
}

TEST(Jwk, thumbprints_are_those_of_the_specifications) {
  EXPECT_EQ(jose::thumbprint(json::decode<jose::Jwk>(rfc_7638_key).value()).value(),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  const auto pair = json::decode<jose::PrivateJwk>(rfc_8037_pair).value();
  EXPECT_EQ(jose::thumbprint(pair.key).value(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  EXPECT_FALSE(jose::thumbprint({.kty = "EC", .crv = "P-256", .x = "AA"}));
  EXPECT_FALSE(jose::thumbprint({.kty = "oct"}));
}

TEST(Jwk, a_private_member_in_a_public_place_is_refused) {
  const auto read = json::decode<jose::Jwk>(rfc_8037_pair);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().pointer, "/d");
  EXPECT_EQ(read.error().message().find("nWGxne"), std::string::npos);
  EXPECT_FALSE(json::decode<jose::Jwk>(R"({"kty":"oct","k":"AAAA"})"));
}

TEST(Jwk, what_is_written_of_a_key_pair_as_public_has_no_private_member) {
  const auto pair = json::decode<jose::PrivateJwk>(rfc_8037_pair).value();
  EXPECT_EQ(json::encode(pair.key).find("\"d\""), std::string::npos);
  EXPECT_NE(json::encode(pair).find(R"("d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")"),
            std::string::npos);
}

TEST(Jwk, a_key_pair_survives_the_way_there_and_back) {
  SeededRandom random(1);
  for (auto type : generated_types) {
    const auto key = crypto::PrivateKey::generate(type, random).value();
    const auto text = json::encode(jose::private_jwk_of(key).value());
    const auto again = jose::private_key(json::decode<jose::PrivateJwk>(text).value()).value();
    EXPECT_EQ(again.scalar(), key.scalar());
  }
  const auto pair = json::decode<jose::PrivateJwk>(rfc_8037_pair).value();
  EXPECT_EQ(jose::jwk_of(jose::private_key(pair).value().public_key()), pair.key);
}

TEST(Jwk, halves_of_two_key_pairs_are_refused) {
  SeededRandom random(1);
  auto mine = jose::private_jwk_of(crypto::PrivateKey::generate(KeyType::p256, random).value()).value();
  const auto other =
      jose::private_jwk_of(crypto::PrivateKey::generate(KeyType::p256, random).value()).value();
  mine.d = other.d;
  EXPECT_EQ(jose::private_key(mine).error().pointer, "/d");
}

TEST(Jwk, a_key_for_something_else_checks_no_signature) {
  auto jwk = new_jwk(KeyType::p256);
  EXPECT_TRUE(jose::verification_key(jwk));
  jwk.use = "sig";
  jwk.key_ops = {"sign", "verify"};
  jwk.alg = "ES256";
  EXPECT_TRUE(jose::verification_key(jwk));
  jwk.key_ops = {"sign"};
  EXPECT_EQ(jose::verification_key(jwk).error().pointer, "/key_ops");
  jwk.use = "enc";
  EXPECT_EQ(jose::verification_key(jwk).error().pointer, "/use");
  jwk.alg = "ES384";
  EXPECT_EQ(jose::public_key(jwk).error().pointer, "/alg");
}

TEST(Jwk, the_algorithm_is_known_without_parsing_the_key) {
  auto jwk = new_jwk(KeyType::p256);
  jwk.x = "no point of any curve";
  EXPECT_EQ(jose::algorithm_of(jwk).value(), jose::Algorithm::es256);
  EXPECT_EQ(jose::algorithm_of(new_jwk(KeyType::ed25519)).value(), jose::Algorithm::eddsa);
  jwk.alg = "ES384";
  EXPECT_EQ(jose::algorithm_of(jwk).error().pointer, "/alg");
  jwk.crv = "secp256k1";
  EXPECT_EQ(jose::algorithm_of(jwk).error().pointer, "/kty");
}

TEST(Jwk, an_error_names_the_member) {
  auto jwk = new_jwk(KeyType::p256);
  jwk.y.clear();
  EXPECT_EQ(jose::public_key(jwk).error().pointer, "/y");
  jwk.x += "=";
  EXPECT_EQ(jose::public_key(jwk).error().pointer, "/x");
  jwk.crv = "secp256k1";
  EXPECT_EQ(jose::public_key(jwk).error().pointer, "/kty");
  EXPECT_EQ(json::decode<jose::Jwk>(R"({"crv":"P-256"})").error().pointer, "/kty");
}

TEST(Jwks, keys_that_are_not_understood_are_skipped) {
  const auto usable = json::encode(new_jwk(KeyType::ed25519));
  const auto set =
      json::decode<jose::Jwks>(R"({"keys":[{"kty":"OKP","crv":"X25519","x":"AA"},{"kty":"oct","k":"AA"},)"
                               R"({"nonsense":1},"text",null,)" +
                               usable + "]}");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->keys.size(), 1u);
  EXPECT_EQ(json::encode(*set), R"({"keys":[)" + usable + "]}");
  EXPECT_FALSE(json::decode<jose::Jwks>("{}"));
}

TEST(Jwks, exactly_one_key_must_fit) {
  jose::Jwks set{{new_jwk(KeyType::ed25519), new_jwk(KeyType::p256), new_jwk(KeyType::p256)}};
  set.keys[0].kid = "a";
  set.keys[1].kid = "b";
  set.keys[2].kid = "b";
  EXPECT_EQ(jose::find_key(set, "a").value().crv, "Ed25519");
  EXPECT_EQ(jose::find_key(set, "b").error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(jose::find_key(set, "c").error().code, ErrorCode::not_found);
  EXPECT_EQ(jose::find_key(set, std::nullopt).error().code, ErrorCode::unauthenticated);
  set.keys.resize(1);
  EXPECT_EQ(jose::find_key(set, std::nullopt).value().crv, "Ed25519");
  EXPECT_EQ(jose::find_key({}, std::nullopt).error().code, ErrorCode::not_found);
}
