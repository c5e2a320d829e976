#pragma once

#include "base/crypto/keys.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "protocol/did/document.hpp"

/// DIDs that hold their own key: did:key (W3C CCG) and did:jwk. Nothing has to be fetched for them.
namespace kontor::protocol::did {

/// Ed25519, P-256, P-384, P-521, RSA. Errors: malformed, invalid_input for other types of key.
Result<crypto::PublicKey> key_of_did_key(const Did& did);
Did did_key_of(const crypto::PublicKey& key);

/// Errors: malformed, invalid_input.
Result<jose::Jwk> key_of_did_jwk(const Did& did);
Did did_jwk_of(const jose::Jwk& key);

/// Whether `document_of` knows the DID's method.
bool is_self_contained(const Did& did);

/// The document that such a DID stands for: one method, in every relationship of a signature. Errors as
/// above.
Result<DidDocument> document_of(const Did& did);

}  // namespace kontor::protocol::did
