#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/contract_negotiation/routes.hpp"

namespace kontor::runtime::contract_negotiation {

/// Contract negotiations, both roles.
struct ContractNegotiationAssembly {
  static constexpr std::string_view name = "contract-negotiation";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                   participant_context::ParticipantContexts, policy::PolicyEngine,
                                   dsp_endpoint::DspPeers, catalog::Catalogs, decisions::Decisions,
                                   callbacks::Callbacks>;
  using Provides = platform::assembly::Services<Negotiations>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&negotiation::Machine::kind(), &negotiation::ContractAgreementDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto& router = needs.get<platform::routing::Router>();
    auto negotiations = std::make_unique<Negotiations>(Negotiations::Services{
        engine, needs.get<participant_context::ParticipantContexts>(), needs.get<policy::PolicyEngine>(),
        needs.get<dsp_endpoint::DspPeers>(), needs.get<catalog::Catalogs>(),
        needs.get<decisions::Decisions>(), needs.get<callbacks::Callbacks>()});
    bind_dsp_routes(router, *negotiations);
    bind_management_routes(router, engine, *negotiations);
    return negotiations;
  }
};

}  // namespace kontor::runtime::contract_negotiation
