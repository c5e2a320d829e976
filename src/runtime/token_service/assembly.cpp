#include "runtime/token_service/assembly.hpp"

namespace kontor::runtime::token_service {

namespace config = platform::config;

config::Fields fields_of(config::Type<ClientSettings>) {
  using C = ClientSettings;
  return {config::field("client_id", &C::client_id, "who asks for tokens").required(),
          config::field("client_secret", &C::client_secret, "its secret").required(),
          config::field("role", &C::role,
                        "operator, admin, provisioner, governance or participant; empty: scopes decide"),
          config::field("participant_context_id", &C::participant_context_id, "the context of a participant"),
          config::field("scopes", &C::scopes, "what its tokens may say")};
}

config::Fields fields_of(config::Type<TokenServiceConfig>) {
  using C = TokenServiceConfig;
  return {config::field("token_lifetime", &C::token_lifetime, "how long an access token is good"),
          config::field("key_lifetime", &C::key_lifetime, "a signing key older than that is replaced"),
          config::field(
              "hashing_threads", &C::hashing_threads,
              "threads that check clients' secrets, which is slow on purpose; 0: the thread of all else")
              .at_most(64),
          config::field("clients", &C::clients, "clients that exist from the first start")};
}

namespace {

ConfiguredClient configured(const ClientSettings& settings) {
  Client client{
      .id = settings.client_id, .secrets = {}, .role = {}, .context = {}, .scopes = settings.scopes};
  if (!settings.role.empty()) client.role = settings.role;
  if (!settings.participant_context_id.empty()) client.context = settings.participant_context_id;
  return {std::move(client), crypto::Secret(settings.client_secret.reveal())};
}

}  // namespace

Result<platform::assembly::Built<TokenServiceAssembly::Provides>> TokenServiceAssembly::build(
    Requires needs, const Config& settings) {
  const auto& base = needs.get<platform::endpoints::Endpoints>().administration_url;
  TokenServiceOptions options{.issuer = base,
                              .base_url = base,
                              .token_lifetime = settings.token_lifetime,
                              .key_lifetime = settings.key_lifetime,
                              .hashing_threads = settings.hashing_threads};
  for (const auto& each : settings.clients) options.clients.push_back(configured(each));
  auto service = std::make_unique<TokenService>(needs.get<platform::async::Scope>(),
                                                needs.get<platform::engine::Engine>(),
                                                needs.get<platform::vault::Vault>(), std::move(options));
  bind_routes(needs.get<platform::routing::Router>(), *service);
  return service;
}

Task<Result<void>> TokenServiceAssembly::start(Provides provided) {
  co_return co_await provided.get<TokenService>().prepare_keys();
}

}  // namespace kontor::runtime::token_service
