#pragma once

#include <functional>
#include <optional>
#include <string>

#include "protocol/vc/token.hpp"
#include "runtime/identity/key_ring.hpp"

namespace kontor::runtime::identity {

/// Makes what is to be signed, once the key is known: the header names it.
using MakeInput = std::function<std::string(const protocol::vc::Signer&)>;

/// Of what has no end. A whole day, in the last year that has four digits.
inline constexpr Instant without_end = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);

/// Signs in the name of a participant with its active key of a usage. The key stays in the vault. Errors:
/// not_found (the context, or a key for this usage: the text says what to do), forbidden when the context is
/// not active.
class Signing {
 public:
  Signing(KeyRing& keys, platform::vault::Vault& vault);

  /// The compact JWS over the input. What lives longer than a token says how long, so that the key verifies
  /// as long.
  Task<Result<std::string>> sign(ContextId context, domain::key_pair::Usage usage, MakeInput make_input,
                                 std::optional<Instant> lives_until = {});
  /// The same of a context that may not act: of what its owner takes along, never of what others act upon.
  Task<Result<std::string>> sign_for_owner(ContextId context, domain::key_pair::Usage usage,
                                           MakeInput make_input);
  /// The context with its keys, or with the service that makes its tokens. Errors: not_found.
  Task<Result<std::shared_ptr<const Identity>>> identity(ContextId context);
  /// The DID in whose name the context signs.
  Task<Result<Did>> did_of(ContextId context);
  /// The same for a context that acts. Errors: not_found, also for one that is not active.
  Task<Result<Did>> active_did_of(ContextId context);
  /// The public half of one of the context's own keys, by the `kid` of a token that it made. Errors:
  /// unauthenticated.
  Task<Result<crypto::PublicKey>> own_key(ContextId context, std::string kid);

 private:
  struct Order {
    domain::key_pair::Usage usage;
    MakeInput make_input;
    std::optional<Instant> lives_until = {};
    bool acts = true;  ///< only a context that is active does
  };
  Task<Result<std::string>> carry_out(ContextId context, Order order);
  /// None: the key has ended meanwhile, and another is to be chosen.
  Task<Result<std::optional<std::string>>> try_to_sign(ContextId context, const Order& order);

  KeyRing& keys_;
  platform::vault::Vault& vault_;
};

}  // namespace kontor::runtime::identity
