#include "base/crypto/keys.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/crypto/signature.hpp"
#include "base/crypto/test_keys.hpp"
#include "base/text/encoding.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using crypto::KeyType;
using crypto::PrivateKey;
using crypto::PublicKey;
using kontor::testing::SeededRandom;

namespace {

constexpr KeyType generated_types[] = {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::p521};

Bytes hex(std::string_view digits) {
  return text::hex_decode(digits).value();
}

constexpr std::string_view encrypted_pem = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhmJ2v1J3VEXQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAJ7WpNobOYFE9gaiMNajZgEgZAB
qoLbzq5ErVNOAuYaihU0vJkUzd/xEJ3VZujHgPVSls9Tydyha38sZ11ufs17qjwg
4fNhZFodVWvN5ytq+mvsY3Fcb2zMlHt/WsqE+I58WXbc4DRQhyc2WH/pR/Jag9/R
j7pjCJcnuo89TtLjFoxLHHRg0ul6a2BWPVJE8bjGNmYYyoKOjliTipL5Oo0lAVE=
-----END ENCRYPTED PRIVATE KEY-----
)";

}  // namespace

TEST(Keys, a_signature_is_valid_for_its_message_and_key_only) {
  SeededRandom random(1);
  for (auto type : generated_types) {
    const auto key = PrivateKey::generate(type, random).value();
    const auto other = PrivateKey::generate(type, random).value();
    const auto signature = crypto::sign(key, bytes_of("message"));
    EXPECT_TRUE(crypto::verify(key.public_key(), {bytes_of("message"), signature})) << name_of(type);
    EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of("massage"), signature}));
    EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of(""), signature}));
    EXPECT_FALSE(crypto::verify(other.public_key(), {bytes_of("message"), signature}));
  }
}

TEST(Keys, a_signature_with_any_bit_changed_or_of_another_length_is_not_valid) {
  SeededRandom random(1);
  for (auto type : {KeyType::ed25519, KeyType::p256}) {
    const auto key = PrivateKey::generate(type, random).value();
    const auto signature = crypto::sign(key, bytes_of("message"));
    ASSERT_EQ(signature.size(), 64u);
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
      auto changed = signature;
      changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
      EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of("message"), changed})) << bit;
    }
    auto longer = signature;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of("message"), longer}));
    EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of("message"), BytesView(signature).first(63)}));
    EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of("message"), {}}));
    EXPECT_FALSE(crypto::verify(key.public_key(), {bytes_of("message"), Bytes(64)}));
  }
}

TEST(Keys, equal_random_bytes_give_equal_keys) {
  for (auto type : generated_types) {
    SeededRandom one(1);
    SeededRandom again(1);
    SeededRandom two(2);
    const auto key = PrivateKey::generate(type, one).value();
    EXPECT_EQ(key.scalar(), PrivateKey::generate(type, again).value().scalar());
    EXPECT_FALSE(key.scalar() == PrivateKey::generate(type, two).value().scalar());
  }
  SeededRandom random(1);
  EXPECT_EQ(PrivateKey::generate(KeyType::rsa, random).error().code, ErrorCode::invalid_input);
}

TEST(Keys, a_private_key_survives_every_stored_form) {
  SeededRandom random(1);
  for (auto type : generated_types) {
    const auto key = PrivateKey::generate(type, random).value();
    const auto from_scalar = PrivateKey::from_scalar(type, key.scalar().bytes()).value();
    const auto from_pkcs8 = PrivateKey::from_pkcs8(key.to_pkcs8().bytes()).value();
    EXPECT_EQ(from_scalar.public_key(), key.public_key());
    EXPECT_EQ(from_pkcs8.public_key(), key.public_key());
    EXPECT_EQ(from_pkcs8.scalar(), key.scalar());
    EXPECT_TRUE(crypto::verify(key.public_key(), {bytes_of("m"), crypto::sign(from_pkcs8, bytes_of("m"))}));
  }
}

TEST(Keys, a_public_key_survives_every_form) {
  SeededRandom random(1);
  for (auto type : generated_types) {
    const auto key = PrivateKey::generate(type, random).value().public_key();
    EXPECT_EQ(PublicKey::from_pem(key.to_pem()).value(), key);
    if (type == KeyType::ed25519) {
      EXPECT_EQ(PublicKey::from_ed25519(key.parts().x).value(), key);
      EXPECT_TRUE(key.compressed_point().empty());
      continue;
    }
    EXPECT_EQ(PublicKey::from_ec(type, {key.parts().x, key.parts().y}).value(), key);
    EXPECT_EQ(PublicKey::from_ec_point(type, key.compressed_point()).value(), key);
    EXPECT_TRUE(key.rsa_der().empty());
  }
}

TEST(Keys, an_rsa_key_is_imported_signs_and_is_written) {
  const auto key = PrivateKey::from_pem(crypto::test::rsa_pem).value();
  EXPECT_EQ(key.type(), KeyType::rsa);
  const auto signature = crypto::sign(key, bytes_of("message"));
  EXPECT_EQ(signature.size(), 256u);
  const auto& parts = key.public_key().parts();
  const auto copy = PublicKey::from_rsa({parts.n, parts.e}).value();
  EXPECT_TRUE(crypto::verify(copy, {bytes_of("message"), signature}));
  EXPECT_FALSE(crypto::verify(copy, {bytes_of("massage"), signature}));
  EXPECT_EQ(PublicKey::from_rsa_der(copy.rsa_der()).value(), copy);
  EXPECT_EQ(PrivateKey::from_pkcs8(key.to_pkcs8().bytes()).value().public_key(), copy);
  EXPECT_TRUE(key.scalar().empty());
}

TEST(Keys, a_weak_rsa_key_is_refused) {
  const auto key = PrivateKey::from_pem(crypto::test::rsa_pem).value();
  const auto& sound = key.public_key().parts();
  const auto refused = [](BytesView n, BytesView e) { return !PublicKey::from_rsa({n, e}); };
  const auto exponent = hex("010001");
  EXPECT_FALSE(refused(sound.n, exponent));
  EXPECT_TRUE(refused(BytesView(sound.n).first(128), exponent));
  EXPECT_TRUE(refused(sound.n, hex("01")));
  EXPECT_TRUE(refused(sound.n, hex("02")));
  EXPECT_TRUE(refused(sound.n, hex("00")));
  EXPECT_TRUE(refused(sound.n, hex("0400000001")));
  EXPECT_TRUE(refused(sound.n, {}));
  EXPECT_TRUE(refused({}, {}));
  auto even = sound.n;
  even.back() &= std::byte{0xfe};
  EXPECT_TRUE(refused(even, exponent));
  Bytes huge(1025, std::byte{0xff});
  EXPECT_TRUE(refused(huge, exponent));
}

TEST(Keys, a_point_that_is_not_on_its_curve_is_refused) {
  SeededRandom random(1);
  const auto key = PrivateKey::generate(KeyType::p256, random).value().public_key();
  auto y = key.parts().y;
  y.back() ^= std::byte{1};
  EXPECT_EQ(PublicKey::from_ec(KeyType::p256, {key.parts().x, y}).error().code, ErrorCode::invalid_input);
  EXPECT_FALSE(PublicKey::from_ec(KeyType::p384, {key.parts().x, key.parts().y}));
  EXPECT_FALSE(PublicKey::from_ec(KeyType::ed25519, {key.parts().x, key.parts().y}));
  EXPECT_FALSE(PublicKey::from_ec(KeyType::p256, {Bytes(32), Bytes(32)}));
  EXPECT_FALSE(PublicKey::from_ec_point(KeyType::p256, hex("00")));
  EXPECT_FALSE(PublicKey::from_ec_point(KeyType::p256, {}));
  EXPECT_FALSE(PublicKey::from_ed25519(Bytes(31)));
}

TEST(Keys, an_ed25519_key_that_proves_nothing_or_has_two_spellings_is_refused) {
  const std::string_view zeros = "00000000000000000000000000000000000000000000000000000000000000";
  const std::string_view full = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
  for (std::string_view order_8 : {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                   "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}) {
    auto point = hex(order_8);
    EXPECT_EQ(PublicKey::from_ed25519(point).error().code, ErrorCode::invalid_input) << order_8;
    point.back() |= std::byte{0x80};
    EXPECT_FALSE(PublicKey::from_ed25519(point)) << order_8;
  }
  for (const auto& bad :
       {"00" + std::string(zeros), "01" + std::string(zeros), "ec" + std::string(full) + "7f",
        "ed" + std::string(full) + "7f", "ee" + std::string(full) + "7f", "ff" + std::string(full) + "7f",
        "ff" + std::string(full) + "ff"}) {
    EXPECT_EQ(PublicKey::from_ed25519(hex(bad)).error().code, ErrorCode::invalid_input) << bad;
  }
  EXPECT_TRUE(PublicKey::from_ed25519(hex("02" + std::string(zeros))));
}

TEST(Keys, a_scalar_outside_its_curve_is_refused) {
  EXPECT_FALSE(PrivateKey::from_scalar(KeyType::p256, Bytes(32)));
  EXPECT_FALSE(PrivateKey::from_scalar(KeyType::p256, Bytes(32, std::byte{0xff})));
  const auto order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  EXPECT_FALSE(PrivateKey::from_scalar(KeyType::p256, order));
  auto largest = order;
  largest.back() = std::byte{0x50};
  EXPECT_TRUE(PrivateKey::from_scalar(KeyType::p256, largest));
  EXPECT_FALSE(PrivateKey::from_scalar(KeyType::p256, Bytes(31, std::byte{1})));
  EXPECT_FALSE(PrivateKey::from_scalar(KeyType::rsa, Bytes(32, std::byte{1})));
}

TEST(Keys, halves_of_two_keys_make_no_key) {
  SeededRandom random(1);
  const auto mine = PrivateKey::generate(KeyType::p256, random).value();
  const auto other = PrivateKey::generate(KeyType::p256, random).value();
  const auto mine_der = mine.to_pkcs8();
  const auto other_der = other.to_pkcs8();
  // The public point is what both forms end with.
  Bytes mixed(mine_der.bytes().begin(), mine_der.bytes().end() - 64);
  mixed.insert(mixed.end(), other_der.bytes().end() - 64, other_der.bytes().end());
  EXPECT_EQ(PrivateKey::from_pkcs8(mixed).error().code, ErrorCode::invalid_input);
}

TEST(Keys, a_private_key_is_not_read_as_a_public_one) {
  EXPECT_FALSE(PublicKey::from_pem(crypto::test::rsa_pem));
}

TEST(Keys, what_is_no_key_is_malformed_and_an_encrypted_one_asks_nobody) {
  for (std::string_view text : {std::string_view(), std::string_view("no key"), encrypted_pem}) {
    EXPECT_EQ(PrivateKey::from_pem(text).error().code, ErrorCode::malformed);
    EXPECT_EQ(PrivateKey::from_pkcs8(bytes_of(text)).error().code, ErrorCode::malformed);
    EXPECT_EQ(PublicKey::from_pem(text).error().code, ErrorCode::malformed);
  }
  SeededRandom random(1);
  const auto der = PrivateKey::generate(KeyType::p256, random).value().to_pkcs8();
  EXPECT_FALSE(PrivateKey::from_pkcs8(der.bytes().first(der.size() - 1)));
  Bytes trailing(der.bytes().begin(), der.bytes().end());
  trailing.push_back(std::byte{0});
  EXPECT_FALSE(PrivateKey::from_pkcs8(trailing));
}

TEST(Keys, one_key_serves_many_threads) {
  SeededRandom random(1);
  const auto key = PrivateKey::generate(KeyType::p256, random).value();
  std::vector<std::thread> threads;
  std::vector<int> valid(4);
  for (auto& count : valid) {
    threads.emplace_back([&key, &count] {
      for (int i = 0; i < 50; ++i) {
        const auto signature = crypto::sign(key, bytes_of("message"));
        if (crypto::verify(key.public_key(), {bytes_of("message"), signature})) ++count;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto count : valid) EXPECT_EQ(count, 50);
}
