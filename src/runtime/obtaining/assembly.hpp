#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/obtaining/obtainings.hpp"

namespace kontor::runtime::obtaining {

/// Data of counter-parties in one call.
struct ObtainingAssembly {
  static constexpr std::string_view name = "obtaining";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                   participant_context::ParticipantContexts, policy::PolicyEngine,
                                   dsp_endpoint::DspPeers, contract_negotiation::Negotiations,
                                   transfer_process::Transfers>;
  using Provides = platform::assembly::Services<Obtainings>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&obtaining::Machine::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto obtainings = std::make_unique<Obtainings>(Obtainings::Services{
        needs.get<platform::engine::Engine>(), needs.get<participant_context::ParticipantContexts>(),
        needs.get<policy::PolicyEngine>(), needs.get<dsp_endpoint::DspPeers>(),
        needs.get<contract_negotiation::Negotiations>(), needs.get<transfer_process::Transfers>()});
    bind_routes(needs.get<platform::routing::Router>(), *obtainings);
    return obtainings;
  }
};

}  // namespace kontor::runtime::obtaining
