#include "dataplane/signaling/assembly.hpp"

namespace kontor::dataplane::signaling {

namespace config = platform::config;
using platform::endpoints::Endpoints;
using platform::engine::Engine;

config::Fields fields_of(config::Type<SignalingConfig>) {
  using C = SignalingConfig;
  return {config::field("profiles", &C::profiles, "transfer profiles that are served, each an HTTP pull"),
          config::field("callbacks", &C::callbacks,
                        "tell the control plane at endpoints.signaling_url what becomes of a flow")};
}

Result<platform::assembly::Built<SignalingAssembly::Provides>> SignalingAssembly::build(
    Requires needs, const Config& config) {
  const auto& endpoints = needs.get<Endpoints>();
  auto tokens = std::make_unique<AccessTokens>(needs.get<platform::vault::Vault>(), needs.get<Random>());
  auto all = std::make_unique<DataFlows>(
      DataFlows::Services{.engine = needs.get<Engine>(),
                          .vault = needs.get<platform::vault::Vault>(),
                          .client = needs.get<platform::http::Client>(),
                          .own_tokens = needs.get<platform::auth::TokenSource>(),
                          .tokens = *tokens},
      DataFlowsOptions{.public_url = endpoints.public_url,
                       .control_plane_url = config.callbacks ? endpoints.signaling_url : std::string(),
                       .profiles = config.profiles});
  needs.get<Engine>().add<flows::Machine>(
      [service = all.get()](platform::engine::Committed<flows::Effect> effect) {
        return service->run(std::move(effect));
      });
  bind_routes(needs.get<platform::routing::Router>(), *all);
  return platform::assembly::Built<Provides>{std::move(all), std::move(tokens)};
}

Task<Result<void>> SignalingAssembly::start(Provides provided) {
  co_return co_await provided.get<AccessTokens>().prepare();
}

}  // namespace kontor::dataplane::signaling
