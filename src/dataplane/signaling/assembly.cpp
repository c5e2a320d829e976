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
                    "how long an access token of a pull is good before it has to be renewed; 0: as long as "
                    "its flow, as "
                    "that of a push is"),
      config::field("subject_token_file", &C::subject_token_file,
                    "file with this process's workload credential, which it exchanges for tokens for control "
                    "planes that registered with oauth2_token_exchange"),
      config::field("token_exchange_endpoints", &C::token_exchange_endpoints,
                    "the only addresses that this credential is shown to")};
}

Result<platform::assembly::Built<SignalingAssembly::Provides>> SignalingAssembly::build(
    Requires needs, const Config& config) {
  const auto& endpoints = needs.get<Endpoints>();
  SideOptions options{.public_url = endpoints.public_url,
                      .own_control_plane = config.callbacks ? endpoints.signaling_url : std::string(),
                      .token_lifetime = {},
                      .exchange = {config.subject_token_file, config.token_exchange_endpoints}};
  if (config.token_lifetime.count() > 0) options.token_lifetime = config.token_lifetime;
  auto side = make_side({.engine = needs.get<Engine>(),
                         .vault = needs.get<platform::vault::Vault>(),
                         .client = needs.get<platform::http::Client>(),
                         .secret_client = needs.get<platform::http::SecretClient>(),
                         .own_tokens = needs.get<platform::auth::TokenSource>(),
                         .router = needs.get<platform::routing::Router>(),
                         .resolver = needs.get<platform::did::Resolver>(),
                         .random = needs.get<Random>()},
                        std::move(options));
  return platform::assembly::Built<Provides>{std::move(side.tokens), std::move(side.control_planes),
                                             std::move(side.flows), std::move(side.renewal)};
}

Task<Result<void>> SignalingAssembly::start(Provides provided) {
  co_return co_await provided.get<AccessTokens>().prepare();
}

}  // namespace kontor::dataplane::signaling
