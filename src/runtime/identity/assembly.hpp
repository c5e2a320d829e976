#pragma once

#include <chrono>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/metrics.hpp"
#include "runtime/identity/identity_contexts.hpp"
#include "runtime/identity/peer_verifier.hpp"
#include "runtime/identity/presentations.hpp"

namespace kontor::runtime::identity {

struct IdentityConfig {
  std::chrono::milliseconds status_max_age{60'000};
  std::chrono::milliseconds presentation_max_age{300'000};
  std::chrono::milliseconds schema_max_age{3'600'000};
  bool accept_undeclared_relationships = false;
  std::chrono::milliseconds key_use_duration = domain::key_pair::use_duration_default;
  std::chrono::milliseconds key_published_first = KeyRingConfig{}.published_first;
};
platform::config::Fields fields_of(platform::config::Type<IdentityConfig>);

/// Keys, DID documents and tokens of our participants; the proofs of others.
struct IdentityAssembly {
  static constexpr std::string_view name = "identity";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::async::Clock, Random,
                                                platform::http::Client, platform::engine::Engine,
                                                platform::vault::Vault, platform::did::Resolver,
                                                platform::routing::Router, platform::telemetry::Registry>;
  using Provides = platform::assembly::Services<KeyRing, IdentityContexts, Signing, SelfIssuedTokens,
                                                PeerVerifier, StatusLists, Schemas, Presentations>;
  using Config = IdentityConfig;
  static std::vector<const entity::Kind*> kinds();
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

/// What is kept of other parties.
struct Caches {
  platform::did::Resolver& resolver;
  StatusLists& status_lists;
  Schemas& schemas;
  Presentations& presentations;
};

/// The parts of the Identity API, and the DID documents.
void bind_participant_routes(platform::routing::Router& router, IdentityContexts& contexts, Random& random);
void bind_key_routes(platform::routing::Router& router, KeyRing& keys);
void bind_did_api_routes(platform::routing::Router& router, IdentityContexts& contexts);
void bind_did_routes(platform::routing::Router& router, IdentityContexts& contexts);
void bind_cache_routes(platform::routing::Router& router, Caches caches);

}  // namespace kontor::runtime::identity
