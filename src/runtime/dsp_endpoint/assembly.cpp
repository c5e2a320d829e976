#include "runtime/dsp_endpoint/assembly.hpp"

namespace kontor::runtime::dsp_endpoint {

namespace config = platform::config;

namespace {

constexpr platform::telemetry::MetricSpec resting_peers{
    "kontor_dsp_resting_peers", "counter-parties",
    "Counter-parties that do not answer and are left alone: see /api/operations/v1/resting-peers"};

}  // namespace

config::Fields fields_of(config::Type<TrustedIssuerSettings>) {
  using C = TrustedIssuerSettings;
  return {config::field("did", &C::did, "the issuer's DID").required(),
          config::field("types", &C::types, "types of credentials that it is trusted for; *: all")};
}

config::Fields fields_of(config::Type<DspSettings>) {
  return {
      config::field("trusted_issuers", &DspSettings::trusted_issuers,
                    "whose credentials of counter-parties are believed"),
      config::field("open_processes_max", &DspSettings::open_processes_max,
                    "negotiations, and transfers, that a counter-party may open with a participant before "
                    "some of them end")
          .at_least(1)};
}

Result<platform::assembly::Built<DspEndpointAssembly::Provides>> DspEndpointAssembly::build(
    Requires needs, const Config& settings) {
  DspConfig dsp{.public_url = needs.get<platform::endpoints::Endpoints>().public_url,
                .trusted_issuers = {},
                .open_processes_max = settings.open_processes_max};
  for (const auto& each : settings.trusted_issuers)
    dsp.trusted_issuers.push_back({Did(each.did), each.types});
  auto& contexts = needs.get<participant_context::ParticipantContexts>();
  auto& dataspaces = needs.get<dataspace::Dataspaces>();
  auto peers = std::make_unique<DspPeers>(
      DspPeers::Services{needs.get<platform::async::Clock>(), needs.get<platform::http::Client>(),
                         needs.get<platform::store::Store>(), contexts, dataspaces, needs.get<PeerIdentity>(),
                         needs.get<policy::PolicyEngine>(),
                         needs.get<platform::telemetry::Log>().component(name)},
      std::move(dsp));
  needs.get<platform::telemetry::Registry>().observe(
      resting_peers, [all = peers.get()] { return static_cast<double>(all->health().resting_count()); });
  bind_operations_routes(needs.get<platform::routing::Router>(), *peers);
  bind_routes(needs.get<platform::routing::Router>(), contexts, dataspaces);
  return peers;
}

}  // namespace kontor::runtime::dsp_endpoint
