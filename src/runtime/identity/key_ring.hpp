#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/key_pair/decide.hpp"
#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"
#include "runtime/identity/identity_context.hpp"
#include "runtime/identity/key_material.hpp"
#include "runtime/identity/key_succession.hpp"
#include "runtime/identity/token_service.hpp"

namespace kontor::runtime::identity {

struct KeyRingConfig {
  /// How long a new key stands in the DID document before it signs, where another key can: others keep the
  /// document without it for as long as five minutes.
  std::chrono::milliseconds published_first = std::chrono::minutes(10);
  std::chrono::milliseconds use_duration = domain::key_pair::use_duration_default;  ///< zero: by call only
  /// How long before a rotation by time its owner is told; zero: never.
  std::chrono::milliseconds rotation_warning = domain::key_pair::rotation_warned_before;
};

/// A context with its keys, as signing and publishing need it.
struct Identity {
  IdentityContext context;
  std::vector<domain::key_pair::KeyPair> key_pairs;
  std::optional<TokenService> token_service = {};  ///< makes its tokens, instead of a key of ours
  /// By verification method, parsed when a token of ours comes back for the first time: that costs as much as
  /// half a verification.
  mutable std::map<std::string, crypto::PublicKey> parsed = {};
};

/// A rotation that somebody orders.
struct KeyRotation {
  std::optional<std::chrono::milliseconds> overlap = {};  ///< the old key verifies at least so long
  std::optional<KeyDescriptor> successor = {};            ///< none: another key, or one that is made like it
};

/// The key pairs of the participants: made, rotated, revoked, and looked up for signing. What was looked up
/// is kept until a commit changes it, bounded. Private keys never leave the vault. Used on the io thread.
///
/// Of a participant's keys one is the default. A key is rotated once others sign for all that it signed for,
/// by the same transaction that finds them unchanged: at no moment is a participant without a key.
class KeyRing {
 public:
  KeyRing(platform::engine::Engine& engine, platform::vault::Vault& vault, KeyRingConfig config = {});
  ~KeyRing();

  /// Errors: not_found.
  Task<Result<std::shared_ptr<const Identity>>> identity(ContextId context);
  /// The key pairs as they are stored, those included that have ended. Errors: not_found for the context.
  Task<Result<std::vector<LoadedKeyPair>>> key_pairs(ContextId context);
  /// Of all participants, for an administrator.
  Task<Result<std::vector<LoadedKeyPair>>> key_pairs_of_all(protocol::query::Query page);
  /// One by its id, or by the id of its verification method. Errors: not_found.
  Task<Result<LoadedKeyPair>> find(ContextId context, std::string name);

  /// Makes the key and its entity; `also` is written by the same transaction. Errors: conflict where its id,
  /// key id or alias has been used; those of `obtain_key`.
  Task<Result<domain::key_pair::KeyPairId>> create(IdentityContext owner, KeyDescriptor descriptor,
                                                   std::vector<platform::store::Put> also, std::string actor);
  Task<Result<void>> activate(ContextId context, domain::key_pair::KeyPairId id, std::string actor);
  /// At once where others can sign for all that it signs for, otherwise as soon as they can: a successor is
  /// made, and published first. To repeat it is safe. Errors: illegal_transition, those of `create`.
  Task<Result<void>> rotate(ContextId context, domain::key_pair::KeyPairId id, KeyRotation rotation,
                            std::string actor);
  /// At once, whoever else can sign; a successor that is named is made first.
  Task<Result<void>> revoke(ContextId context, domain::key_pair::KeyPairId id,
                            std::optional<KeyDescriptor> successor, std::string actor);

  /// Writes down that the key signs something that lives so long, unless it is known. Errors:
  /// illegal_transition when it signs no more: choose again.
  Task<Result<void>> signs(ContextId context, domain::key_pair::KeyPair key_pair, Instant until);
  /// What was looked up is not believed any more.
  void forget(const ContextId& context);
  Instant now() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::identity
