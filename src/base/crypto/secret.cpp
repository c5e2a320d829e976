#include "base/crypto/secret.hpp"

#include <openssl/crypto.h>

#include "base/text/text.hpp"

namespace kontor::crypto {

Secret::~Secret() {
  wipe(bytes_);
}

bool operator==(const Secret& a, const Secret& b) {
  return text::equal_in_constant_time(a.bytes(), b.bytes());
}

void wipe(std::span<std::byte> bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

}  // namespace kontor::crypto
