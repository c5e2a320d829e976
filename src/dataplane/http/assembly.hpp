#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/http/data_proxy.hpp"
#include "dataplane/http/http_pull.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"

namespace kontor::dataplane::http {

struct HttpDataPlaneConfig {
  std::vector<std::string> profiles{"HttpData-PULL", "https://w3id.org/dspace-sig/profile/http-pull"};
  bool https_only = true;
  bool renewal_required = false;
  std::chrono::milliseconds source_timeout{30'000};
  std::size_t request_bytes_max = 16 * 1024 * 1024;
  std::size_t flows_cached_max = 10'000;
  std::chrono::milliseconds flows_cached_for{10'000};
};
platform::config::Fields fields_of(platform::config::Type<HttpDataPlaneConfig>);

/// The data plane's public side for HTTP pulls, in one process with its signalling: what closes a flow there
/// closes it here at once.
struct HttpDataPlaneAssembly {
  static constexpr std::string_view name = "http-data-plane";
  using Requires =
      platform::assembly::Services<platform::async::Scope, signaling::DataFlows, signaling::AccessTokens,
                                   platform::engine::Engine, platform::vault::Vault, source::SourceKinds,
                                   platform::routing::Router, platform::endpoints::Endpoints, usage::Usage,
                                   replicas::Replicas>;
  using Provides = platform::assembly::Services<HttpPull, DataProxy>;
  using Config = HttpDataPlaneConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::dataplane::http
