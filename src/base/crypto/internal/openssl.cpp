#include "base/crypto/internal/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <array>

namespace kontor::crypto::openssl {
namespace {

/// By name, OpenSSL looks an algorithm up in its provider at each use.
const EVP_MD* fetched(const char* name) {
  const EVP_MD* digest = EVP_MD_fetch(nullptr, name, nullptr);
  invariant(digest != nullptr, "OpenSSL has SHA-2");
  return digest;
}

constexpr std::array curves{
    Curve{KeyType::p256, NID_X9_62_prime256v1, SN_X9_62_prime256v1, 32, sha_256},
    Curve{KeyType::p384, NID_secp384r1, SN_secp384r1, 48, sha_384},
    Curve{KeyType::p521, NID_secp521r1, SN_secp521r1, 66, sha_512},
};

}  // namespace

const EVP_MD* sha_256() {
  static const EVP_MD* const digest = fetched("SHA256");
  return digest;
}

const EVP_MD* sha_384() {
  static const EVP_MD* const digest = fetched("SHA384");
  return digest;
}

const EVP_MD* sha_512() {
  static const EVP_MD* const digest = fetched("SHA512");
  return digest;
}

void clear_errors() {
  ERR_clear_error();
}

int no_pass_phrase(char*, int, int, void*) {
  return -1;
}

const Curve* curve_of(KeyType type) {
  for (const auto& curve : curves) {
    if (curve.type == type) return &curve;
  }
  return nullptr;
}

Key key_of(const char* algorithm, int selection, OSSL_PARAM_BLD* builder) {
  Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* key = nullptr;
  const bool done = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) == 1;
  if (!done) clear_errors();
  return Key(done ? key : nullptr);
}

Bytes bytes_param(const EVP_PKEY& key, const char* name) {
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(&key, name, nullptr, 0, &size) != 1) return {};
  Bytes bytes(size);
  EVP_PKEY_get_octet_string_param(&key, name, writable(bytes), bytes.size(), &size);
  return bytes;
}

Bytes number_param(const EVP_PKEY& key, const char* name, std::size_t width) {
  BIGNUM* found = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &found) != 1) return {};
  const Number number(found);
  Bytes bytes(width > 0 ? width : static_cast<std::size_t>(BN_num_bytes(found)));
  BN_bn2binpad(found, writable(bytes), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace kontor::crypto::openssl
