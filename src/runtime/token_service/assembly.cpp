#include "runtime/token_service/assembly.hpp"

namespace kontor::runtime::token_service {

namespace config = platform::config;

config::Fields fields_of(config::Type<ConfiguredClient>) {
  using C = ConfiguredClient;
  return {config::field("client_id", &C::client_id, "who asks for tokens").required(),
          config::field("client_secret", &C::client_secret, "its secret").required(),
          config::field("role", &C::role, "operator, admin, provisioner, governance or participant; empty: scopes decide"),
          config::field("participant_context_id", &C::participant_context_id, "the context of a participant"),
          config::field("scopes", &C::scopes, "what its tokens may say")};
}

config::Fields fields_of(config::Type<TokenServiceConfig>) {
  using C = TokenServiceConfig;
  return {config::field("token_lifetime", &C::token_lifetime, "how long an access token is good"),
          config::field("key_lifetime", &C::key_lifetime, "a signing key older than that is replaced at start"),
          config::field("clients", &C::clients, "clients that exist from the first start")};
}

Result<platform::assembly::Built<TokenServiceAssembly::Provides>> TokenServiceAssembly::build(Requires needs,
                                                                                              const Config& settings) {
  const auto& base = needs.get<platform::endpoints::Endpoints>().administration_url;
  auto service = std::make_unique<TokenService>(
      needs.get<platform::engine::Engine>(), needs.get<platform::vault::Vault>(),
      TokenServiceOptions{.issuer = base,
                          .base_url = base,
                          .token_lifetime = settings.token_lifetime,
                          .key_lifetime = settings.key_lifetime});
  bind_routes(needs.get<platform::routing::Router>(), *service);
  return platform::assembly::Built<Provides>{std::move(service), std::make_unique<TokenServiceConfig>(settings)};
}

Task<Result<void>> TokenServiceAssembly::start(Provides provided) {
  auto& service = provided.get<TokenService>();
  auto keys = co_await service.prepare_keys();
  if (!keys) co_return fail(std::move(keys.error()));
  for (const auto& configured : provided.get<TokenServiceConfig>().clients) {
    protocol::api::token::Client client{.client_id = configured.client_id,
                                        .client_secret = std::string(configured.client_secret.reveal()),
                                        .scopes = configured.scopes};
    if (!configured.role.empty()) client.role = configured.role;
    if (!configured.participant_context_id.empty()) client.participant_context_id = configured.participant_context_id;
    auto put = co_await service.put_configured_client(std::move(client));
    if (!put) co_return fail(std::move(put.error()), "create the configured client '{}'", configured.client_id);
  }
  co_return Result<void>{};
}

}  // namespace kontor::runtime::token_service
