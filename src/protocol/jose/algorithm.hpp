#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/crypto/keys.hpp"

namespace kontor::protocol::jose {

/// The signature algorithms that are accepted (RFC 7518 §3.1, RFC 8037 §3.1). Each belongs to exactly one
/// type of key; `none` and the symmetric ones do not exist here.
enum class Algorithm : std::uint8_t { eddsa, es256, es384, es512, rs256 };

/// As it stands in `alg`; what we write.
std::string_view name_of(Algorithm algorithm);
/// Reads `alg`. `Ed25519` (RFC 9864) is read as EdDSA.
std::optional<Algorithm> algorithm_named(std::string_view name);

Algorithm algorithm_of(crypto::KeyType type);

}  // namespace kontor::protocol::jose
