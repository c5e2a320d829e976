#include "app/foundation/resolution.hpp"

namespace kontor::app::foundation {

config::Fields fields_of(config::Type<DidResolverConfig>) {
  using C = DidResolverConfig;
  using config::field;
  return {
      field("plain_http_authorities", &C::plain_http_authorities,
            "hosts (host or host:port) whose did:web documents are fetched without TLS; for tests only"),
      field("max_age", &C::max_age, "time that a document is used before it is fetched anew"),
      field("failure_max_age", &C::failure_max_age,
            "time that a DID whose document could not be had is not asked for again"),
      field("documents_max", &C::documents_max, "documents kept in memory").at_least(1),
  };
}

Result<assembly::Built<DidResolverAssembly::Provides>> DidResolverAssembly::build(Requires needs,
                                                                                  const Config& config) {
  const platform::did::WebResolverConfig resolver{.plain_http_authorities = config.plain_http_authorities,
                                                  .max_age = config.max_age,
                                                  .failure_max_age = config.failure_max_age,
                                                  .documents_max = config.documents_max};
  return std::make_unique<platform::did::WebResolver>(needs.get<platform::async::Scope>(),
                                                      needs.get<platform::async::Clock>(),
                                                      needs.get<platform::http::Client>(), resolver);
}

config::Fields fields_of(config::Type<TokenSourceSettings>) {
  using C = TokenSourceSettings;
  using config::field;
  return {
      field("token_url", &C::token_url,
            "where this process gets its access tokens (OAuth2 client credentials)")
          .not_empty(),
      field("client_id", &C::client_id, "who this process is to the token service"),
      field("client_secret", &C::client_secret, "what it proves that with"),
  };
}

Result<assembly::Built<TokenSourceAssembly::Provides>> TokenSourceAssembly::build(Requires needs,
                                                                                  const Config& config) {
  return std::make_unique<platform::auth::TokenSource>(
      needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
      needs.get<platform::http::Client>(),
      platform::auth::TokenSourceConfig{config.token_url, config.client_id, config.client_secret.reveal()});
}

}  // namespace kontor::app::foundation
