#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <optional>

#include "base/crypto/internal/openssl.hpp"

namespace kontor::crypto {
namespace {

using openssl::raw;
using openssl::writable;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, openssl::Release<PKCS8_PRIV_KEY_INFO_free>>;

constexpr std::size_t ed25519_bytes = 32;
constexpr int attempts_max = 64;

Result<PrivateKey> refuse(const char* why) {
  openssl::clear_errors();
  return fail(ErrorCode::invalid_input, "{}", why);
}

Result<PrivateKey> assemble(openssl::Key key, Result<PublicKey> public_key) {
  if (!public_key) return fail(public_key.error());
  return PrivateKey(std::make_shared<const PrivateKey::Impl>(std::move(key)), std::move(*public_key));
}

Result<PrivateKey> from_seed(BytesView seed) {
  if (seed.size() != ed25519_bytes) return refuse("an Ed25519 seed has 32 bytes");
  openssl::Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed), seed.size()));
  if (!key) return refuse("the bytes are no Ed25519 seed");
  const auto x = openssl::bytes_param(*key, OSSL_PKEY_PARAM_PUB_KEY);
  return assemble(std::move(key), PublicKey::from_ed25519(x));
}

/// The point of a scalar in SEC 1 form; empty when the scalar is not within the curve's order.
Bytes point_of(const openssl::Curve& curve, const BIGNUM& scalar) {
  openssl::Group group(EC_GROUP_new_by_curve_name(curve.id));
  openssl::NumberContext scratch(BN_CTX_secure_new());
  const bool in_order = !BN_is_zero(&scalar) && BN_cmp(&scalar, EC_GROUP_get0_order(group.get())) < 0;
  if (!in_order) return {};
  openssl::Point point(EC_POINT_new(group.get()));
  Bytes bytes(1 + 2 * curve.field_bytes);
  const bool done = EC_POINT_mul(group.get(), point.get(), &scalar, nullptr, nullptr, scratch.get()) == 1 &&
                    EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                       writable(bytes), bytes.size(), scratch.get()) == bytes.size();
  invariant(done, "a scalar has a point");
  return bytes;
}

Result<PrivateKey> from_ec_scalar(const openssl::Curve& curve, BytesView bytes) {
  if (bytes.size() != curve.field_bytes) return refuse("the scalar has not the length of its curve");
  const auto scalar = openssl::number_of(bytes);
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  const auto point = point_of(curve, *scalar);
  if (point.empty()) return refuse("the scalar is zero or above the order of its curve");
  openssl::ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.name, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, raw(point), point.size());
  OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get(), curve.field_bytes);
  auto key = openssl::key_of("EC", EVP_PKEY_KEYPAIR, builder.get());
  if (!key) return refuse("the scalar is no private key");
  return assemble(std::move(key), PublicKey::from_ec_point(curve.type, point));
}

Result<PublicKey> rsa_public(const EVP_PKEY& key) {
  const auto n = openssl::number_param(key, OSSL_PKEY_PARAM_RSA_N, 0);
  const auto e = openssl::number_param(key, OSSL_PKEY_PARAM_RSA_E, 0);
  return PublicKey::from_rsa({n, e});
}

/// The public half of an EC key that OpenSSL read; none for a curve that is not ours.
std::optional<PublicKey> ec_public(const EVP_PKEY& key) {
  for (auto type : {KeyType::p256, KeyType::p384, KeyType::p521}) {
    const auto& curve = *openssl::curve_of(type);
    char group[64];
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(&key, group, sizeof group, &size) != 1) break;
    if (std::string_view(group, size) != curve.name) continue;
    const auto x = openssl::number_param(key, OSSL_PKEY_PARAM_EC_PUB_X, curve.field_bytes);
    const auto y = openssl::number_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, curve.field_bytes);
    if (auto found = PublicKey::from_ec(type, {x, y})) return *found;
  }
  return std::nullopt;
}

/// A key that was read from a file: its halves must belong together.
Result<PrivateKey> adopt(openssl::Key key) {
  if (EVP_PKEY_is_a(key.get(), "ED25519")) {
    const Secret seed(openssl::bytes_param(*key, OSSL_PKEY_PARAM_PRIV_KEY));
    return PrivateKey::from_scalar(KeyType::ed25519, seed.bytes());
  }
  if (EVP_PKEY_is_a(key.get(), "EC")) {
    const auto claimed = ec_public(*key);
    if (!claimed) return refuse("an EC key is of P-256, P-384 or P-521 and holds a point of its curve");
    const auto width = openssl::curve_of(claimed->type())->field_bytes;
    const Secret scalar(openssl::number_param(*key, OSSL_PKEY_PARAM_PRIV_KEY, width));
    auto derived = PrivateKey::from_scalar(claimed->type(), scalar.bytes());
    if (derived && !(derived->public_key() == *claimed)) return refuse("the public half is of another key");
    return derived;
  }
  if (EVP_PKEY_is_a(key.get(), "RSA")) {
    openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!context || EVP_PKEY_pairwise_check(context.get()) != 1)
      return refuse("the halves of the RSA key do not match");
    auto public_key = rsa_public(*key);
    return assemble(std::move(key), std::move(public_key));
  }
  return refuse("keys are Ed25519, P-256, P-384, P-521 or RSA: this one is another");
}

}  // namespace

Result<PrivateKey> PrivateKey::generate(KeyType type, Random& random) {
  const auto* curve = openssl::curve_of(type);
  if (type == KeyType::rsa) return refuse("RSA keys are imported, not generated: use Ed25519 or P-256");
  Secret candidate;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    Bytes bytes(curve ? curve->field_bytes : ed25519_bytes);
    random.fill(bytes);
    if (type == KeyType::p521) bytes[0] &= std::byte{1};
    candidate = Secret(std::move(bytes));
    if (auto key = from_scalar(type, candidate.bytes())) return key;
  }
  invariant(false, "a random number becomes a key sooner or later");
  return refuse("no key");
}

Result<PrivateKey> PrivateKey::from_scalar(KeyType type, BytesView scalar) {
  if (type == KeyType::ed25519) return from_seed(scalar);
  const auto* curve = openssl::curve_of(type);
  if (!curve) return refuse("an RSA key is no scalar");
  return from_ec_scalar(*curve, scalar);
}

Result<PrivateKey> PrivateKey::from_pkcs8(BytesView der) {
  const auto* in = raw(der);
  Pkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &in, static_cast<long>(der.size())));
  const bool whole = info && in == raw(der) + der.size();
  openssl::Key key(whole ? EVP_PKCS82PKEY(info.get()) : nullptr);
  openssl::clear_errors();
  if (!key) return fail(ErrorCode::malformed, "{} bytes are no unencrypted PKCS #8 key", der.size());
  return adopt(std::move(key));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  openssl::Buffer buffer(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  openssl::Key key(PEM_read_bio_PrivateKey(buffer.get(), nullptr, openssl::no_pass_phrase, nullptr));
  openssl::clear_errors();
  if (!key) return fail(ErrorCode::malformed, "no unencrypted private key in PEM (BEGIN PRIVATE KEY)");
  return adopt(std::move(key));
}

Secret PrivateKey::scalar() const {
  const auto& key = *impl_->key;
  if (type() == KeyType::ed25519) return Secret(openssl::bytes_param(key, OSSL_PKEY_PARAM_PRIV_KEY));
  const auto* curve = openssl::curve_of(type());
  if (!curve) return {};
  return Secret(openssl::number_param(key, OSSL_PKEY_PARAM_PRIV_KEY, curve->field_bytes));
}

Secret PrivateKey::to_pkcs8() const {
  Pkcs8 info(EVP_PKEY2PKCS8(impl_->key.get()));
  unsigned char* der = nullptr;
  const auto size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : 0;
  invariant(size > 0, "a private key can be written");
  const auto* bytes = reinterpret_cast<const std::byte*>(der);
  Secret secret(BytesView(bytes, static_cast<std::size_t>(size)));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return secret;
}

}  // namespace kontor::crypto
