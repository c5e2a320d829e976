#pragma once

#include "base/crypto/keys.hpp"

namespace kontor::crypto {

/// The signature of `message` in the form of JOSE (RFC 7518 §3, RFC 8037): ECDSA as r and s in full length
/// one behind the other. ECDSA signatures of one message differ from call to call.
Bytes sign(const PrivateKey& key, BytesView message);

struct SignedMessage {
  BytesView message;
  BytesView signature;
};
/// Whether the signature was made with the key's other half. Any malformed signature is simply not valid.
bool verify(const PublicKey& key, SignedMessage input);

}  // namespace kontor::crypto
