#include "dataplane/http/assembly.hpp"

namespace kontor::dataplane::http {

namespace config = platform::config;

config::Fields fields_of(config::Type<HttpDataPlaneConfig>) {
  using C = HttpDataPlaneConfig;
  return {
      config::field("source_timeout", &C::source_timeout, "how long a source may take to begin its answer"),
      config::field("stall_timeout", &C::stall_timeout, "how long data may stand still on its way"),
      config::field("flows_cached_max", &C::flows_cached_max, "open data flows that are kept in memory")
          .at_least(1),
      config::field("flows_cached_for", &C::flows_cached_for,
                    "how long a flow that did not change is not read again")};
}

Result<platform::assembly::Built<HttpDataPlaneAssembly::Provides>> HttpDataPlaneAssembly::build(
    Requires needs, const Config& config) {
  auto proxy = std::make_unique<DataProxy>(
      DataProxy::Services{.engine = needs.get<platform::engine::Engine>(),
                          .vault = needs.get<platform::vault::Vault>(),
                          .client = needs.get<platform::http::Client>()},
      DataProxyOptions{.source_timeout = config.source_timeout,
                       .stall_timeout = config.stall_timeout,
                       .cache = {.flows_max = config.flows_cached_max, .age_max = config.flows_cached_for}});
  bind_routes(needs.get<platform::routing::Router>(), *proxy);
  return platform::assembly::Built<Provides>{std::move(proxy)};
}

}  // namespace kontor::dataplane::http
