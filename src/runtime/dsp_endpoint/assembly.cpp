#include "runtime/dsp_endpoint/assembly.hpp"

namespace kontor::runtime::dsp_endpoint {

namespace config = platform::config;

config::Fields fields_of(config::Type<TrustedIssuerSettings>) {
  using C = TrustedIssuerSettings;
  return {config::field("did", &C::did, "the issuer's DID").required(),
          config::field("types", &C::types, "types of credentials that it is trusted for; *: all")};
}

config::Fields fields_of(config::Type<DspSettings>) {
  return {config::field("trusted_issuers", &DspSettings::trusted_issuers,
                        "whose credentials of counter-parties are believed")};
}

Result<platform::assembly::Built<DspEndpointAssembly::Provides>> DspEndpointAssembly::build(
    Requires needs, const Config& settings) {
  DspConfig dsp{.public_url = needs.get<platform::endpoints::Endpoints>().public_url, .trusted_issuers = {}};
  for (const auto& each : settings.trusted_issuers)
    dsp.trusted_issuers.push_back({Did(each.did), each.types});
  auto& contexts = needs.get<participant_context::ParticipantContexts>();
  auto peers = std::make_unique<DspPeers>(
      DspPeers::Services{needs.get<platform::async::Clock>(), needs.get<platform::http::Client>(),
                         needs.get<platform::store::Store>(), contexts, needs.get<PeerIdentity>(),
                         needs.get<policy::PolicyEngine>(),
                         needs.get<platform::telemetry::Log>().component(name)},
      std::move(dsp));
  bind_routes(needs.get<platform::routing::Router>(), contexts);
  return peers;
}

}  // namespace kontor::runtime::dsp_endpoint
