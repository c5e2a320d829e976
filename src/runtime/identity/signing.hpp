#pragma once

#include <optional>
#include <string>

#include "protocol/jose/jwt.hpp"
#include "runtime/identity/key_ring.hpp"

namespace kontor::runtime::identity {

/// What is signed, for whom, and as what.
struct SigningRequest {
  ContextId context;
  domain::key_pair::Usage usage = domain::key_pair::Usage::sign_token;
  protocol::jose::Claims claims = {};
  std::optional<std::string> typ = {};
};

/// Signs in the name of a participant with its active key of a usage. The key stays in the vault. Errors: not_found (the
/// context, or a key for this usage: the text says what to do), forbidden when the context is not active.
class Signing {
 public:
  Signing(KeyRing& keys, platform::vault::Vault& vault);

  /// A compact JWS whose header names the verification method.
  Task<Result<std::string>> sign(SigningRequest request);
  /// The DID in whose name the context signs.
  Task<Result<Did>> did_of(ContextId context);

 private:
  KeyRing& keys_;
  platform::vault::Vault& vault_;
};

}  // namespace kontor::runtime::identity
