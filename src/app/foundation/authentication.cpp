#include "app/foundation/authentication.hpp"

namespace kontor::app::foundation {

config::Fields fields_of(config::Type<TrustedIssuerConfig>) {
  using C = TrustedIssuerConfig;
  return {
      config::field("issuer", &C::issuer, "`iss` of its tokens, letter by letter").required().not_empty(),
      config::field("jwks_url", &C::jwks_url,
                    "address of its keys; empty: its OpenID Connect discovery document names it"),
      config::field("audience", &C::audience,
                    "what `aud` must hold; empty: the issuer itself, as in the tokens of our token service"),
  };
}

config::Fields fields_of(config::Type<AuthenticationConfig>) {
  using C = AuthenticationConfig;
  return {
      config::field("issuers", &C::issuers,
                    "whose access tokens are accepted: token services and OIDC providers"),
      config::field("keys_max_age", &C::keys_max_age, "time after which an issuer's keys are fetched anew")
          .at_least(std::chrono::seconds(1)),
  };
}

Result<assembly::Built<AuthenticationAssembly::Provides>> AuthenticationAssembly::build(
    Requires needs, const Config& config) {
  platform::auth::TokenVerifierConfig verifier_config{.keys = {.max_age = config.keys_max_age}};
  for (const auto& issuer : config.issuers) {
    verifier_config.issuers.push_back({issuer.issuer, issuer.jwks_url, issuer.audience});
  }
  auto verifier = std::make_unique<platform::auth::TokenVerifier>(
      needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
      needs.get<platform::http::Client>(), std::move(verifier_config));
  needs.get<platform::routing::Router>().authenticate_with(
      [verifier = verifier.get()](std::string authorization) {
        return verifier->verify(std::move(authorization));
      });
  return verifier;
}

}  // namespace kontor::app::foundation
