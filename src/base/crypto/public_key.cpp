#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <bitset>

#include "base/crypto/internal/openssl.hpp"
#include "base/text/encoding.hpp"

namespace kontor::crypto {
namespace {

using openssl::raw;

constexpr int rsa_bits_min = 2048;
constexpr int rsa_bits_max = 8192;
constexpr std::size_t ed25519_bytes = 32;

/// Keys of a faulty generator (CVE-2017-15361, "ROCA") are, modulo each of these primes, a power of 65537; a
/// sound modulus is so with a chance of about 2^-28.
bool is_of_roca_class(const BIGNUM& modulus) {
  constexpr std::array<unsigned, 38> primes{3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                            47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                            107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
  for (auto prime : primes) {
    std::bitset<168> powers;
    for (unsigned power = 1; !powers[power]; power = power * (65537 % prime) % prime) powers.set(power);
    if (!powers[static_cast<unsigned>(BN_mod_word(&modulus, prime))]) return false;
  }
  return true;
}

Result<void> check_rsa(const PublicParts& parts) {
  const auto n = openssl::number_of(parts.n);
  const auto e = openssl::number_of(parts.e);
  const auto bits = BN_num_bits(n.get());
  if (bits < rsa_bits_min || bits > rsa_bits_max) {
    return fail(ErrorCode::invalid_input, "an RSA key of {} bits: {} to {} are allowed", bits, rsa_bits_min,
                rsa_bits_max);
  }
  if (!BN_is_odd(n.get())) return fail(ErrorCode::invalid_input, "an RSA modulus is odd");
  if (!BN_is_odd(e.get()) || BN_is_one(e.get()) || BN_num_bits(e.get()) > 33) {
    return fail(ErrorCode::invalid_input, "an RSA exponent is odd, at least 3 and has at most 33 bits");
  }
  if (is_of_roca_class(*n)) {
    return fail(ErrorCode::invalid_input,
                "the RSA key was made by a faulty generator (CVE-2017-15361): replace it");
  }
  return {};
}

/// The points whose order divides the cofactor, by their y: under such a key one signature is valid for every
/// message. The sign of x, which is the highest bit, does not matter.
constexpr std::array<std::string_view, 5> ed25519_small_orders{
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};

/// Little-endian, less than 2^255 - 19. [RFC 8032 §5.1.3]
bool is_reduced(BytesView y) {
  const auto is_full = [](std::byte each) { return each == std::byte{0xff}; };
  return y.front() < std::byte{0xed} || y.back() != std::byte{0x7f} ||
         !std::ranges::all_of(y.subspan(1, ed25519_bytes - 2), is_full);
}

Result<void> check_ed25519(const PublicParts& parts) {
  auto y = parts.x;
  y.back() &= std::byte{0x7f};
  if (!is_reduced(y)) return fail(ErrorCode::invalid_input, "an Ed25519 key is written in one way alone");
  if (std::ranges::find(ed25519_small_orders, text::hex_encode(y)) != ed25519_small_orders.end()) {
    return fail(ErrorCode::invalid_input, "an Ed25519 key of small order: its signatures prove nothing");
  }
  return {};
}

Result<KeyType> type_of(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "ED25519")) return KeyType::ed25519;
  if (EVP_PKEY_is_a(&key, "RSA")) return KeyType::rsa;
  if (EVP_PKEY_is_a(&key, "EC")) {
    char group[64];
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(&key, group, sizeof group, &size) == 1) {
      for (auto type : {KeyType::p256, KeyType::p384, KeyType::p521}) {
        if (std::string_view(group, size) == openssl::curve_of(type)->name) return type;
      }
    }
    openssl::clear_errors();
  }
  return fail(ErrorCode::invalid_input, "keys are Ed25519, P-256, P-384, P-521 or RSA: this one is another");
}

PublicParts parts_of(const EVP_PKEY& key, KeyType type) {
  PublicParts parts;
  if (const auto* curve = openssl::curve_of(type)) {
    parts.x = openssl::number_param(key, OSSL_PKEY_PARAM_EC_PUB_X, curve->field_bytes);
    parts.y = openssl::number_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, curve->field_bytes);
  } else if (type == KeyType::rsa) {
    parts.n = openssl::number_param(key, OSSL_PKEY_PARAM_RSA_N, 0);
    parts.e = openssl::number_param(key, OSSL_PKEY_PARAM_RSA_E, 0);
  } else {
    parts.x = openssl::bytes_param(key, OSSL_PKEY_PARAM_PUB_KEY);
  }
  return parts;
}

}  // namespace

namespace openssl {

Result<PublicKey> adopt_public(Key key) {
  if (!key) return fail(ErrorCode::invalid_input, "the numbers are no public key");
  const auto type = type_of(*key);
  if (!type) return fail(type.error());
  auto parts = parts_of(*key, *type);
  if (*type == KeyType::rsa) {
    if (auto sound = check_rsa(parts); !sound) return fail(sound.error());
  }
  if (*type == KeyType::ed25519) {
    if (auto sound = check_ed25519(parts); !sound) return fail(sound.error());
  }
  return PublicKey(std::make_shared<const PublicKey::Impl>(*type, std::move(key), std::move(parts)));
}

}  // namespace openssl

std::string_view name_of(KeyType type) {
  switch (type) {
    case KeyType::ed25519:
      return "Ed25519";
    case KeyType::p256:
      return "P-256";
    case KeyType::p384:
      return "P-384";
    case KeyType::p521:
      return "P-521";
    case KeyType::rsa:
      return "RSA";
  }
  return {};
}

Result<PublicKey> PublicKey::from_ed25519(BytesView x) {
  if (x.size() != ed25519_bytes) {
    return fail(ErrorCode::invalid_input, "an Ed25519 key has {} bytes, not {}", ed25519_bytes, x.size());
  }
  return openssl::adopt_public(
      openssl::Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(x), x.size())));
}

Result<PublicKey> PublicKey::from_ec(KeyType type, EcCoordinates coordinates) {
  const auto* curve = openssl::curve_of(type);
  if (!curve) return fail(ErrorCode::invalid_input, "{} is no curve with coordinates", name_of(type));
  if (coordinates.x.size() != curve->field_bytes || coordinates.y.size() != curve->field_bytes) {
    return fail(ErrorCode::invalid_input, "coordinates of {} have {} bytes, not {} and {}", name_of(type),
                curve->field_bytes, coordinates.x.size(), coordinates.y.size());
  }
  Bytes point{std::byte{4}};
  point.insert(point.end(), coordinates.x.begin(), coordinates.x.end());
  point.insert(point.end(), coordinates.y.begin(), coordinates.y.end());
  return from_ec_point(type, point);
}

Result<PublicKey> PublicKey::from_ec_point(KeyType type, BytesView point) {
  const auto* curve = openssl::curve_of(type);
  if (!curve) return fail(ErrorCode::invalid_input, "{} is no curve with points", name_of(type));
  const auto form = point.empty() ? std::byte{0} : point[0];
  const bool compressed = form == std::byte{2} || form == std::byte{3};
  const bool plain = form == std::byte{4};
  const auto size = compressed ? 1 + curve->field_bytes : 1 + 2 * curve->field_bytes;
  if ((!compressed && !plain) || point.size() != size) {
    return fail(ErrorCode::invalid_input, "{} bytes are no point of {}", point.size(), name_of(type));
  }
  openssl::ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->name, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, raw(point), point.size());
  auto key = openssl::key_of("EC", EVP_PKEY_PUBLIC_KEY, builder.get());
  if (!key) return fail(ErrorCode::invalid_input, "the point is not on {}", name_of(type));
  return openssl::adopt_public(std::move(key));
}

Result<PublicKey> PublicKey::from_rsa(RsaComponents components) {
  if (components.n.size() > rsa_bits_max / 8 + 1 || components.e.size() > components.n.size()) {
    return fail(ErrorCode::invalid_input, "an RSA key of more than {} bits", rsa_bits_max);
  }
  const auto n = openssl::number_of(components.n);
  const auto e = openssl::number_of(components.e);
  openssl::ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return openssl::adopt_public(openssl::key_of("RSA", EVP_PKEY_PUBLIC_KEY, builder.get()));
}

Result<PublicKey> PublicKey::from_rsa_der(BytesView der) {
  const auto* in = raw(der);
  openssl::Key key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &in, static_cast<long>(der.size())));
  openssl::clear_errors();
  if (!key || in != raw(der) + der.size()) {
    return fail(ErrorCode::invalid_input, "{} bytes are no RSAPublicKey", der.size());
  }
  return openssl::adopt_public(std::move(key));
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  openssl::Buffer buffer(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  openssl::Key key(PEM_read_bio_PUBKEY(buffer.get(), nullptr, openssl::no_pass_phrase, nullptr));
  openssl::clear_errors();
  if (!key) return fail(ErrorCode::malformed, "no public key in PEM (BEGIN PUBLIC KEY)");
  return openssl::adopt_public(std::move(key));
}

KeyType PublicKey::type() const {
  return impl_->type;
}

const PublicParts& PublicKey::parts() const {
  return impl_->parts;
}

Bytes PublicKey::compressed_point() const {
  const auto& parts = impl_->parts;
  if (parts.y.empty()) return {};
  const bool odd = (parts.y.back() & std::byte{1}) != std::byte{0};
  Bytes point{odd ? std::byte{3} : std::byte{2}};
  point.insert(point.end(), parts.x.begin(), parts.x.end());
  return point;
}

Bytes PublicKey::rsa_der() const {
  if (type() != KeyType::rsa) return {};
  unsigned char* der = nullptr;
  const auto size = i2d_PublicKey(impl_->key.get(), &der);
  invariant(size > 0, "a public key can be written");
  Bytes bytes(reinterpret_cast<std::byte*>(der), reinterpret_cast<std::byte*>(der) + size);
  OPENSSL_free(der);
  return bytes;
}

std::string PublicKey::to_pem() const {
  openssl::Buffer buffer(BIO_new(BIO_s_mem()));
  invariant(PEM_write_bio_PUBKEY(buffer.get(), impl_->key.get()) == 1, "a public key can be written");
  char* text = nullptr;
  const auto size = BIO_get_mem_data(buffer.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace kontor::crypto
