#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/signaling/signaling_side.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"

namespace kontor::dataplane::signaling {

struct SignalingConfig {
  bool callbacks = true;
  std::chrono::milliseconds token_lifetime{0};
  std::string subject_token_file;
  std::vector<std::string> token_exchange_endpoints;
};
platform::config::Fields fields_of(platform::config::Type<SignalingConfig>);

/// The data plane's side of Data Plane Signaling.
struct SignalingAssembly {
  static constexpr std::string_view name = "data-plane-signaling";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::vault::Vault, platform::http::Client,
                                   platform::http::SecretClient, platform::auth::TokenSource,
                                   platform::routing::Router, platform::endpoints::Endpoints,
                                   platform::did::Resolver, Random>;
  using Provides = platform::assembly::Services<AccessTokens, ControlPlanes, DataFlows, TokenRenewal>;
  using Config = SignalingConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static std::vector<const entity::Kind*> kinds() { return kinds_of_side(); }
  static Task<Result<void>> start(Provides provided);
};

}  // namespace kontor::dataplane::signaling
