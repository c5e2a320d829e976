#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/telemetry/metrics.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"

namespace kontor::runtime::dsp_endpoint {

struct TrustedIssuerSettings {
  std::string did;
  std::vector<std::string> types{"*"};
};
platform::config::Fields fields_of(platform::config::Type<TrustedIssuerSettings>);

struct DspSettings {
  std::vector<TrustedIssuerSettings> trusted_issuers;
  std::size_t open_processes_max = DspConfig{}.open_processes_max;
};
platform::config::Fields fields_of(platform::config::Type<DspSettings>);

/// The traffic with other connectors.
struct DspEndpointAssembly {
  static constexpr std::string_view name = "dsp-endpoint";
  using Requires = platform::assembly::Services<
      platform::async::Clock, platform::http::Client, platform::store::Store, platform::routing::Router,
      platform::endpoints::Endpoints, participant_context::ParticipantContexts, dataspace::Dataspaces,
      PeerIdentity, policy::PolicyEngine, platform::telemetry::Log, platform::telemetry::Registry>;
  using Provides = platform::assembly::Services<DspPeers>;
  using Config = DspSettings;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::runtime::dsp_endpoint
