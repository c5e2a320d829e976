#include "dataplane/http/assembly.hpp"

namespace kontor::dataplane::http {

namespace config = platform::config;

config::Fields fields_of(config::Type<HttpDataPlaneConfig>) {
  using C = HttpDataPlaneConfig;
  return {
      config::field("profiles", &C::profiles, "transfer profiles that are served, each an HTTP pull"),
      config::field("https_only", &C::https_only,
                    "refuse addresses of the HTTP profile that are reached by plain http"),
      config::field("renewal_required", &C::renewal_required,
                    "refuse addresses of the HTTP profile whose token cannot be renewed"),
      config::field("source_timeout", &C::source_timeout, "how long a source may take to begin its answer"),
      config::field("request_bytes_max", &C::request_bytes_max,
                    "largest body of a request that is passed on to a source")
          .unit("bytes"),
      config::field("flows_cached_max", &C::flows_cached_max, "open data flows that are kept in memory")
          .at_least(1),
      config::field("flows_cached_for", &C::flows_cached_for,
                    "how long a flow that did not change is not read again")};
}

Result<platform::assembly::Built<HttpDataPlaneAssembly::Provides>> HttpDataPlaneAssembly::build(
    Requires needs, const Config& config) {
  auto& engine = needs.get<platform::engine::Engine>();
  auto& vault = needs.get<platform::vault::Vault>();
  const auto& sources = needs.get<source::SourceKinds>();
  const auto& public_url = needs.get<platform::endpoints::Endpoints>().public_url;
  auto pull = std::make_unique<HttpPull>(
      HttpPull::Services{engine.clock(), vault, needs.get<signaling::AccessTokens>(), sources},
      HttpPullOptions{.public_url = public_url,
                      .profiles = config.profiles,
                      .addresses = {config.https_only, config.renewal_required}});
  needs.get<signaling::DataFlows>().serve_with(*pull);
  auto proxy = std::make_unique<DataProxy>(
      DataProxy::Services{.scope = needs.get<platform::async::Scope>(),
                          .engine = engine,
                          .vault = vault,
                          .sources = sources,
                          .usage = needs.get<usage::Usage>(),
                          .replicas = needs.get<replicas::Replicas>()},
      DataProxyOptions{.public_url = public_url,
                       .source_timeout = config.source_timeout,
                       .request_bytes_max = config.request_bytes_max,
                       .cache = {.flows_max = config.flows_cached_max, .age_max = config.flows_cached_for}});
  bind_routes(needs.get<platform::routing::Router>(), *proxy);
  return platform::assembly::Built<Provides>{std::move(pull), std::move(proxy)};
}

}  // namespace kontor::dataplane::http
