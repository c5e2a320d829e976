#include "base/crypto/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/result/result.hpp"
#include "base/text/encoding.hpp"

namespace kontor::crypto {
namespace {

const unsigned char* raw(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Sha256 sha256(BytesView message) {
  Sha256 digest;
  SHA256(raw(message), message.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

Sha384 sha384(BytesView message) {
  Sha384 digest;
  SHA384(raw(message), message.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string sha256_hex(std::string_view message) {
  return text::hex_encode(sha256(message));
}

std::string sha384_hex(std::string_view message) {
  return text::hex_encode(sha384(message));
}

Sha256 hmac_sha256(Keyed input) {
  Sha256 digest;
  unsigned size = 0;
  // An empty key is legal, but OpenSSL takes a null pointer for "the key of last time".
  static constexpr unsigned char no_key = 0;
  const auto* key = input.key.empty() ? &no_key : raw(input.key);
  const auto* done = HMAC(EVP_sha256(), key, static_cast<int>(input.key.size()), raw(input.message),
                          input.message.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  invariant(done && size == digest.size(), "HMAC-SHA-256 works");
  return digest;
}

}  // namespace kontor::crypto
