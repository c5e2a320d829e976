#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/telemetry/metrics.hpp"
#include "runtime/credential_service/credentials.hpp"

namespace kontor::runtime::credential_service {

inline constexpr platform::telemetry::MetricSpec signatures_checked{
    "kontor_credential_service_signatures_checked_total", "signatures",
    "Signatures of access tokens of our participants, and of credentials that were delivered to them, that "
    "were checked"};

/// The credential service of all participants of this installation.
struct CredentialServiceAssembly {
  static constexpr std::string_view name = "credential-service";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::http::Client, platform::did::Resolver,
                                   platform::routing::Router, identity::Signing, identity::SelfIssuedTokens,
                                   identity::PeerVerifier, identity::StatusLists, identity::Schemas,
                                   platform::telemetry::Registry>;
  using Provides = platform::assembly::Services<Credentials>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&credential::Machine::kind(), &credential_request::Machine::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto credentials = std::make_unique<Credentials>(
        Credentials::Services{engine, needs.get<platform::http::Client>(),
                              needs.get<platform::did::Resolver>(), needs.get<identity::Signing>(),
                              needs.get<identity::SelfIssuedTokens>(), needs.get<identity::PeerVerifier>(),
                              needs.get<identity::StatusLists>(), needs.get<identity::Schemas>()});
    needs.get<platform::telemetry::Registry>().observe(signatures_checked, [all = credentials.get()] {
      return static_cast<double>(all->signatures_checked());
    });
    auto& router = needs.get<platform::routing::Router>();
    bind_dcp_routes(router, *credentials);
    bind_credential_routes(router, engine, *credentials);
    return credentials;
  }
};

}  // namespace kontor::runtime::credential_service
