#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/telemetry/metrics.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

inline constexpr platform::telemetry::MetricSpec status_lists_signed{
    "kontor_issuer_service_status_lists_signed_total", "signatures",
    "Status lists that were signed and published because credentials were revoked, suspended or reinstated, "
    "because they were new, or because their time was over"};

inline platform::config::Fields fields_of(platform::config::Type<IssuedListsConfig>) {
  using C = IssuedListsConfig;
  return {platform::config::field("status_interval", &C::interval,
                                  "a status list is signed once in this time at most, however many "
                                  "credentials are revoked")
              .at_least(std::chrono::milliseconds(100)),
          platform::config::field("status_max_age", &C::max_age,
                                  "how long readers are told to keep a status list; a revocation is seen "
                                  "within this time and the interval together"),
          platform::config::field("status_list_2021", &C::status_list_2021,
                                  "credentials of data model 1.1 stand in lists of StatusList2021; else all "
                                  "stand in Bitstring status lists"),
          platform::config::field("status_places_reserved", &C::places_reserved,
                                  "places of a list that are written down as given out at once; those that "
                                  "are left when a process ends stay empty")
              .at_least(1)
              .at_most(10'000)};
}

/// The issuers of this installation, each a participant context.
struct IssuerServiceAssembly {
  static constexpr std::string_view name = "issuer-service";
  using Requires =
      platform::assembly::Services<platform::async::Scope, platform::engine::Engine, platform::http::Client,
                                   platform::did::Resolver, platform::routing::Router,
                                   platform::endpoints::Endpoints, identity::Signing,
                                   identity::SelfIssuedTokens, identity::Archives, verifier::PeerVerifier,
                                   attestation::Sources, platform::telemetry::Registry>;
  using Provides = platform::assembly::Services<Issuer>;
  using Config = IssuedListsConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&issuance::Machine::kind(),
            &issued_credential::Machine::kind(),
            &issuer_offer::Machine::kind(),
            &status_list::Machine::kind(),
            &status_list::PlacesDocument::kind(),
            &status_list::PublicationDocument::kind(),
            &application::Machine::kind(),
            &issuance::SubjectSchemaDocument::kind(),
            &issuance::HolderDocument::kind(),
            &issuance::AttestationDocument::kind(),
            &issuance::CredentialDefinitionDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& lists) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto issuer = std::make_unique<Issuer>(
        Issuer::Services{needs.get<platform::async::Scope>(), engine, needs.get<platform::http::Client>(),
                         needs.get<platform::did::Resolver>(), needs.get<identity::Signing>(),
                         needs.get<identity::SelfIssuedTokens>(), needs.get<verifier::PeerVerifier>(),
                         needs.get<attestation::Sources>()},
        needs.get<platform::endpoints::Endpoints>().public_url, lists);
    needs.get<platform::telemetry::Registry>().observe(status_lists_signed, [all = issuer.get()] {
      return static_cast<double>(all->lists().published_count());
    });
    auto& router = needs.get<platform::routing::Router>();
    bind_routes(router, engine, *issuer);
    bind_export_route(router, needs.get<identity::Signing>(), needs.get<identity::Archives>());
    return issuer;
  }
};

}  // namespace kontor::runtime::issuer_service
