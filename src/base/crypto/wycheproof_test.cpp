// The vectors of project Wycheproof (C2SP/wycheproof, testvectors_v1), read from KONTOR_SPEC_DIR/jose.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
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

PublicKey ec_key(KeyType type, const json::Value& group) {
  return PublicKey::from_ec_point(type, hex_at(*json::find(group, "publicKey"), "uncompressed")).value();
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
