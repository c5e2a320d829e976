#include "base/crypto/signature.hpp"

#include <array>

#include "base/crypto/internal/openssl.hpp"

namespace kontor::crypto {
namespace {

using openssl::Curve;
using openssl::raw;
using openssl::writable;

struct Digest {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
};

Digest digest_of(const Curve& curve, BytesView message) {
  Digest digest;
  const bool done = EVP_Digest(message.data(), message.size(), digest.bytes.data(), &digest.size,
                               curve.digest(), nullptr) == 1;
  invariant(done, "SHA-2 works");
  return digest;
}

Bytes sign_ecdsa(EVP_PKEY& key, const Curve& curve, BytesView message) {
  const auto digest = digest_of(curve, message);
  std::array<unsigned char, 256> der;
  auto der_size = der.size();
  openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
  const bool done =
      context && EVP_PKEY_sign_init(context.get()) == 1 &&
      EVP_PKEY_sign(context.get(), der.data(), &der_size, digest.bytes.data(), digest.size) == 1;
  invariant(done, "a private EC key signs");
  const auto* in = der.data();
  openssl::Signature signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der_size)));
  invariant(signature != nullptr, "OpenSSL reads its own signature");
  Bytes joined(2 * curve.field_bytes);
  const auto width = static_cast<int>(curve.field_bytes);
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), writable(joined), width);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), writable(joined) + width, width);
  return joined;
}

bool verify_ecdsa(EVP_PKEY& key, const Curve& curve, SignedMessage input) {
  if (input.signature.size() != 2 * curve.field_bytes) return false;
  openssl::Signature signature(ECDSA_SIG_new());
  auto r = openssl::number_of(input.signature.first(curve.field_bytes));
  auto s = openssl::number_of(input.signature.last(curve.field_bytes));
  invariant(signature && ECDSA_SIG_set0(signature.get(), r.release(), s.release()) == 1, "there is memory");
  std::array<unsigned char, 256> der;
  auto* out = der.data();
  const auto der_size = i2d_ECDSA_SIG(signature.get(), &out);
  const auto digest = digest_of(curve, input.message);
  openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
  return der_size > 0 && context && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_verify(context.get(), der.data(), static_cast<std::size_t>(der_size), digest.bytes.data(),
                         digest.size) == 1;
}

/// Ed25519 hashes by itself; RSA is PKCS #1 v1.5 with SHA-256, OpenSSL's default padding.
const EVP_MD* digest_for(KeyType type) {
  return type == KeyType::rsa ? EVP_sha256() : nullptr;
}

Bytes sign_whole(EVP_PKEY& key, KeyType type, BytesView message) {
  openssl::DigestContext context(EVP_MD_CTX_new());
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)));
  auto size = signature.size();
  const bool done =
      context && EVP_DigestSignInit(context.get(), nullptr, digest_for(type), nullptr, &key) == 1 &&
      EVP_DigestSign(context.get(), writable(signature), &size, raw(message), message.size()) == 1;
  invariant(done, "a private key signs");
  signature.resize(size);
  return signature;
}

bool verify_whole(EVP_PKEY& key, KeyType type, SignedMessage input) {
  if (input.signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(&key))) return false;
  openssl::DigestContext context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest_for(type), nullptr, &key) == 1 &&
         EVP_DigestVerify(context.get(), raw(input.signature), input.signature.size(), raw(input.message),
                          input.message.size()) == 1;
}

}  // namespace

Bytes sign(const PrivateKey& key, BytesView message) {
  auto& handle = *key.impl().key;
  const auto* curve = openssl::curve_of(key.type());
  return curve ? sign_ecdsa(handle, *curve, message) : sign_whole(handle, key.type(), message);
}

bool verify(const PublicKey& key, SignedMessage input) {
  auto& handle = *key.impl().key;
  const auto* curve = openssl::curve_of(key.type());
  const bool valid = curve ? verify_ecdsa(handle, *curve, input) : verify_whole(handle, key.type(), input);
  if (!valid) openssl::clear_errors();
  return valid;
}

}  // namespace kontor::crypto
