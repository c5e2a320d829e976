#pragma once

#include <chrono>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/routing/router.hpp"
#include "runtime/identity/archive.hpp"
#include "runtime/identity/identity_contexts.hpp"
#include "runtime/identity/self_issued_tokens.hpp"

namespace kontor::runtime::identity {

struct IdentityConfig {
  std::chrono::milliseconds key_use_duration = domain::key_pair::use_duration_default;
  std::chrono::milliseconds key_published_first = KeyRingConfig{}.published_first;
  std::chrono::milliseconds key_rotation_warning = KeyRingConfig{}.rotation_warning;
  std::vector<std::string> participant_properties{"name", "description"};
  std::vector<std::string> did_hosts = {};
};
platform::config::Fields fields_of(platform::config::Type<IdentityConfig>);

/// Keys, DID documents and tokens of our participants.
struct IdentityAssembly {
  static constexpr std::string_view name = "identity";
  using Requires = platform::assembly::Services<platform::async::Clock, Random, platform::engine::Engine,
                                                platform::vault::Vault, platform::http::SecretClient,
                                                platform::routing::Router, platform::endpoints::Endpoints>;
  using Provides =
      platform::assembly::Services<KeyRing, IdentityContexts, Signing, Archives, SelfIssuedTokens>;
  using Config = IdentityConfig;
  static std::vector<const entity::Kind*> kinds();
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

/// What the routes about participants need.
struct ParticipantRoutes {
  IdentityContexts& contexts;
  Archives& archives;
  Random& random;
  const platform::http::SecretClient& secret_client;  ///< asks outside token services
  std::vector<std::string> properties;                ///< of a manifest, that are kept
};

/// The parts of the Identity API, and the DID documents.
void bind_participant_routes(platform::routing::Router& router, ParticipantRoutes to);
void bind_key_routes(platform::routing::Router& router, KeyRing& keys);
void bind_did_api_routes(platform::routing::Router& router, IdentityContexts& contexts);
void bind_token_service_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                               const platform::http::SecretClient& secret_client);
void bind_did_routes(platform::routing::Router& router, IdentityContexts& contexts);

}  // namespace kontor::runtime::identity
