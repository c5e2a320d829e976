#pragma once

#include <functional>
#include <string>

#include "protocol/vc/token.hpp"
#include "runtime/identity/key_ring.hpp"

namespace kontor::runtime::identity {

/// Makes what is to be signed, once the key is known: the header names it.
using MakeInput = std::function<std::string(const protocol::vc::Signer&)>;

/// Signs in the name of a participant with its active key of a usage. The key stays in the vault. Errors:
/// not_found (the context, or a key for this usage: the text says what to do), forbidden when the context is
/// not active.
class Signing {
 public:
  Signing(KeyRing& keys, platform::vault::Vault& vault);

  /// The compact JWS over the input.
  Task<Result<std::string>> sign(ContextId context, domain::key_pair::Usage usage, MakeInput make_input);
  /// The DID in whose name the context signs.
  Task<Result<Did>> did_of(ContextId context);
  /// The same for a context that acts. Errors: not_found, also for one that is not active.
  Task<Result<Did>> active_did_of(ContextId context);
  /// The public half of one of the context's own keys, by the `kid` of a token that it made. Errors:
  /// unauthenticated.
  Task<Result<crypto::PublicKey>> own_key(ContextId context, std::string kid);

 private:
  KeyRing& keys_;
  platform::vault::Vault& vault_;
};

}  // namespace kontor::runtime::identity
