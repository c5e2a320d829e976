#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/text/bytes.hpp"

/// Digests (FIPS 180-4) and keyed digests (RFC 2104). Pure; they cannot fail.
namespace kontor::crypto {

using Sha256 = std::array<std::byte, 32>;
using Sha384 = std::array<std::byte, 48>;

Sha256 sha256(BytesView message);
Sha384 sha384(BytesView message);
inline Sha256 sha256(std::string_view message) {
  return sha256(bytes_of(message));
}
inline Sha384 sha384(std::string_view message) {
  return sha384(bytes_of(message));
}

/// As lower-case hexadecimal digits.
std::string sha256_hex(std::string_view message);
std::string sha384_hex(std::string_view message);

struct Keyed {
  BytesView key;
  BytesView message;
};
Sha256 hmac_sha256(Keyed input);

}  // namespace kontor::crypto
