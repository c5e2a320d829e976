#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto/secret.hpp"
#include "runtime/identity/did_services.hpp"
#include "runtime/identity/key_ring.hpp"

namespace kontor::runtime::identity {

struct NewIdentityContext {
  IdentityContext context;
  std::vector<KeyDescriptor> keys;  ///< at least one
  bool active = true;
  /// Made at random: opens an account at the secure token service.
  std::optional<crypto::Secret> account_secret = {};
};

/// The participant contexts of the identity services and their DID documents. A DID belongs to one context of
/// the installation. The document of an activated context is published; it is made from the context and its
/// key pairs when it is asked for, so it cannot be out of date.
class IdentityContexts {
 public:
  IdentityContexts(platform::engine::Engine& engine, KeyRing& keys);

  /// Errors: conflict when the context or the DID exists. Repeating a broken-off creation completes it.
  Task<Result<IdentityContext>> create(NewIdentityContext request, std::string actor);
  /// Errors: not_found.
  Task<Result<platform::engine::Loaded<IdentityContext>>> load(ContextId context);
  Task<Result<platform::engine::LoadedPage<IdentityContext>>> list(protocol::query::Query query);
  Task<Result<void>> set_active(ContextId context, bool active, std::string actor);
  /// Changes what the DID document offers. Errors: those of `change`.
  Task<Result<void>> change_services(ContextId context, ServiceChange wanted, std::string actor);
  /// Of this context alone: its id, where the query fits it.
  Task<Result<std::vector<ContextId>>> matching(ContextId context, protocol::query::Query query);
  /// Stores a changed context (services, scopes). Errors: version_conflict.
  Task<Result<void>> update(platform::engine::Loaded<IdentityContext> changed, std::string actor);

  /// Errors: not_found.
  Task<Result<ContextId>> context_of(Did did);
  /// The published document. Errors: not_found when the DID is not ours or its context is not active.
  Task<Result<protocol::did::DidDocument>> published_document(Did did);
  /// The same, published or not.
  Task<Result<protocol::did::DidDocument>> document(ContextId context);

 private:
  platform::engine::Engine& engine_;
  KeyRing& keys_;
};

}  // namespace kontor::runtime::identity
