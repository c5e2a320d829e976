#pragma once

#include <chrono>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/routing/router.hpp"
#include "runtime/identity/identity_contexts.hpp"
#include "runtime/identity/self_issued_tokens.hpp"

namespace kontor::runtime::identity {

struct IdentityConfig {
  std::chrono::milliseconds key_use_duration = domain::key_pair::use_duration_default;
  std::chrono::milliseconds key_published_first = KeyRingConfig{}.published_first;
};
platform::config::Fields fields_of(platform::config::Type<IdentityConfig>);

/// Keys, DID documents and tokens of our participants.
struct IdentityAssembly {
  static constexpr std::string_view name = "identity";
  using Requires = platform::assembly::Services<platform::async::Clock, Random, platform::engine::Engine,
                                                platform::vault::Vault, platform::routing::Router>;
  using Provides = platform::assembly::Services<KeyRing, IdentityContexts, Signing, SelfIssuedTokens>;
  using Config = IdentityConfig;
  static std::vector<const entity::Kind*> kinds();
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

/// The parts of the Identity API, and the DID documents.
void bind_participant_routes(platform::routing::Router& router, IdentityContexts& contexts, Random& random);
void bind_key_routes(platform::routing::Router& router, KeyRing& keys);
void bind_did_api_routes(platform::routing::Router& router, IdentityContexts& contexts);
void bind_did_routes(platform::routing::Router& router, IdentityContexts& contexts);

}  // namespace kontor::runtime::identity
