// The JOSE vectors of project Wycheproof (C2SP/wycheproof, testvectors_v1), read from KONTOR_SPEC_DIR/jose.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "base/json/codec.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jws.hpp"

using namespace kontor;
using namespace kontor::protocol;

namespace {

json::Value vectors(const std::string& file) {
  std::ifstream in(std::string(std::getenv("KONTOR_SPEC_DIR")) + "/jose/" + file);
  std::stringstream text;
  text << in.rdbuf();
  return json::parse(text.str(), {.bytes_max = 16u << 20}).value();
}

/// The public keys of a group; a symmetric key stands under `private` alone.
const json::Value& keys_of(const json::Value& group) {
  const auto* open = json::find(group, "public");
  return open ? *open : *json::find(group, "private");
}

bool accepts(const json::Value& keys, std::string_view token) {
  const auto jws = jose::parse_jws(token);
  if (!jws) return false;
  auto jwk = json::decode_value<jose::Jwk>(keys);
  if (const auto set = json::decode_value<jose::Jwks>(keys)) jwk = jose::find_key(*set, jws->header.kid);
  if (!jwk) return false;
  const auto key = jose::verification_key(*jwk);
  return key && jose::verify(*jws, *key);
}

struct Outcome {
  int valid_accepted = 0;
  int valid_refused = 0;
  int invalid_refused = 0;
  bool operator==(const Outcome&) const = default;
};

/// What is presented as a token; a form of JSON as its text. None where the case is about another kind.
std::optional<std::string> token_of(const json::Value& test, std::string_view kind) {
  const auto* token = json::find(test, kind);
  if (!token) return std::nullopt;
  return token->is_string() ? std::string(token->get_string()) : json::serialize(*token);
}

/// The cases of one kind, `jws` or `jwe`: what is encrypted is presented as well, and is no token here.
Outcome run(const std::string& file, std::string_view kind = "jws") {
  Outcome outcome;
  const auto document = vectors(file);
  for (const auto& group : json::find(document, "testGroups")->as_array()) {
    for (const auto& test : json::find(group, "tests")->as_array()) {
      const auto token = token_of(test, kind);
      if (!token) continue;
      const bool accepted = accepts(keys_of(group), *token);
      const bool valid = json::find(test, "result")->as_string() == "valid";
      EXPECT_FALSE(accepted && !valid) << json::serialize(test);
      if (!valid) {
        ++outcome.invalid_refused;
      } else {
        ++(accepted ? outcome.valid_accepted : outcome.valid_refused);
      }
    }
  }
  return outcome;
}

}  // namespace

class WycheproofJose : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::getenv("KONTOR_SPEC_DIR"))
      GTEST_SKIP() << "KONTOR_SPEC_DIR does not name the folder of the vectors";
  }
};

// Valid but refused are algorithms that do not exist here (HS256, RS384, RS512, PS256, PS384, PS512) and the
// two ES512 tokens whose key calls its algorithm `ES521`.
TEST_F(WycheproofJose, signatures_of_our_algorithms_hold_and_no_forged_one_does) {
  EXPECT_EQ(run("json_web_signature_test.json"), (Outcome{10, 36, 355}));
}

// Valid but refused are the symmetric keys.
TEST_F(WycheproofJose, weak_ambiguous_and_misused_keys_are_refused) {
  EXPECT_EQ(run("json_web_key_test.json"), (Outcome{1, 4, 21}));
}

// Valid but refused are the symmetric key and a set that holds private keys.
TEST_F(WycheproofJose, tokens_with_other_algorithms_other_keys_or_parts_missing_are_refused) {
  EXPECT_EQ(run("json_web_crypto_test.json"), (Outcome{2, 2, 45}));
}

// There is no JWE here: what is encrypted has five parts, and is no token.
TEST_F(WycheproofJose, what_is_encrypted_is_no_token) {
  EXPECT_EQ(run("json_web_crypto_test.json", "jwe"), (Outcome{0, 2, 32}));
  EXPECT_EQ(run("json_web_encryption_test.json", "jwe"), (Outcome{0, 65, 74}));
}

// A file that is added to the folder is run or named here with the reason why not.
TEST_F(WycheproofJose, no_file_of_the_folder_is_forgotten) {
  const std::map<std::string, int> run_here{{"json_web_signature_test.json", 401},
                                            {"json_web_key_test.json", 26},
                                            {"json_web_crypto_test.json", 83},
                                            {"json_web_encryption_test.json", 139}};
  // By the signatures and keys themselves, in base/crypto.
  const std::map<std::string, int> run_below{{"ed25519_test.json", 151},
                                             {"ecdsa_secp256r1_sha256_p1363_test.json", 262},
                                             {"ecdsa_secp384r1_sha384_p1363_test.json", 280},
                                             {"ecdsa_secp256r1_sha256_test.json", 484},
                                             {"ecdsa_secp384r1_sha384_test.json", 504},
                                             {"ecdsa_secp384r1_sha256_test.json", 472},
                                             {"aes_gcm_test.json", 316}};
  auto known = run_here;
  known.insert(run_below.begin(), run_below.end());
  std::map<std::string, int> found;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(std::getenv("KONTOR_SPEC_DIR")) + "/jose")) {
    const auto name = entry.path().filename().string();
    found[name] = json::find(vectors(name), "numberOfTests")->to_number<int>();
  }
  EXPECT_EQ(found, known);
}
