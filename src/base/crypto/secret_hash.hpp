#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto/secret.hpp"
#include "base/random/random.hpp"
#include "base/result/result.hpp"

/// How a client's secret or an API key is kept: never itself, only as a salted scrypt hash (RFC 7914) in the
/// PHC form
/// `$scrypt$ln=14,r=8,p=1$<salt>$<hash>`, which carries its own cost.
namespace kontor::crypto {

using Salt = std::array<std::byte, 16>;
Salt new_salt(Random& random);

/// N = 2^log2_n, r = 8, p = 1: memory is 1 KiB * N. The default takes 16 MiB and some 40 ms, which is right
/// for secrets that people choose. A secret of 128 or more random bits cannot be guessed: for it
/// `generated_secret_cost` is enough.
struct HashCost {
  std::uint8_t log2_n = 14;  ///< 4 to 17
};
inline constexpr HashCost generated_secret_cost{.log2_n = 4};

/// Blocks for the time its cost takes: do not call it with the default cost on an io thread.
std::string hash_secret(const Secret& secret, const Salt& salt, HashCost cost = {});

/// Whether `secret` is what was hashed; compares in constant time. Errors: malformed when `stored` is no such
/// hash.
Result<bool> verify_secret(const Secret& secret, std::string_view stored);

}  // namespace kontor::crypto
