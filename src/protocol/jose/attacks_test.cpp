// Attacks on tokens and on keys, a vector each: how it is made, and by which rule it is refused. What a
// verifier does is what `accept` does: the key is the one that it knows, and the token has no say in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/crypto/hash.hpp"
#include "base/crypto/signature.hpp"
#include "base/crypto/test_keys.hpp"
#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "protocol/jose/jwk.hpp"
#include "protocol/jose/jwt.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using namespace kontor::protocol;
using crypto::KeyType;
using kontor::testing::SeededRandom;

namespace {

constexpr std::string_view claims = R"({"iss":"did:web:a","sub":"did:web:a"})";
constexpr std::string_view p256_header = R"({"alg":"ES256","kid":"did:web:a#1"})";
constexpr std::string_view ed25519_header = R"({"alg":"EdDSA","kid":"did:web:a#1"})";
constexpr std::string_view rsa_header = R"({"alg":"RS256","kid":"did:web:a#1"})";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

crypto::PrivateKey made(KeyType type, std::uint64_t seed = 1) {
  SeededRandom random(seed);
  return crypto::PrivateKey::generate(type, random).value();
}
crypto::PrivateKey imported_rsa() {
  return crypto::PrivateKey::from_pem(crypto::test::rsa_pem).value();
}

Bytes hex(std::string_view digits) {
  return text::hex_decode(digits).value();
}
/// The order of P-256, and that of Ed25519's base point (little-endian).
const Bytes p256_order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const Bytes ed25519_order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

std::string encoded(std::string_view text) {
  return text::base64url_encode(bytes_of(text));
}
std::string input_of(std::string_view header, std::string_view payload = claims) {
  return encoded(header) + "." + encoded(payload);
}
std::string with(std::string input, BytesView signature) {
  return jose::assemble(std::move(input), signature);
}
std::string signed_by(const crypto::PrivateKey& key, std::string_view header,
                      std::string_view payload = claims) {
  auto input = input_of(header, payload);
  const auto signature = crypto::sign(key, bytes_of(input));
  return with(std::move(input), signature);
}
/// Under a header that names the algorithm `alg` and has these further members.
std::string signed_with_member(const crypto::PrivateKey& key, std::string_view members) {
  return signed_by(key, R"({"alg":"ES256","kid":"did:web:a#1",)" + std::string(members) + "}");
}

Bytes joined(BytesView first, BytesView second) {
  Bytes all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  return all;
}
/// `minuend` - `subtrahend`, big-endian, of one length.
Bytes difference(BytesView minuend, BytesView subtrahend) {
  Bytes result(minuend.size());
  int borrowed = 0;
  for (std::size_t i = minuend.size(); i-- > 0;) {
    const int digit = std::to_integer<int>(minuend[i]) - std::to_integer<int>(subtrahend[i]) - borrowed;
    borrowed = digit < 0 ? 1 : 0;
    result[i] = static_cast<std::byte>(digit & 0xff);
  }
  return result;
}
/// `first` + `second`, little-endian, of one length.
Bytes sum(BytesView first, BytesView second) {
  Bytes result(first.size());
  int carried = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const int digit = std::to_integer<int>(first[i]) + std::to_integer<int>(second[i]) + carried;
    carried = digit >> 8;
    result[i] = static_cast<std::byte>(digit & 0xff);
  }
  return result;
}
/// The two numbers in the form of X9.62; neither begins with a zero.
Bytes in_der(BytesView raw) {
  Bytes body;
  for (auto number : {raw.first(32), raw.last(32)}) {
    const bool is_high = (number[0] & std::byte{0x80}) != std::byte{0};
    body.push_back(std::byte{2});
    body.push_back(static_cast<std::byte>(is_high ? 33 : 32));
    if (is_high) body.push_back(std::byte{0});
    body.insert(body.end(), number.begin(), number.end());
  }
  return joined(Bytes{std::byte{0x30}, static_cast<std::byte>(body.size())}, body);
}
/// Another spelling of the same octets: the last character's bits that nothing stands for are set.
std::string respelled(std::string text) {
  const auto value = alphabet.find(text.back());
  text.back() = alphabet[value + 1];
  return text;
}

Result<void> accept(std::string_view token, const crypto::PublicKey& key) {
  const auto jwt = jose::parse_jwt(token);
  if (!jwt) return fail(jwt.error());
  return jose::verify(jwt->jws, key);
}

struct Attack {
  std::string name;
  std::string token;
  ErrorCode code;
  std::string_view says;
};

/// Each of them is refused, by the rule that it breaks.
void expect_refused(const std::vector<Attack>& attacks, const crypto::PublicKey& key) {
  for (const auto& attack : attacks) {
    const auto accepted = accept(attack.token, key);
    ASSERT_FALSE(accepted) << attack.name;
    const auto said = accepted.error().pointer + " " + accepted.error().message();
    EXPECT_EQ(accepted.error().code, attack.code) << attack.name << ": " << said;
    EXPECT_NE(said.find(attack.says), std::string::npos) << attack.name << ": " << said;
  }
}

constexpr auto unauthenticated = ErrorCode::unauthenticated;
constexpr auto malformed = ErrorCode::malformed;
constexpr std::string_view wrong_signature = "was not made with this key";

}  // namespace

TEST(Attacks, the_algorithm_is_never_the_tokens_choice) {
  const auto key = made(KeyType::p256);
  const auto open_key = key.public_key().to_pem();
  const auto hashed = input_of(R"({"alg":"HS256","kid":"did:web:a#1"})");
  const auto by_pem = crypto::hmac_sha256({bytes_of(open_key), bytes_of(hashed)});
  const auto jwk = json::encode(jose::jwk_of(key.public_key()));
  const auto by_jwk = crypto::hmac_sha256({bytes_of(jwk), bytes_of(hashed)});
  std::vector<Attack> attacks{
      {"HMAC with the public key in PEM", with(hashed, by_pem), unauthenticated, "'HS256' is not accepted"},
      {"HMAC with the public key as JWK", with(hashed, by_jwk), unauthenticated, "'HS256' is not accepted"},
  };
  for (auto alg : {"none", "None", "NONE", "nOnE", "HS384", "PS256", "ES256K", "es256", "ES256 ", "dir"}) {
    const auto header = R"({"alg":")" + std::string(alg) + R"("})";
    attacks.push_back({alg, input_of(header) + ".", unauthenticated, "is not accepted"});
    attacks.push_back({alg, signed_by(key, header), unauthenticated, "is not accepted"});
  }
  for (auto alg : {"EdDSA", "Ed25519", "ES384", "ES512", "RS256"}) {
    const auto header = R"({"alg":")" + std::string(alg) + R"("})";
    attacks.push_back({alg, signed_by(key, header), unauthenticated, "its key is for ES256"});
  }
  for (auto type : {KeyType::ed25519, KeyType::p384, KeyType::p521})
    attacks.push_back(
        {"a key of another type, under its algorithm",
         signed_by(made(type), R"({"alg":")" + std::string(name_of(jose::algorithm_of(type))) + R"("})"),
         unauthenticated, "its key is for ES256"});
  attacks.push_back({"another key of the type", signed_by(made(KeyType::p256, 2), p256_header),
                     unauthenticated, wrong_signature});
  expect_refused(attacks, key.public_key());
}

TEST(Attacks, a_token_does_not_bring_its_own_key) {
  const auto key = made(KeyType::p256);
  const auto attacker = made(KeyType::p256, 2);
  const auto jwk = json::encode(jose::jwk_of(attacker.public_key()));
  std::vector<Attack> attacks;
  for (const auto& member : {R"("jwk":)" + jwk, std::string(R"("jku":"https://attacker.example/jwks")"),
                             std::string(R"("x5u":"https://attacker.example/chain.pem")"),
                             std::string(R"("x5c":["MIIB"])"), std::string(R"("jwk":null)")}) {
    attacks.push_back({"by its owner: " + member, signed_with_member(key, member), unauthenticated,
                       "does not say which key it is proven with"});
    attacks.push_back({"by an attacker: " + member, signed_with_member(attacker, member), unauthenticated,
                       "does not say which key it is proven with"});
  }
  expect_refused(attacks, key.public_key());
}

TEST(Attacks, a_token_has_one_meaning) {
  const auto key = made(KeyType::p256);
  const auto twice = [&](std::string_view header, std::string_view payload = claims) {
    return signed_by(key, header, payload);
  };
  const std::vector<Attack> attacks{
      {"a member twice", twice(R"({"alg":"none","alg":"ES256"})"), malformed, "stands twice"},
      {"a member twice, once escaped", twice(R"({"alg":"ES256","\u0061lg":"none"})"), malformed,
       "stands twice"},
      {"two keys named", twice(R"({"alg":"ES256","kid":"a","kid":"b"})"), malformed, "stands twice"},
      {"a claim twice", twice(p256_header, R"({"iss":"did:web:a","iss":"did:web:b"})"), malformed,
       "stands twice"},
      {"a claim twice, below", twice(p256_header, R"({"vc":{"id":"1","\u0069d":"2"}})"), malformed,
       "stands twice"},
      {"an unknown extension", signed_with_member(key, R"("crit":["exp"],"exp":1)"), unauthenticated,
       "extensions are not accepted"},
      {"an extension that is not there", signed_with_member(key, R"("crit":["b64"])"), unauthenticated,
       "extensions are not accepted"},
      {"no extension at all", signed_with_member(key, R"("crit":[])"), unauthenticated,
       "extensions are not accepted"},
      {"a payload that is not encoded", signed_with_member(key, R"("b64":false)"), unauthenticated,
       "extensions are not accepted"},
      {"an algorithm that is no text", twice(R"({"alg":["ES256"]})"), ErrorCode::invalid_input, "/alg"},
      {"a header that is no object", twice(R"(["ES256"])"), ErrorCode::invalid_input, ""},
      {"text behind the header", twice(std::string(p256_header) + "{}"), malformed, "header"},
      {"claims that are no object", twice(p256_header, R"("did:web:a")"), ErrorCode::invalid_input, ""},
      {"claims that are not UTF-8", twice(p256_header, "{\"iss\":\"\xff\"}"), malformed, ""},
  };
  expect_refused(attacks, key.public_key());
}

TEST(Attacks, octets_have_one_spelling) {
  const auto key = made(KeyType::p256);
  const auto token = signed_by(key, p256_header, R"({"iss":"did:web:ab"})");
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  const auto header = token.substr(0, first);
  const auto payload = token.substr(first + 1, last - first - 1);
  const auto signature = token.substr(last + 1);
  ASSERT_NE(header.size() % 4, 0u) << "or no bit is left over";
  ASSERT_NE(payload.size() % 4, 0u) << "or no bit is left over";
  ASSERT_TRUE(accept(token, key.public_key()));
  const std::vector<Attack> attacks{
      {"a header with bits left over", respelled(header) + "." + payload + "." + signature, malformed,
       "header"},
      {"a payload with bits left over", header + "." + respelled(payload) + "." + signature, malformed,
       "payload"},
      {"a signature with bits left over", header + "." + payload + "." + respelled(signature), malformed,
       "signature"},
      {"padding", token + "==", malformed, "signature"},
      {"padding of the header", header + std::string(4 - header.size() % 4, '=') + token.substr(first),
       malformed, "header"},
      {"white space", token + " ", malformed, "signature"},
      {"a new line", header + "\n" + token.substr(first), malformed, "header"},
      {"the other alphabet", header + "." + payload + "." + "+/" + signature.substr(2), malformed,
       "signature"},
      {"a percent sign", header + "." + payload + "." + signature.substr(0, 80) + "%3D", malformed,
       "signature"},
      {"a NUL", token + std::string(1, '\0'), malformed, "signature"},
      {"one part more", token + ".AA", malformed, "three parts"},
      {"one part less", header + "." + payload, malformed, "three parts"},
      {"five parts: encrypted", header + ".AA.AA." + payload + ".AA", malformed, "three parts"},
      {"the form in JSON",
       R"({"protected":")" + header + R"(","payload":")" + payload + R"(","signature":")" + signature +
           R"("})",
       malformed, "three parts"},
  };
  expect_refused(attacks, key.public_key());
}

TEST(Attacks, an_ecdsa_signature_has_one_form_and_its_numbers_their_range) {
  const auto key = made(KeyType::p256);
  const auto input = input_of(p256_header);
  Bytes good;
  do good = crypto::sign(key, bytes_of(input));
  while (good[0] == std::byte{0} || good[32] == std::byte{0});
  const BytesView r = BytesView(good).first(32);
  const BytesView s = BytesView(good).last(32);
  const Bytes zero(32);
  const Bytes one = joined(Bytes(31), Bytes{std::byte{1}});
  const Bytes full(32, std::byte{0xff});
  const std::vector<std::pair<std::string, Bytes>> signatures{
      {"nothing", {}},
      {"zeros", joined(zero, zero)},
      {"r is zero", joined(zero, s)},
      {"s is zero", joined(r, zero)},
      {"r is the order", joined(p256_order, s)},
      {"s is the order", joined(r, p256_order)},
      {"both are the order", joined(p256_order, p256_order)},
      {"r is beyond the order", joined(full, s)},
      {"s is beyond the order", joined(r, full)},
      {"both are one", joined(one, one)},
      {"r is mirrored", joined(difference(p256_order, r), s)},
      {"in the other order", joined(s, r)},
      {"in the form of X9.62", in_der(good)},
      {"an octet more", joined(good, Bytes(1))},
      {"an octet less", Bytes(good.begin(), good.end() - 1)},
      {"a zero before each number", joined(joined(Bytes(1), r), joined(Bytes(1), s))},
      {"in the width of P-384", joined(joined(Bytes(16), r), joined(Bytes(16), s))},
      {"twice", joined(good, good)},
  };
  ASSERT_TRUE(accept(with(input, good), key.public_key()));
  std::vector<Attack> attacks;
  for (const auto& [name, signature] : signatures)
    attacks.push_back({name, with(input, signature), unauthenticated, wrong_signature});
  expect_refused(attacks, key.public_key());
}

// Half of all honest signatures have the larger of the two possible s, so no verifier of ES256 can refuse one
// of them. Whoever mirrors s has the token that it had: a token is known by its claims, never by its octets.
TEST(Attacks, the_mirror_of_an_ecdsa_signature_is_the_same_token_and_no_other) {
  const auto key = made(KeyType::p256);
  const auto input = input_of(p256_header);
  const auto good = crypto::sign(key, bytes_of(input));
  const auto mirrored = joined(BytesView(good).first(32), difference(p256_order, BytesView(good).last(32)));
  EXPECT_NE(good, mirrored);
  EXPECT_TRUE(accept(with(input, mirrored), key.public_key()));
  EXPECT_FALSE(accept(with(input_of(p256_header, R"({"iss":"did:web:b"})"), mirrored), key.public_key()));
}

TEST(Attacks, signatures_of_ed25519_and_rsa_have_one_form) {
  const auto ed25519 = made(KeyType::ed25519);
  const auto input = input_of(ed25519_header);
  const auto good = crypto::sign(ed25519, bytes_of(input));
  ASSERT_TRUE(accept(with(input, good), ed25519.public_key()));
  const BytesView r = BytesView(good).first(32);
  const BytesView s = BytesView(good).last(32);
  const auto identity = joined(Bytes{std::byte{1}}, Bytes(31));
  std::vector<Attack> attacks;
  for (const auto& signature :
       {joined(r, sum(s, ed25519_order)), joined(r, Bytes(32)), joined(identity, Bytes(32)),
        joined(good, Bytes(1)), joined(s, r), Bytes(64), Bytes()}) {
    attacks.push_back(
        {text::hex_encode(signature), with(input, signature), unauthenticated, wrong_signature});
  }
  expect_refused(attacks, ed25519.public_key());

  const auto rsa = imported_rsa();
  const auto rsa_input = input_of(rsa_header);
  const auto rsa_good = crypto::sign(rsa, bytes_of(rsa_input));
  ASSERT_TRUE(accept(with(rsa_input, rsa_good), rsa.public_key()));
  const BytesView whole(rsa_good);
  attacks.clear();
  for (const auto& signature :
       {joined(Bytes(1), whole), joined(whole, Bytes(1)), joined({}, whole.first(255)), Bytes(256),
        Bytes(256, std::byte{0xff}), joined(Bytes(255), Bytes{std::byte{1}})}) {
    attacks.push_back(
        {text::hex_encode(signature), with(rsa_input, signature), unauthenticated, wrong_signature});
  }
  expect_refused(attacks, rsa.public_key());
}

TEST(Attacks, a_token_beyond_every_measure_costs_nothing) {
  const auto key = made(KeyType::p256);
  std::string deep = R"({"alg":"ES256","x":)" + std::string(64, '[') + std::string(64, ']') + "}";
  std::string deep_claims = R"({"x":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
  const std::vector<Attack> attacks{
      {"a huge token", std::string(64 * 1024 * 1024, 'A'), ErrorCode::too_large, "are allowed"},
      {"nothing but dots", std::string(200'000, '.'), malformed, "three parts"},
      {"a huge header", signed_by(key, R"({"alg":"ES256","x":")" + std::string(20'000, 'x') + "\"}"),
       ErrorCode::too_large, "header"},
      {"a deep header", signed_by(key, deep), malformed, "header"},
      {"deep claims", signed_by(key, p256_header, deep_claims), malformed, ""},
      {"a time beyond all times", signed_by(key, p256_header, R"({"exp":1e308})"), ErrorCode::invalid_input,
       "/exp"},
  };
  expect_refused(attacks, key.public_key());
}

TEST(Attacks, a_key_that_is_none_gets_nowhere) {
  const auto good = jose::jwk_of(made(KeyType::p256).public_key());
  const auto ec = [&](std::string_view crv, const std::string& x, const std::string& y) {
    return R"({"kty":"EC","crv":")" + std::string(crv) + R"(","x":")" + x + R"(","y":")" + y + "\"}";
  };
  const auto encode = [](const Bytes& bytes) { return text::base64url_encode(bytes); };
  const auto field = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  auto beside = text::base64url_decode(good.y).value();
  beside.back() ^= std::byte{1};
  const auto padded = encode(joined(Bytes(1), text::base64url_decode(good.x).value()));
  const std::string order_8 = encode(hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
  const std::vector<std::pair<std::string, std::string>> keys{
      {"a point beside its curve", ec("P-256", good.x, encode(beside))},
      {"the point zero", ec("P-256", encode(Bytes(32)), encode(Bytes(32)))},
      {"a coordinate that is the field's size", ec("P-256", encode(field), good.y)},
      {"on another curve", ec("P-384", good.x, good.y)},
      {"on a curve that is not ours", ec("secp256k1", good.x, good.y)},
      {"on a curve of another family", ec("Ed25519", good.x, good.y)},
      {"a longer coordinate", ec("P-256", padded, good.y)},
      {"a coordinate in another spelling", ec("P-256", respelled(good.x), good.y)},
      {"a coordinate with padding", ec("P-256", good.x + "=", good.y)},
      {"without a coordinate", ec("P-256", good.x, "")},
      {"a point for an agreement", R"({"kty":"OKP","crv":"X25519","x":")" + good.x + "\"}"},
      {"a point of small order", R"({"kty":"OKP","crv":"Ed25519","x":")" + order_8 + "\"}"},
      {"a symmetric key", R"({"kty":"oct","k":"AAAA"})"},
      {"with its private half",
       R"({"kty":"EC","crv":"P-256","d":"AA","x":")" + good.x + R"(","y":")" + good.y + "\"}"},
      {"a coordinate twice",
       R"({"kty":"EC","crv":"P-256","x":"AA","x":")" + good.x + R"(","y":")" + good.y + "\"}"},
      {"for another algorithm", R"({"alg":"none",)" + json::encode(good).substr(1)},
      {"for encryption", R"({"use":"enc",)" + json::encode(good).substr(1)},
      {"for signing alone", R"({"key_ops":["sign"],)" + json::encode(good).substr(1)},
      {"RSA of one bit", R"({"kty":"RSA","n":"AQ","e":"AQAB"})"},
      {"RSA with the exponent one",
       R"({"kty":"RSA","e":"AQ","n":")" + jose::jwk_of(imported_rsa().public_key()).n + "\"}"},
  };
  for (const auto& [name, text] : keys) {
    const auto jwk = json::decode<jose::Jwk>(text);
    EXPECT_FALSE(jwk && jose::verification_key(*jwk)) << name;
  }
  EXPECT_TRUE(jose::verification_key(json::decode<jose::Jwk>(ec("P-256", good.x, good.y)).value()));
}
