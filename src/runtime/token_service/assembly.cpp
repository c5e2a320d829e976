#include "runtime/token_service/assembly.hpp"

namespace kontor::runtime::token_service {

namespace config = platform::config;

config::Fields fields_of(config::Type<ClientSettings>) {
  using C = ClientSettings;
  return {config::field("client_id", &C::client_id, "who asks for tokens").required(),
          config::field("client_secret", &C::client_secret, "its secret").required(),
          config::field("role", &C::role,
                        "operator, admin, provisioner, governance, authority, issuer or participant; empty: "
                        "scopes decide"),
          config::field("participant_context_id", &C::participant_context_id, "the context of a participant"),
          config::field("scopes", &C::scopes, "what its tokens may say")};
}

config::Fields fields_of(config::Type<SubjectIssuerSettings>) {
  using C = SubjectIssuerSettings;
  return {config::field("issuer", &C::issuer, "`iss` of its tokens, letter by letter").required().not_empty(),
          config::field("jwks_url", &C::jwks_url,
                        "address of its keys; empty: its OpenID Connect discovery document names it"),
          config::field("audience", &C::audience, "what `aud` must hold; empty: the token service itself")};
}

config::Fields fields_of(config::Type<TokenServiceConfig>) {
  using C = TokenServiceConfig;
  return {
      config::field("token_lifetime", &C::token_lifetime, "how long an access token is good"),
      config::field("key_lifetime", &C::key_lifetime, "a signing key older than that is replaced"),
      config::field("key_published_first", &C::key_published_first,
                    "a new signing key is published for this time before it signs, half of key_lifetime at "
                    "most; longer than those who verify keep keys"),
      config::field(
          "hashing_threads", &C::hashing_threads,
          "threads that check clients' secrets, which is slow on purpose; 0: the thread of all else")
          .at_most(64),
      config::field("clients", &C::clients, "clients that exist from the first start"),
      config::field("subject_issuers", &C::subject_issuers,
                    "outside issuers, such as that of a cluster's workloads, whose tokens are exchanged "
                    "for ours as mappings say")};
}

namespace {

ConfiguredClient configured(const ClientSettings& settings) {
  Client client{
      .id = settings.client_id, .secrets = {}, .role = {}, .context = {}, .scopes = settings.scopes};
  if (!settings.role.empty()) client.role = settings.role;
  if (!settings.participant_context_id.empty()) client.context = settings.participant_context_id;
  return {std::move(client), crypto::Secret(settings.client_secret.reveal())};
}

std::vector<platform::auth::TrustedIssuer> trusted(const TokenServiceConfig& settings) {
  std::vector<platform::auth::TrustedIssuer> issuers;
  for (const auto& each : settings.subject_issuers)
    issuers.push_back({each.issuer, each.jwks_url, each.audience, platform::http::Trust::foreign});
  return issuers;
}

}  // namespace

Result<platform::assembly::Built<TokenServiceAssembly::Provides>> TokenServiceAssembly::build(
    Requires needs, const Config& settings) {
  const auto& base = needs.get<platform::endpoints::Endpoints>().administration_url;
  TokenServiceOptions options{.issuer = base,
                              .base_url = base,
                              .token_lifetime = settings.token_lifetime,
                              .key_lifetime = settings.key_lifetime,
                              .key_published_first = settings.key_published_first,
                              .hashing_threads = settings.hashing_threads,
                              .exchanges = !settings.subject_issuers.empty()};
  std::set<std::string> names;
  for (const auto& each : settings.clients) {
    options.clients.push_back(configured(each));
    names.insert(each.client_id);
  }
  auto service = std::make_unique<TokenService>(needs.get<platform::async::Scope>(),
                                                needs.get<platform::engine::Engine>(),
                                                needs.get<platform::vault::Vault>(), std::move(options));
  auto exchange = std::make_unique<TokenExchange>(
      TokenExchange::Services{needs.get<platform::async::Scope>(), needs.get<platform::engine::Engine>(),
                              needs.get<platform::http::Client>(), *service},
      trusted(settings), base);
  bind_routes(needs.get<platform::routing::Router>(), *service, *exchange);
  auto enrolments = std::make_unique<Enrolments>(needs.get<platform::engine::Engine>(), std::move(names));
  bind_enrolment_routes(needs.get<platform::routing::Router>(), *enrolments);
  return platform::assembly::Built<Provides>{std::move(service), std::move(exchange), std::move(enrolments)};
}

Task<Result<void>> TokenServiceAssembly::start(Provides provided) {
  co_return co_await provided.get<TokenService>().prepare_keys();
}

}  // namespace kontor::runtime::token_service
