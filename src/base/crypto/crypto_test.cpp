#include <gtest/gtest.h>

#include "base/crypto/aead.hpp"
#include "base/crypto/derived_uuid.hpp"
#include "base/crypto/hash.hpp"
#include "base/crypto/running_hash.hpp"
#include "base/crypto/secret_hash.hpp"
#include "base/text/encoding.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using crypto::Secret;
using kontor::testing::SeededRandom;

TEST(Hash, of_pieces_is_that_of_the_whole) {
  crypto::RunningSha256 running;
  std::string whole;
  for (const std::string piece : {"", "ab", "c", "", "defghijk"}) {
    running.add(piece);
    whole += piece;
  }
  EXPECT_EQ(running.hex(), crypto::sha256_hex(whole));
  EXPECT_EQ(crypto::RunningSha256().hex(), crypto::sha256_hex(""));
}

TEST(Hash, the_published_vectors_hold) {
  EXPECT_EQ(crypto::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(crypto::sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(
      crypto::sha384_hex("abc"),
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
}

TEST(Hash, hmac_follows_rfc_4231_and_takes_an_empty_key) {
  const auto mac = crypto::hmac_sha256({bytes_of("Jefe"), bytes_of("what do ya want for nothing?")});
  EXPECT_EQ(text::hex_encode(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(text::hex_encode(crypto::hmac_sha256({})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(DerivedUuid, the_same_text_gives_the_same_uuid_of_version_8) {
  EXPECT_EQ(crypto::derived_uuid("kontor"), "ddda33c9-3de0-895b-b10b-32c9472a9a01");
  EXPECT_NE(crypto::derived_uuid("kontor"), crypto::derived_uuid("kontor "));
}

TEST(DerivedUuid, it_has_the_time_of_an_ordered_one_beside_it_and_of_no_other) {
  const std::string plain = "ddda33c9-3de0-895b-b10b-32c9472a9a01";
  const std::string ordered = "019aae6c-0123-7abc-8def-0123456789ab";
  EXPECT_EQ(crypto::derived_uuid("kontor", "urn:uuid:" + ordered), "019aae6c-0123" + plain.substr(13));
  EXPECT_EQ(crypto::derived_uuid("kontor", ordered), "019aae6c-0123" + plain.substr(13));
  for (const char* other :
       {"", "7", "urn:uuid:019aae6c-0123-4abc-8def-0123456789ab", "019aae6c-0123-7abc-8def-0123456789aB",
        "019aae6c-0123-7abc-8def-0123456789a/", "019aae6c00123-7abc-8def-0123456789ab",
        "019aae6c-0123-7abc-8def-0123456789ab "}) {
    EXPECT_EQ(crypto::derived_uuid("kontor", other), plain) << other;
  }
}

TEST(Secret, copies_are_equal_and_moves_leave_nothing_behind) {
  Secret secret("four words of truth");
  const auto copy = secret;
  EXPECT_EQ(copy, secret);
  const auto moved = std::move(secret);
  EXPECT_EQ(moved.reveal(), "four words of truth");
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_FALSE(moved == Secret("four words of trutH"));
}

TEST(Aead, what_was_sealed_opens_only_as_it_was) {
  SeededRandom random(1);
  const auto key = crypto::AesKey::generate(random);
  const auto nonce = crypto::new_nonce(random);
  const auto sealed = crypto::seal(key, nonce, {bytes_of("plain"), bytes_of("place")});
  ASSERT_EQ(sealed.size(), 5 + crypto::aes_tag_bytes);
  EXPECT_EQ(crypto::open(key, nonce, {sealed, bytes_of("place")}).value().reveal(), "plain");

  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    EXPECT_EQ(crypto::open(key, nonce, {changed, bytes_of("place")}).error().code, ErrorCode::malformed)
        << bit;
  }
  EXPECT_FALSE(crypto::open(key, nonce, {sealed, bytes_of("other place")}));
  EXPECT_FALSE(crypto::open(key, nonce, {sealed, {}}));
  EXPECT_FALSE(crypto::open(key, crypto::new_nonce(random), {sealed, bytes_of("place")}));
  EXPECT_FALSE(crypto::open(crypto::AesKey::generate(random), nonce, {sealed, bytes_of("place")}));
  EXPECT_FALSE(crypto::open(key, nonce, {BytesView(sealed).first(15), bytes_of("place")}));
}

TEST(Aead, an_empty_message_is_still_authenticated) {
  SeededRandom random(1);
  const auto key = crypto::AesKey::generate(random);
  const auto nonce = crypto::new_nonce(random);
  const auto sealed = crypto::seal(key, nonce, {{}, bytes_of("place")});
  EXPECT_TRUE(crypto::open(key, nonce, {sealed, bytes_of("place")}).value().empty());
  EXPECT_FALSE(crypto::open(key, nonce, {sealed, bytes_of("elsewhere")}));
}

TEST(Aead, a_key_has_32_bytes) {
  EXPECT_FALSE(crypto::AesKey::from(bytes_of("too short")));
  EXPECT_FALSE(crypto::AesKey::from(bytes_of(std::string(33, 'k'))));
  EXPECT_TRUE(crypto::AesKey::from(bytes_of(std::string(32, 'k'))));
}

TEST(SecretHash, a_hash_knows_its_secret_and_no_other) {
  SeededRandom random(1);
  for (auto cost : {crypto::HashCost{}, crypto::generated_secret_cost}) {
    const auto stored = crypto::hash_secret(Secret("s3cret"), crypto::new_salt(random), cost);
    EXPECT_EQ(stored.find("s3cret"), std::string::npos);
    EXPECT_TRUE(crypto::verify_secret(Secret("s3cret"), stored).value());
    EXPECT_FALSE(crypto::verify_secret(Secret("s3cres"), stored).value());
    EXPECT_FALSE(crypto::verify_secret(Secret(""), stored).value());
  }
}

TEST(SecretHash, the_salt_makes_equal_secrets_differ) {
  SeededRandom random(1);
  const auto cost = crypto::generated_secret_cost;
  EXPECT_NE(crypto::hash_secret(Secret("same"), crypto::new_salt(random), cost),
            crypto::hash_secret(Secret("same"), crypto::new_salt(random), cost));
}

TEST(SecretHash, the_vector_of_rfc_7914_holds) {
  const auto salt = text::base64_encode(bytes_of("SodiumChloride"));
  const auto hash = text::base64_encode(
      text::hex_decode("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2").value());
  const auto stored =
      "$scrypt$ln=14,r=8,p=1$" + salt.substr(0, salt.find('=')) + "$" + hash.substr(0, hash.find('='));
  EXPECT_TRUE(crypto::verify_secret(Secret("pleaseletmein"), stored).value());
}

TEST(SecretHash, a_stored_hash_cannot_ask_for_unbounded_work) {
  const std::string rest = ",r=8,p=1$c2FsdHNhbHRzYWx0c2E$7n1wY3h3n0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Y";
  for (auto bad : {"$scrypt$ln=18" + rest, "$scrypt$ln=3" + rest, "$scrypt$ln=255" + rest,
                   "$scrypt$ln=4x" + rest, "$scrypt$ln=" + rest, "$argon2$ln=4" + rest,
                   std::string("$scrypt$"), std::string(), std::string("$scrypt$ln=4,r=9,p=1$c2FsdHNhbHQ$YQ"),
                   std::string("$scrypt$ln=4,r=8,p=1$c2FsdHNhbHQ$YQ")}) {
    const auto verified = crypto::verify_secret(Secret("x"), bad);
    ASSERT_FALSE(verified) << bad;
    EXPECT_EQ(verified.error().code, ErrorCode::malformed);
  }
}
