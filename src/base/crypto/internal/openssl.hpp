#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

#include "base/crypto/keys.hpp"
#include "base/text/bytes.hpp"

/// OpenSSL's objects with their owners. Seen by the sources of this module only.
namespace kontor::crypto::openssl {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_clear_free>>;
using NumberContext = std::unique_ptr<BN_CTX, Release<BN_CTX_free>>;
using Group = std::unique_ptr<EC_GROUP, Release<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Release<EC_POINT_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using Buffer = std::unique_ptr<BIO, Release<BIO_free_all>>;

inline const unsigned char* raw(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* writable(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

inline Number number_of(BytesView bytes) {
  return Number(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// Forgets the errors that OpenSSL queued in this thread: a refused input is an ordinary result here.
void clear_errors();

/// Fetched once, and kept as long as the process.
const EVP_MD* sha_256();
const EVP_MD* sha_384();
const EVP_MD* sha_512();

struct Curve {
  KeyType type;
  int id;                   ///< NID
  const char* name;         ///< of the group
  std::size_t field_bytes;  ///< length of a coordinate, and of the scalar
  const EVP_MD* (*digest)();
};
/// Null for other types than EC.
const Curve* curve_of(KeyType type);

/// For readers of PEM: never ask a person for a pass phrase.
int no_pass_phrase(char*, int, int, void*);

/// A key out of named parameters; null when OpenSSL refuses them.
Key key_of(const char* algorithm, int selection, OSSL_PARAM_BLD* builder);

/// The public key that OpenSSL holds, checked. Errors: invalid_input for a type that is not ours or a weak
/// key.
Result<PublicKey> adopt_public(Key key);

Bytes bytes_param(const EVP_PKEY& key, const char* name);
Bytes number_param(const EVP_PKEY& key, const char* name, std::size_t width);

}  // namespace kontor::crypto::openssl

namespace kontor::crypto {

class PublicKey::Impl {
 public:
  KeyType type;
  openssl::Key key;
  PublicParts parts;
};

class PrivateKey::Impl {
 public:
  openssl::Key key;
};

}  // namespace kontor::crypto
