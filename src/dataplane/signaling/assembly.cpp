#include "dataplane/signaling/assembly.hpp"

namespace kontor::dataplane::signaling {

namespace config = platform::config;
using platform::endpoints::Endpoints;
using platform::engine::Engine;

config::Fields fields_of(config::Type<SignalingConfig>) {
  using C = SignalingConfig;
  return {
      config::field("callbacks", &C::callbacks,
                    "tell the control plane at endpoints.signaling_url what becomes of a flow"),
      config::field("token_lifetime", &C::token_lifetime,
                    "how long an access token is good before it has to be renewed; 0: as long as its flow"),
      config::field("subject_token_file", &C::subject_token_file,
                    "file with this process's workload credential, which it exchanges for tokens for control "
                    "planes that registered with oauth2_token_exchange"),
      config::field("token_exchange_endpoints", &C::token_exchange_endpoints,
                    "the only addresses that this credential is shown to")};
}

Result<platform::assembly::Built<SignalingAssembly::Provides>> SignalingAssembly::build(
    Requires needs, const Config& config) {
  const auto& endpoints = needs.get<Endpoints>();
  auto& engine = needs.get<Engine>();
  auto& vault = needs.get<platform::vault::Vault>();
  auto& client = needs.get<platform::http::Client>();
  auto& router = needs.get<platform::routing::Router>();
  std::optional<Duration> lifetime;
  if (config.token_lifetime.count() > 0) lifetime = config.token_lifetime;
  auto tokens = std::make_unique<AccessTokens>(vault, needs.get<Random>(), lifetime);
  auto planes = std::make_unique<ControlPlanes>(
      ControlPlanes::Services{engine, vault, needs.get<platform::auth::TokenSource>(), client,
                              needs.get<platform::http::SecretClient>()},
      config.callbacks ? endpoints.signaling_url : std::string(),
      platform::auth::PlaneTokensConfig{config.subject_token_file, config.token_exchange_endpoints});
  auto all = std::make_unique<DataFlows>(DataFlows::Services{engine, vault, client, *tokens, *planes},
                                         endpoints.public_url + "/api/data-token");
  auto renewal = std::make_unique<TokenRenewal>(
      TokenRenewal::Services{engine, needs.get<platform::did::Resolver>(), *tokens});
  engine.add<flows::Machine>([service = all.get()](platform::engine::Committed<flows::Effect> effect) {
    return service->run(std::move(effect));
  });
  bind_routes(router, *all);
  bind_control_plane_routes(router, *planes);
  bind_renewal_route(router, *renewal);
  return platform::assembly::Built<Provides>{std::move(tokens), std::move(planes), std::move(all),
                                             std::move(renewal)};
}

Task<Result<void>> SignalingAssembly::start(Provides provided) {
  co_return co_await provided.get<AccessTokens>().prepare();
}

}  // namespace kontor::dataplane::signaling
