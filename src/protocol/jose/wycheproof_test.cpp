// The JOSE vectors of project Wycheproof (C2SP/wycheproof, testvectors_v1), read from KONTOR_SPEC_DIR/jose.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
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

Outcome run(const std::string& file) {
  Outcome outcome;
  const auto document = vectors(file);
  for (const auto& group : json::find(document, "testGroups")->as_array()) {
    for (const auto& test : json::find(group, "tests")->as_array()) {
      const auto& token = json::find(test, "jws")->as_string();
      const bool accepted = accepts(keys_of(group), token);
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
