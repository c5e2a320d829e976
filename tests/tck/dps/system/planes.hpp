#pragma once

#include <cstdint>
#include <memory>

#include "dataplane/signaling/assembly.hpp"
#include "platform/assembly/assembly.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/transfer_process/transfers.hpp"
#include "tck/dps/system/relay.hpp"
#include "tck/dps/system/script.hpp"
#include "tck/dps/system/scripted_mover.hpp"

namespace kontor::tck::dps {

/// The participant, its dataset, an agreement a case, and the kit as both kinds of plane.
class Seeds {
 public:
  struct Services {
    platform::engine::Engine& engine;
    runtime::participant_context::ParticipantContexts& contexts;
    dataplane::signaling::ControlPlanes& control_planes;
  };
  Seeds(Services services, std::string kit) : services_(services), kit_(std::move(kit)) {}
  Task<Result<void>> sow();

 private:
  Task<Result<void>> sow_participant();
  Task<Result<void>> sow_dataset();
  Task<Result<void>> sow_agreement(Case one);
  platform::engine::Command command(std::string id) const;

  Services services_;
  std::string kit_;
};

/// Where the kit makes the control plane begin a transfer as consumer.
void bind_trigger(platform::routing::Router& router, runtime::transfer_process::Transfers& transfers);

/// Who the planes under test have to do with.
struct Counterpart {
  std::uint16_t relay_port = 0;  ///< where it signals
  std::string kit;               ///< where it listens
};
/// As a service of the process.
platform::assembly::Assembly given(Counterpart counterpart);

/// What makes a control plane and a data plane planes under test.
struct PlanesAssembly {
  static constexpr std::string_view name = "planes-under-test";
  using Requires = platform::assembly::Services<
      platform::async::Scope, platform::async::Clock, platform::engine::Engine, platform::routing::Router,
      platform::endpoints::Endpoints, platform::auth::TokenSource,
      runtime::participant_context::ParticipantContexts, runtime::transfer_process::Transfers,
      dataplane::signaling::ControlPlanes, dataplane::signaling::DataFlows, Counterpart>;
  using Provides = platform::assembly::Services<Seeds, Relay, ScriptedMover>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&);
  static Task<Result<void>> start(Provides provided);
  static Task<Result<void>> drain(Provides provided, platform::async::Deadline deadline);
};

}  // namespace kontor::tck::dps
