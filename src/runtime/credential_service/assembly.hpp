#pragma once

#include <chrono>
#include <vector>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/telemetry/metrics.hpp"
#include "runtime/credential_service/offers.hpp"

namespace kontor::runtime::credential_service {

inline constexpr platform::telemetry::MetricSpec signatures_checked{
    "kontor_credential_service_signatures_checked_total", "signatures",
    "Signatures of access tokens of our participants, and of credentials that were delivered to them, that "
    "were checked"};

struct CredentialServiceConfig {
  std::vector<std::chrono::seconds> expiry_warnings{
      std::chrono::duration_cast<std::chrono::seconds>(credential::warned_before)};
  std::size_t credentials_kept_max = RoomConfig{}.kept_max;
  std::size_t credential_bytes_max = RoomConfig{}.credential_bytes_max;
  std::size_t offers_per_issuer_max = OffersConfig{}.per_issuer_max;
  std::size_t offers_kept_max = OffersConfig{}.kept_max;
};
inline platform::config::Fields fields_of(platform::config::Type<CredentialServiceConfig>) {
  return {platform::config::field("expiry_warnings", &CredentialServiceConfig::expiry_warnings,
                                  "how long before the end of a credential its owner is told, by an event "
                                  "each; of one that lives shorter, "
                                  "when half of its life is over"),
          platform::config::field("credentials_kept_max", &CredentialServiceConfig::credentials_kept_max,
                                  "how many credentials are kept for a participant, those that have ended "
                                  "included; what is delivered beyond it is refused")
              .at_least(1)
              .at_most(credentials_kept_limit),
          platform::config::field("credential_bytes_max", &CredentialServiceConfig::credential_bytes_max,
                                  "largest credential that is kept, as its token")
              .unit("bytes")
              .at_least(1024),
          platform::config::field("offers_per_issuer_max", &CredentialServiceConfig::offers_per_issuer_max,
                                  "how many offers of credentials of one issuer are kept for a participant"),
          platform::config::field("offers_kept_max", &CredentialServiceConfig::offers_kept_max,
                                  "how many offers are kept for a participant; those of issuers that it "
                                  "trusts are taken beyond it")};
}

/// The credential service of all participants of this installation.
struct CredentialServiceAssembly {
  static constexpr std::string_view name = "credential-service";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::http::Client, platform::did::Resolver,
                                   platform::routing::Router, identity::Signing, identity::SelfIssuedTokens,
                                   verifier::PeerVerifier, verifier::StatusLists, verifier::Schemas,
                                   platform::telemetry::Registry>;
  using Provides = platform::assembly::Services<Credentials, Offers>;
  using Config = CredentialServiceConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&credential::Machine::kind(), &credential_request::Machine::kind(),
            &credential_offer::Machine::kind(), &OfferPolicyDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto credentials = std::make_unique<Credentials>(
        Credentials::Services{engine, needs.get<platform::http::Client>(),
                              needs.get<platform::did::Resolver>(), needs.get<identity::Signing>(),
                              needs.get<identity::SelfIssuedTokens>(), needs.get<verifier::PeerVerifier>(),
                              needs.get<verifier::StatusLists>(), needs.get<verifier::Schemas>()},
        CredentialsConfig{{config.expiry_warnings.begin(), config.expiry_warnings.end()},
                          {config.credentials_kept_max, config.credential_bytes_max}});
    auto offers = std::make_unique<Offers>(
        Offers::Services{engine, needs.get<platform::http::Client>(), needs.get<platform::did::Resolver>(),
                         needs.get<identity::Signing>(), needs.get<verifier::PeerVerifier>()},
        OffersConfig{config.offers_per_issuer_max, config.offers_kept_max});
    needs.get<platform::telemetry::Registry>().observe(signatures_checked, [all = credentials.get()] {
      return static_cast<double>(all->signatures_checked());
    });
    auto& router = needs.get<platform::routing::Router>();
    bind_dcp_routes(router, *credentials, *offers);
    bind_credential_routes(router, engine, *credentials);
    bind_offer_routes(router, engine, *offers);
    return platform::assembly::Built<Provides>{std::move(credentials), std::move(offers)};
  }
};

}  // namespace kontor::runtime::credential_service
