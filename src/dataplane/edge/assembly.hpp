#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/edge/contact.hpp"
#include "dataplane/edge/identity.hpp"
#include "dataplane/replicas/replicas.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/http/tunnel.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/log.hpp"

namespace kontor::dataplane::edge {

struct EdgeConfig {
  std::string dataplane_id;
  std::string participant_context_id;
  platform::config::Secret enrolment_token;
  std::size_t lines = 2;
  std::chrono::milliseconds alone_for{std::chrono::minutes(15)};
};
platform::config::Fields fields_of(platform::config::Type<EdgeConfig>);
/// A plane at an edge is one of a context.
Result<void> validate(const EdgeConfig& config);

/// What a data plane at an edge holds; empty in one that its control plane can reach.
struct Edge {
  std::unique_ptr<Identity> identity = {};
  std::unique_ptr<Contact> contact = {};
  std::unique_ptr<platform::http::TunnelExit> tunnel = {};
};

/// A data plane that its control plane cannot reach, where `edge.dataplane_id` is set.
struct EdgeAssembly {
  static constexpr std::string_view name = "edge";
  using Requires =
      platform::assembly::Services<platform::async::Scope, platform::async::Clock, Random,
                                   platform::engine::Engine, platform::vault::Vault, platform::http::Client,
                                   platform::auth::TokenSource, platform::auth::TokenVerifier,
                                   platform::routing::Router, platform::endpoints::Endpoints,
                                   replicas::Replicas, platform::telemetry::Log>;
  using Provides = platform::assembly::Services<Edge>;
  using Config = EdgeConfig;
  static std::vector<const entity::Kind*> kinds() { return {&AbsenceDocument::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides provided);
  static Task<Result<void>> drain(Provides provided, platform::async::Deadline deadline);
};

}  // namespace kontor::dataplane::edge
