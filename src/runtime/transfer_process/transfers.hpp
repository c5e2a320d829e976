#pragma once

#include "domain/contract_negotiation/agreement.hpp"
#include "domain/transfer_process/decide.hpp"
#include "protocol/api/management/sharing.hpp"
#include "protocol/dsp/transfer.hpp"
#include "runtime/callbacks/callbacks.hpp"
#include "runtime/catalog/catalogs.hpp"
#include "runtime/decisions/decisions.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"
#include "runtime/dsp_endpoint/openers.hpp"
#include "runtime/transfer_process/data_planes.hpp"
#include "runtime/transfer_process/policy_monitor.hpp"

namespace kontor::runtime::transfer_process {

using Loaded = platform::engine::Loaded<transfer::TransferProcess>;

/// Who opens a transfer, and under which id of ours.
struct Opening {
  ContextId context;
  protocol::dsp::Pid pid;
  std::string actor;
  platform::telemetry::TraceContext trace = {};
  EntityId opened_for = {};  ///< is told when it has started or ended; empty: nobody
};
/// Tells `opener` that the transfer of the call has started or ended; asked again until it succeeds.
using TellOpener = std::function<Task<Result<void>>(platform::engine::EffectCall call, EntityId opener)>;

/// Transfer processes of both roles: turns messages, commands and data plane reports into events of the
/// machine, and the machine's effects into messages and signals. The rules are those of
/// domain/transfer_process.
class Transfers {
 public:
  struct Services {
    platform::engine::Engine& engine;
    participant_context::ParticipantContexts& contexts;
    policy::PolicyEngine& policies;
    dsp_endpoint::DspPeers& peers;
    catalog::Catalogs& catalogs;
    decisions::Decisions& decisions;
    DataPlanes& data_planes;
    PolicyMonitor& monitor;
    callbacks::Callbacks& callbacks;
  };
  /// Adds the machine to the engine.
  explicit Transfers(Services services);

  Task<Result<Loaded>> open(platform::routing::Call call, protocol::api::management::TransferRequest request);
  /// The same for a service of ours. Errors beside those: conflict, where there is one with this pid.
  Task<Result<Loaded>> open(Opening opening, protocol::api::management::TransferRequest request);
  /// Before the engine starts.
  void tell_openers_with(TellOpener tell) { tell_opener_ = std::move(tell); }
  /// A command of the Management API about the process in the path.
  Task<Result<Loaded>> command(platform::routing::Call call, transfer::Event event);
  /// Where the data of the process in the path is to be had, with a token that is good: one that is about to
  /// expire is renewed first, once for all who ask at the same time, in whichever process. Errors: not_found
  /// (no address now), unavailable (it is being renewed: ask again), peer_refused, peer_unavailable.
  Task<Result<protocol::dsp::DataAddress>> access(platform::routing::Call call);
  /// A report of a data plane about the process in the path. Errors: not_found, also for a process that
  /// another one carries.
  Task<Result<Loaded>> report(platform::routing::Call call, transfer::Event event);
  /// What the process in the path rests on, for the data plane that carries it. Errors: as above.
  Task<Result<protocol::odrl::Policy>> agreement_for_data_plane(platform::routing::Call call);

  Task<Result<Loaded>> receive_request(platform::routing::Call call,
                                       protocol::dsp::TransferRequestMessage message);
  Task<Result<Loaded>> receive(platform::routing::Call call, protocol::dsp::MessageId id,
                               protocol::dsp::Pids pids,
                               std::function<transfer::Event(transfer::Envelope)> event_of);
  Task<Result<Loaded>> state_for_peer(platform::routing::Call call);

 private:
  using Agreement = domain::contract_negotiation::ContractAgreement;
  using Outcome = platform::engine::Outcome<transfer::Machine>;

  /// The process in the path, if the calling data plane carries it.
  Task<Result<Loaded>> carried_by(platform::routing::Call call);
  /// What the caller proved, when it may have the data.
  Task<Result<json::Object>> check_request(platform::routing::Call call,
                                           const dsp_endpoint::Authenticated& authenticated,
                                           const Agreement& agreement, const std::string& transfer_type);
  Task<Result<transfer::Then>> answer_to(decisions::TransferQuestion question);
  Task<Result<transfer::DataplaneMetadata>> metadata_of(ContextId context, protocol::dsp::DatasetId dataset);
  Task<Result<Outcome>> carry_out(platform::engine::Committed<transfer::Effect> effect);
  Task<Result<Outcome>> send(platform::engine::Committed<transfer::Effect> effect);
  Task<Result<Outcome>> renew(platform::engine::Committed<transfer::Effect> effect);
  Task<Result<Outcome>> signal(platform::engine::Committed<transfer::Effect> effect);

  Services services_;
  dsp_endpoint::OpenProcesses open_;
  TellOpener tell_opener_;
};

}  // namespace kontor::runtime::transfer_process
