#pragma once

#include <string>

#include "base/crypto/signature.hpp"
#include "base/text/encoding.hpp"
#include "protocol/did/document.hpp"
#include "protocol/jose/jws.hpp"
#include "protocol/vc/token.hpp"

/// For tests of this module: somebody with a DID, a fixed Ed25519 key and a document.
namespace kontor::protocol::vc::testing {

struct Party {
  Did did;
  crypto::PrivateKey key;

  std::string kid() const { return did.str() + "#key-1"; }
  Signer signer() const { return {.alg = jose::Algorithm::eddsa, .kid = kid()}; }
  std::string sign(std::string input) const {
    const auto signature = crypto::sign(key, bytes_of(input));
    return jose::assemble(std::move(input), signature);
  }
  did::DidDocument document() const {
    did::DidDocument document;
    document.id = did;
    document.verification_methods = {{.id = kid(), .controller = did, .key = jose::jwk_of(key.public_key())}};
    document.authentication = {kid()};
    document.assertion_method = {kid()};
    document.capability_invocation = {kid()};
    return document;
  }
};

/// `number` makes the key.
inline Party party(std::string did, unsigned char number) {
  const Bytes seed(32, std::byte{number});
  return {Did(std::move(did)), crypto::PrivateKey::from_scalar(crypto::KeyType::ed25519, seed).value()};
}

}  // namespace kontor::protocol::vc::testing
