#include "base/crypto/hash.hpp"

#include <openssl/hmac.h>

#include "base/crypto/internal/openssl.hpp"
#include "base/result/result.hpp"
#include "base/text/encoding.hpp"

namespace kontor::crypto {
namespace {

using openssl::raw;

template <class Out>
Out digest_of(BytesView message, const EVP_MD* digest) {
  Out out;
  unsigned size = 0;
  const bool done =
      EVP_Digest(message.data(), message.size(), openssl::writable(out), &size, digest, nullptr) == 1;
  invariant(done && size == out.size(), "SHA-2 works");
  return out;
}

}  // namespace

Sha256 sha256(BytesView message) {
  return digest_of<Sha256>(message, openssl::sha_256());
}

Sha384 sha384(BytesView message) {
  return digest_of<Sha384>(message, openssl::sha_384());
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
  const auto* done = HMAC(openssl::sha_256(), key, static_cast<int>(input.key.size()), raw(input.message),
                          input.message.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  invariant(done && size == digest.size(), "HMAC-SHA-256 works");
  return digest;
}

}  // namespace kontor::crypto
