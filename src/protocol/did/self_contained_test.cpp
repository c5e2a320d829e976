// did:key, did:jwk and multibase; with the vectors of w3c-ccg/did-method-key, read from
// KONTOR_SPEC_DIR/vc/did-key.
#include "protocol/did/self_contained.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "protocol/did/multibase.hpp"
#include "protocol/did/web.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using kontor::testing::SeededRandom;
using namespace kontor::protocol;
using crypto::KeyType;

namespace {

json::Value vectors(const std::string& file) {
  std::ifstream in(std::string(std::getenv("KONTOR_SPEC_DIR")) + "/vc/" + file);
  std::stringstream text;
  text << in.rdbuf();
  return json::parse(text.str()).value();
}

Bytes hex(std::string_view digits) {
  return text::hex_decode(digits).value();
}

struct Counts {
  int keys = 0;     ///< DIDs that we read, and write to the same letter
  int jwks = 0;     ///< of them with a JWK in the vector, which is ours
  int refused = 0;  ///< DIDs of other types of key
  bool operator==(const Counts&) const = default;
};

/// Every DID of a file, with the JWK that stands in its method or beside it.
Counts run(const std::string& file) {
  Counts counts;
  const auto document = vectors("did-key/" + file);
  for (const auto& entry : document.as_object()) {
    const auto key = did::key_of_did_key(Did(entry.key()));
    if (!key) {
      EXPECT_EQ(key.error().code, ErrorCode::invalid_input) << entry.key();
      ++counts.refused;
      continue;
    }
    ++counts.keys;
    EXPECT_EQ(did::did_key_of(*key).str(), entry.key());
    for (auto holder : {"verificationMethod", "verificationKeyPair"}) {
      const auto* method = json::find(entry.value(), holder);
      const auto* jwk = method ? json::find(*method, "publicKeyJwk") : nullptr;
      if (!jwk) continue;
      EXPECT_TRUE(json::equal(write(jose::jwk_of(*key)), *jwk)) << entry.key();
      ++counts.jwks;
    }
    if (const auto* jwk = json::find(entry.value(), "publicKeyJwk")) {
      EXPECT_TRUE(json::equal(write(jose::jwk_of(*key)), *jwk)) << entry.key();
      ++counts.jwks;
    }
  }
  return counts;
}

}  // namespace

class DidVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::getenv("KONTOR_SPEC_DIR"))
      GTEST_SKIP() << "KONTOR_SPEC_DIR does not name the folder of the vectors";
  }
};

TEST_F(DidVectors, keys_of_our_types_are_read_and_written_and_others_are_refused) {
  EXPECT_EQ(run("ed25519-x25519.json"), (Counts{5, 1, 0}));
  EXPECT_EQ(run("nist-curves.json"), (Counts{7, 6, 0}));
  EXPECT_EQ(run("rsa.json"), (Counts{2, 2, 0}));
  EXPECT_EQ(run("secp256k1.json"), (Counts{0, 0, 6}));
  EXPECT_EQ(run("bls12381.json"), (Counts{0, 0, 6}));
}

TEST_F(DidVectors, published_documents_hold_the_key_of_their_did) {
  int equal = 0;
  for (auto file : {"ed25519-x25519.json", "nist-curves.json", "rsa.json"}) {
    const auto document = vectors(std::string("did-key/") + file);
    for (const auto& entry : document.as_object()) {
      const auto read = json::decode_value<did::DidDocument>(*json::find(entry.value(), "didDocument"));
      ASSERT_TRUE(read) << entry.key() << read.error().message();
      EXPECT_EQ(read->id.str(), entry.key());
      const auto& key = read->verification_methods.front().key;
      if (key && jose::public_key(*key).value() == did::key_of_did_key(read->id).value()) ++equal;
    }
  }
  EXPECT_EQ(equal, 13);
}

// Ed25519 twice, P-384, P-256, then secp256k1 three times and BLS 12-381.
TEST_F(DidVectors, keys_of_the_specification_are_read_or_refused_by_their_type) {
  std::vector<std::string> read;
  const auto dids = vectors("did-key/spec-examples/did-key-values.json");
  for (const auto& each : dids.as_array()) {
    const Did did(std::string(each.as_string()));
    const auto key = did::key_of_did_key(did);
    read.emplace_back(key ? std::string(name_of(key->type())) : std::string(key.error().row().name));
    if (key) EXPECT_EQ(did::did_key_of(*key), did);
  }
  const std::string refused = "invalid_input";
  EXPECT_EQ(read, (std::vector<std::string>{"Ed25519", "Ed25519", "P-384", "P-256", refused, refused, refused,
                                            refused}));
}

TEST_F(DidVectors, keys_for_an_agreement_prove_nothing) {
  int documents = 0;
  const auto all = vectors("did-key/x25519.json");
  for (const auto& entry : json::find(all, "didDocument")->as_object()) {
    EXPECT_FALSE(did::key_of_did_key(Did(entry.key()))) << entry.key();
    const auto document = json::decode_value<did::DidDocument>(entry.value()).value();
    for (auto purpose : {did::Relationship::authentication, did::Relationship::assertion_method}) {
      EXPECT_FALSE(
          did::find_key(document, {.kid = document.verification_methods.front().id, .purpose = purpose}));
    }
    ++documents;
  }
  EXPECT_EQ(documents, 4);
}

TEST_F(DidVectors, documents_of_the_specification_serve_what_they_declare) {
  for (auto file : {"01-an-example-of-a-did-key-did-document.json",
                    "02-an-did-key-did-document-expressing-an-ed25519-public-key-and-an-x25519.json"}) {
    const auto document =
        json::decode_value<did::DidDocument>(vectors(std::string("did-key/spec-examples/") + file)).value();
    const auto kid = document.id.str() + "#" + document.id.str().substr(8);
    EXPECT_TRUE(did::find_key(document, {.kid = kid, .purpose = did::Relationship::assertion_method}))
        << file;
    const auto agreement = document.id.str() + "#z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p";
    EXPECT_FALSE(did::find_key(document, {.kid = agreement, .purpose = did::Relationship::assertion_method}));
  }
  const auto address = json::decode_value<did::DidDocument>(
                           vectors("did-web/02-example-did-web-did-document-using-an-ethereum-address.json"))
                           .value();
  EXPECT_FALSE(did::find_key(address, {.kid = "#address-0", .purpose = did::Relationship::authentication}));
}

TEST_F(DidVectors, did_web_examples_hold) {
  int held = 0;
  const auto pairs = vectors("did-web/did-to-url.json");
  for (const auto& pair : pairs.as_array()) {
    const Did did(std::string(json::find(pair, "did")->as_string()));
    EXPECT_EQ(did::document_url(did).value(), json::find(pair, "url")->as_string());
    ++held;
  }
  EXPECT_EQ(held, 3);
  const auto example = json::decode_value<did::DidDocument>(
                           vectors("did-web/01-example-did-web-did-document-using-json-web-keys.json"))
                           .value();
  EXPECT_TRUE(did::find_key(example, {.kid = "#key-0", .purpose = did::Relationship::assertion_method}));
  EXPECT_FALSE(did::find_key(example, {.kid = "#key-1", .purpose = did::Relationship::assertion_method}));
}

TEST(Multibase, base58_keeps_every_octet_and_leading_zeros) {
  EXPECT_EQ(did::base58_encode(bytes_of("Hello World!")), "2NEpo7TZRRrLZSi2U");
  EXPECT_EQ(did::base58_encode(hex("0000287fb4cd")), "11233QC4");
  EXPECT_EQ(did::base58_decode("11233QC4").value(), hex("0000287fb4cd"));
  EXPECT_EQ(did::base58_encode({}), "");
  EXPECT_EQ(did::base58_decode("1").value(), hex("00"));
  SeededRandom random(1);
  for (std::size_t size = 0; size < 80; ++size) {
    Bytes bytes(size);
    random.fill(bytes);
    if (size > 2) bytes[0] = bytes[1] = std::byte{0};
    EXPECT_EQ(did::base58_decode(did::base58_encode(bytes)).value(), bytes);
  }
  for (auto bad : {"0", "O", "I", "l", "a b", "ä"}) EXPECT_FALSE(did::base58_decode(bad)) << bad;
  EXPECT_FALSE(did::base58_decode(std::string(4097, 'z')));
}

TEST(Multibase, a_key_is_read_in_both_alphabets_and_nothing_else_is) {
  SeededRandom random(1);
  for (auto type : {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::p521}) {
    const auto key = crypto::PrivateKey::generate(type, random).value().public_key();
    const auto text = did::multikey_of(key);
    EXPECT_EQ(did::key_of_multikey(text).value(), key);
    const auto bytes = did::base58_decode(text.substr(1)).value();
    EXPECT_EQ(did::key_of_multikey("u" + text::base64url_encode(bytes)).value(), key);
    EXPECT_FALSE(did::key_of_multikey(text.substr(1)));
    EXPECT_FALSE(did::key_of_multikey(text.substr(0, text.size() - 1)));
  }
  for (auto bad : {"", "z", "u", "z11", "m7QE"}) EXPECT_FALSE(did::key_of_multikey(bad)) << bad;
}

TEST(DidJwk, it_holds_the_key_it_was_made_of) {
  SeededRandom random(1);
  const auto jwk = jose::jwk_of(crypto::PrivateKey::generate(KeyType::p256, random).value().public_key());
  const auto did = did::did_jwk_of(jwk);
  EXPECT_EQ(did::key_of_did_jwk(did).value(), jwk);
  EXPECT_TRUE(did::is_self_contained(did));
}

TEST(DidJwk, the_example_of_its_specification_is_read) {
  const Did did(
      "did:jwk:"
      "eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAi"
      "LCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9");
  const auto key = did::key_of_did_jwk(did).value();
  EXPECT_EQ(key.crv, "P-256");
  EXPECT_EQ(key.x, "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0");
  EXPECT_TRUE(did::find_key(did::document_of(did).value(), {.kid = "#0"}));
}

TEST(SelfContained, the_document_of_a_did_lets_its_key_sign_and_nothing_more) {
  SeededRandom random(1);
  const auto key = crypto::PrivateKey::generate(KeyType::ed25519, random).value().public_key();
  const auto did = did::did_key_of(key);
  const auto document = did::document_of(did).value();
  const auto kid = did.str() + "#" + did.str().substr(8);
  const auto strict = did::RelationshipPolicy::strict;
  EXPECT_EQ(did::find_key(document, {kid, did::Relationship::capability_invocation, strict}).value(), key);
  EXPECT_FALSE(did::find_key(document, {kid, did::Relationship::key_agreement, strict}));
}

TEST(SelfContained, what_holds_no_key_is_refused) {
  for (auto bad : {"did:key:", "did:key:a", "did:key:z", "did:key:zzzz", "did:jwk:", "did:jwk:e30",
                   "did:jwk:AA", "did:jwk:eyJrdHkiOiJvY3QiLCJrIjoiQUEifQ", "did:web:a", "key"}) {
    EXPECT_FALSE(did::document_of(Did(bad))) << bad;
  }
  EXPECT_FALSE(did::is_self_contained(Did("did:web:a")));
}
