#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/transfer_process/routes.hpp"

namespace kontor::runtime::transfer_process {

/// Transfer processes, both roles, and the signals to data planes.
struct TransferProcessAssembly {
  static constexpr std::string_view name = "transfer-process";
  using Requires = platform::assembly::Services<
      platform::async::Clock, platform::http::Client, platform::auth::TokenSource, platform::engine::Engine,
      platform::routing::Router, participant_context::ParticipantContexts, policy::PolicyEngine,
      dsp_endpoint::DspPeers, catalog::Catalogs, decisions::Decisions>;
  using Provides = platform::assembly::Services<DataPlanes, Transfers>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&transfer::Machine::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto& router = needs.get<platform::routing::Router>();
    auto& contexts = needs.get<participant_context::ParticipantContexts>();
    auto planes = std::make_unique<DataPlanes>(
        DataPlanes::Services{needs.get<platform::async::Clock>(), needs.get<platform::http::Client>(),
                             needs.get<platform::auth::TokenSource>(), contexts});
    auto transfers = std::make_unique<Transfers>(Transfers::Services{
        engine, contexts, needs.get<policy::PolicyEngine>(), needs.get<dsp_endpoint::DspPeers>(),
        needs.get<catalog::Catalogs>(), needs.get<decisions::Decisions>(), *planes});
    bind_dsp_routes(router, *transfers);
    bind_signaling_routes(router, *transfers);
    bind_management_routes(router, engine, *transfers);
    return platform::assembly::Built<Provides>{std::move(planes), std::move(transfers)};
  }
};

}  // namespace kontor::runtime::transfer_process
