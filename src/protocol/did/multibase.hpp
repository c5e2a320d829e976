#pragma once

#include <string>
#include <string_view>

#include "base/crypto/keys.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

/// Multibase and multicodec, as `publicKeyMultibase` and did:key have them.
namespace kontor::protocol::did {

/// base58btc without a prefix. Decoding is quadratic: refused above 4096 characters.
std::string base58_encode(BytesView bytes);
Result<Bytes> base58_decode(std::string_view text);

/// A public key as `z…`. Read are base58btc (`z`) and base64url (`u`). Errors: malformed, invalid_input for
/// other codecs.
std::string multikey_of(const crypto::PublicKey& key);
Result<crypto::PublicKey> key_of_multikey(std::string_view text);

}  // namespace kontor::protocol::did
