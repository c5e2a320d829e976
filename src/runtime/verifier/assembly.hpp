#pragma once

#include <chrono>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/metrics.hpp"
#include "runtime/verifier/peer_verifier.hpp"
#include "runtime/verifier/presentations.hpp"

namespace kontor::runtime::verifier {

struct VerifierConfig {
  std::chrono::milliseconds status_max_age{60'000};
  std::chrono::milliseconds presentation_max_age{300'000};
  std::chrono::milliseconds schema_max_age{3'600'000};
  bool accept_undeclared_relationships = false;
};
platform::config::Fields fields_of(platform::config::Type<VerifierConfig>);

/// What other parties prove, and what is kept of it.
struct VerifierAssembly {
  static constexpr std::string_view name = "verifier";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::async::Clock,
                                                platform::http::Client, platform::did::Resolver,
                                                platform::routing::Router, platform::telemetry::Registry,
                                                identity::Signing, identity::SelfIssuedTokens>;
  using Provides = platform::assembly::Services<PeerVerifier, StatusLists, Schemas, Presentations>;
  using Config = VerifierConfig;
  static std::vector<const entity::Kind*> kinds() { return {}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

/// What is kept of other parties.
struct Caches {
  platform::did::Resolver& resolver;
  StatusLists& status_lists;
  Schemas& schemas;
  Presentations& presentations;
};

/// The part of the Identity API by which an operator has all of it forgotten.
void bind_cache_routes(platform::routing::Router& router, Caches caches);

}  // namespace kontor::runtime::verifier
