// The vectors of project Wycheproof (C2SP/wycheproof, testvectors_v1), read from KONTOR_SPEC_DIR/jose.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/crypto/aead.hpp"
#include "base/crypto/signature.hpp"
#include "base/json/json.hpp"
#include "base/text/encoding.hpp"

using namespace kontor;
using crypto::KeyType;
using crypto::PublicKey;

namespace {

std::string text_at(const json::Value& value, std::string_view key) {
  return std::string(json::find(value, key)->as_string());
}

Bytes hex_at(const json::Value& value, std::string_view key) {
  return text::hex_decode(text_at(value, key)).value();
}

json::Value vectors(const std::string& file) {
  std::ifstream in(std::string(std::getenv("KONTOR_SPEC_DIR")) + "/jose/" + file);
  std::stringstream text;
  text << in.rdbuf();
  return json::parse(text.str(), {.bytes_max = 16u << 20}).value();
}

struct Counts {
  int valid = 0;
  int invalid = 0;
  bool operator==(const Counts&) const = default;
};

/// Runs every case; `accepts` says whether we take it. Returns how many were right.
template <class Accepts>
Counts run(const std::string& file, Accepts accepts) {
  Counts right;
  const auto document = vectors(file);
  for (const auto& group : json::find(document, "testGroups")->as_array()) {
    for (const auto& test : json::find(group, "tests")->as_array()) {
      const auto expected = text_at(test, "result");
      const bool accepted = accepts(group, test);
      EXPECT_EQ(accepted, expected == "valid") << file << " " << json::serialize(test);
      if (accepted && expected == "valid") ++right.valid;
      if (!accepted && expected == "invalid") ++right.invalid;
    }
  }
  return right;
}

bool verifies(const PublicKey& key, const json::Value& test) {
  return crypto::verify(key, {hex_at(test, "msg"), hex_at(test, "sig")});
}

/// The number that begins at `at` in the distinguished encoding, in `width` octets; `at` moves behind it.
std::optional<Bytes> integer_at(BytesView der, std::size_t& at, std::size_t width) {
  if (at + 2 > der.size() || der[at] != std::byte{2}) return std::nullopt;
  const auto size = std::to_integer<std::size_t>(der[at + 1]);
  at += 2;
  if (size == 0 || size >= 0x80 || size > der.size() - at) return std::nullopt;
  auto digits = der.subspan(at, size);
  at += size;
  const auto is_high = [](std::byte each) { return (each & std::byte{0x80}) != std::byte{0}; };
  if (is_high(digits[0])) return std::nullopt;
  if (size > 1 && digits[0] == std::byte{0}) {
    if (!is_high(digits[1])) return std::nullopt;
    digits = digits.subspan(1);
  }
  if (digits.size() > width) return std::nullopt;
  Bytes number(width - digits.size());
  number.insert(number.end(), digits.begin(), digits.end());
  return number;
}

/// A signature of X9.62 in the form of JOSE, where it has one: strictly encoded, both numbers within the
/// width of the curve.
std::optional<Bytes> raw_of(BytesView der, std::size_t width) {
  if (der.size() < 2 || der[0] != std::byte{0x30}) return std::nullopt;
  const bool is_long = der[1] == std::byte{0x81};
  std::size_t at = is_long ? 3 : 2;
  if (at > der.size()) return std::nullopt;
  const auto size = std::to_integer<std::size_t>(der[at - 1]);
  if (is_long != (size >= 0x80) || size != der.size() - at) return std::nullopt;
  auto raw = integer_at(der, at, width);
  const auto second = raw ? integer_at(der, at, width) : std::nullopt;
  if (!second || at != der.size()) return std::nullopt;
  raw->insert(raw->end(), second->begin(), second->end());
  return raw;
}

/// What became of the signatures of a file in the form of X9.62, which is none of JOSE.
struct Rewritten {
  int accepted = 0;      ///< valid ones, in the form of JOSE
  int refused = 0;       ///< in the form of JOSE
  int without_form = 0;  ///< those that have none
  bool operator==(const Rewritten&) const = default;
};

PublicKey ec_key(KeyType type, const json::Value& group) {
  return PublicKey::from_ec_point(type, hex_at(*json::find(group, "publicKey"), "uncompressed")).value();
}

Rewritten run_rewritten(const std::string& file, KeyType type, std::size_t width) {
  Rewritten seen;
  const auto document = vectors(file);
  for (const auto& group : json::find(document, "testGroups")->as_array()) {
    const auto key = ec_key(type, group);
    for (const auto& test : json::find(group, "tests")->as_array()) {
      const auto message = hex_at(test, "msg");
      const auto der = hex_at(test, "sig");
      EXPECT_FALSE(crypto::verify(key, {message, der})) << "as it came: " << json::serialize(test);
      const auto raw = raw_of(der, width);
      const bool accepted = raw && crypto::verify(key, {message, *raw});
      EXPECT_FALSE(accepted && text_at(test, "result") != "valid") << json::serialize(test);
      ++(accepted ? seen.accepted : raw ? seen.refused : seen.without_form);
    }
  }
  return seen;
}

}  // namespace

class Wycheproof : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::getenv("KONTOR_SPEC_DIR"))
      GTEST_SKIP() << "KONTOR_SPEC_DIR does not name the folder of the vectors";
  }
};

TEST_F(Wycheproof, ed25519_signatures) {
  const auto right = run("ed25519_test.json", [](const json::Value& group, const json::Value& test) {
    return verifies(PublicKey::from_ed25519(hex_at(*json::find(group, "publicKey"), "pk")).value(), test);
  });
  EXPECT_EQ(right, (Counts{88, 63}));
}

TEST_F(Wycheproof, p256_signatures_in_raw_form) {
  const auto right =
      run("ecdsa_secp256r1_sha256_p1363_test.json", [](const json::Value& group, const json::Value& test) {
        return verifies(ec_key(KeyType::p256, group), test);
      });
  EXPECT_EQ(right, (Counts{173, 89}));
}

TEST_F(Wycheproof, p384_signatures_in_raw_form) {
  const auto right =
      run("ecdsa_secp384r1_sha384_p1363_test.json", [](const json::Value& group, const json::Value& test) {
        return verifies(ec_key(KeyType::p384, group), test);
      });
  EXPECT_EQ(right, (Counts{193, 87}));
}

// Three files hold signatures in the form of X9.62. As they come, none of them is one here; in the form of
// JOSE the valid ones are, but for those of P-384 over SHA-256: that curve signs over SHA-384.
TEST_F(Wycheproof, signatures_in_another_form_or_over_another_digest_are_none) {
  EXPECT_EQ(run_rewritten("ecdsa_secp256r1_sha256_test.json", KeyType::p256, 32), (Rewritten{174, 75, 235}));
  EXPECT_EQ(run_rewritten("ecdsa_secp384r1_sha384_test.json", KeyType::p384, 48), (Rewritten{194, 75, 235}));
  EXPECT_EQ(run_rewritten("ecdsa_secp384r1_sha256_test.json", KeyType::p384, 48), (Rewritten{0, 238, 234}));
}

TEST_F(Wycheproof, public_keys_in_pem) {
  int read = 0;
  for (auto file : {"ed25519_test.json", "ecdsa_secp256r1_sha256_p1363_test.json",
                    "ecdsa_secp384r1_sha384_p1363_test.json"}) {
    const auto document = vectors(file);
    for (const auto& group : json::find(document, "testGroups")->as_array()) {
      const auto pem = text_at(group, "publicKeyPem");
      EXPECT_EQ(PublicKey::from_pem(pem).value().to_pem(), pem);
      ++read;
    }
  }
  EXPECT_EQ(read, 294);
}

TEST_F(Wycheproof, aes_256_gcm_with_our_nonce_and_tag) {
  Counts ours;
  run("aes_gcm_test.json", [&ours](const json::Value& group, const json::Value& test) {
    const auto expected = text_at(test, "result") == "valid";
    const auto size = [&group](std::string_view name) { return json::find(group, name)->to_number<int>(); };
    if (size("keySize") != 256 || size("ivSize") != 96 || size("tagSize") != 128) return expected;
    const auto key = crypto::AesKey::from(hex_at(test, "key")).value();
    crypto::Nonce nonce;
    std::ranges::copy(hex_at(test, "iv"), nonce.begin());
    const auto message = hex_at(test, "msg");
    const auto associated = hex_at(test, "aad");
    auto sealed = hex_at(test, "ct");
    std::ranges::copy(hex_at(test, "tag"), std::back_inserter(sealed));
    const auto opened = crypto::open(key, nonce, {sealed, associated});
    if (expected) {
      EXPECT_EQ(crypto::seal(key, nonce, {message, associated}), sealed);
      EXPECT_TRUE(opened && std::ranges::equal(opened->bytes(), message));
    }
    ++(expected ? ours.valid : ours.invalid);
    return opened.has_value();
  });
  EXPECT_EQ(ours, (Counts{39, 27}));
}
