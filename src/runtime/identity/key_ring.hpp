#pragma once

#include <memory>
#include <vector>

#include "domain/key_pair/decide.hpp"
#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"
#include "runtime/identity/identity_context.hpp"

namespace kontor::runtime::identity {

/// How a key comes to be: made inside the vault, or already there under the alias.
struct KeyDescriptor {
  std::string key_id;  ///< `did#fragment`, or the fragment alone
  platform::vault::KeyAlias alias;
  crypto::KeyType type = crypto::KeyType::p256;
  std::vector<domain::key_pair::Usage> usages;  ///< empty: all three
  bool active = true;
  bool make_default = true;
};

/// A context with its keys, as signing and publishing need it.
struct Identity {
  IdentityContext context;
  std::vector<domain::key_pair::KeyPair> key_pairs;
};

/// The key pairs of the participants: made, rotated, revoked, and looked up for signing. What was looked up
/// is kept until a commit changes it, bounded. Private keys never leave the vault. Used on the io thread.
class KeyRing {
 public:
  KeyRing(platform::engine::Engine& engine, platform::vault::Vault& vault);
  ~KeyRing();

  /// Errors: not_found.
  Task<Result<std::shared_ptr<const Identity>>> identity(ContextId context);

  /// Makes the key and its entity; `also` is written by the same transaction. A key that the vault has
  /// already under this alias is taken as it is, so that a broken-off creation can be repeated.
  Task<Result<domain::key_pair::KeyPairId>> create(IdentityContext owner, KeyDescriptor descriptor,
                                                   std::vector<platform::store::Put> also, std::string actor);
  Task<Result<void>> apply(ContextId context, domain::key_pair::KeyPairId id, domain::key_pair::Event event,
                           std::string actor);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::identity
