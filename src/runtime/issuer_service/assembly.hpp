#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

/// The issuers of this installation, each a participant context.
struct IssuerServiceAssembly {
  static constexpr std::string_view name = "issuer-service";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::http::Client, platform::did::Resolver,
                                   platform::routing::Router, platform::endpoints::Endpoints,
                                   identity::Signing, identity::SelfIssuedTokens, identity::PeerVerifier>;
  using Provides = platform::assembly::Services<Issuer>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&issuance::Machine::kind(),
            &issued_credential::Machine::kind(),
            &status_list::Machine::kind(),
            &application::Machine::kind(),
            &issuance::HolderDocument::kind(),
            &issuance::AttestationDocument::kind(),
            &issuance::CredentialDefinitionDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto issuer = std::make_unique<Issuer>(
        Issuer::Services{engine, needs.get<platform::http::Client>(), needs.get<platform::did::Resolver>(),
                         needs.get<identity::Signing>(), needs.get<identity::SelfIssuedTokens>(),
                         needs.get<identity::PeerVerifier>()},
        needs.get<platform::endpoints::Endpoints>().public_url);
    bind_routes(needs.get<platform::routing::Router>(), engine, *issuer);
    return issuer;
  }
};

}  // namespace kontor::runtime::issuer_service
