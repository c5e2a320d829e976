#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto/secret.hpp"
#include "domain/identity_context/decide.hpp"
#include "runtime/identity/key_ring.hpp"
#include "runtime/identity/own_dids.hpp"

namespace kontor::runtime::identity {

struct NewIdentityContext {
  IdentityContext context;
  std::vector<KeyDescriptor> keys;  ///< at least one, unless there is a token service
  bool active = true;
  /// Made at random: opens an account at the secure token service.
  std::optional<crypto::Secret> account_secret = {};
  /// Of a participant that keeps its keys elsewhere.
  std::optional<TokenService> token_service = {};
};

/// The participant contexts of the identity services and their DID documents. A DID belongs to one context of
/// the installation: one of our own to the first that is created with it, one that was brought along to the
/// first that proves its control (`DidControls`), and before that no context acts under it. The document of
/// an activated context is published; it is made from the context and its key pairs when it is asked for, so
/// it cannot be out of date.
class IdentityContexts {
 public:
  /// Adds its machine to the engine.
  IdentityContexts(platform::engine::Engine& engine, KeyRing& keys, platform::vault::Vault& vault,
                   OwnDids own_dids);

  /// With its keys and its account, or nothing of it stays, whatever happens meanwhile. Errors: conflict when
  /// the context or the DID exists, unavailable while an earlier one of that name is made or removed.
  Task<Result<IdentityContext>> create(NewIdentityContext request, std::string actor);
  /// Ends at once whatever it does, and removes everything that belongs to it; returns when that is done, or
  /// at the deadline, and it goes on. To repeat it is safe. Errors: not_found.
  Task<Result<void>> remove(ContextId context, std::string actor, platform::async::Deadline deadline);
  /// Errors: not_found.
  Task<Result<platform::engine::Loaded<IdentityContext>>> load(ContextId context);
  /// Of those that are there for everybody; a page may hold fewer than were asked for.
  Task<Result<platform::engine::LoadedPage<IdentityContext>>> list(protocol::query::Query query);
  /// Errors: not_found; illegal_transition where the control of its DID is to be proven first.
  Task<Result<void>> set_active(ContextId context, bool active, std::string actor);
  /// Errors: invalid_input for too many.
  Task<Result<void>> set_scopes(ContextId context, std::vector<std::string> scopes, std::string actor);
  /// Changes what the DID document offers. Errors: conflict when it is there already or there are too many,
  /// not_found.
  Task<Result<void>> change_services(ContextId context, ServiceChange wanted, std::string actor);
  /// Of this context alone: its id, where the query fits it.
  Task<Result<std::vector<ContextId>>> matching(ContextId context, protocol::query::Query query);

  /// Which context acts under the DID. Errors: not_found.
  Task<Result<ContextId>> context_of(Did did);
  /// Makes the DID the context's; to repeat it is safe. Errors: conflict where it is another's.
  Task<Result<void>> claim(IdentityContext context, std::string actor);
  const OwnDids& own_dids() const { return own_dids_; }
  /// The published document. Errors: not_found when the DID is not ours or its context is not active.
  Task<Result<protocol::did::DidDocument>> published_document(Did did);
  /// The same, published or not.
  Task<Result<protocol::did::DidDocument>> document(ContextId context);

 private:
  Task<Result<void>> apply(ContextId context, identity_context::Event event, std::string actor);
  Task<Result<void>> make(NewIdentityContext request, std::string attempt, std::string actor);
  /// The claim to the DID as it is, and whether its context is there; none: there is no claim.
  struct Held {
    ContextId context;
    entity::Version version = 0;
    bool living = false;
  };
  Task<Result<std::optional<Held>>> held(Did did);
  Task<Result<void>> take_did(IdentityContext context, std::string actor);
  Task<Result<void>> wait_until_gone(ContextId context, platform::async::Deadline deadline);

  platform::engine::Engine& engine_;
  KeyRing& keys_;
  OwnDids own_dids_;
};

}  // namespace kontor::runtime::identity
