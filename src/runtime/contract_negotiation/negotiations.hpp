#pragma once

#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "protocol/api/management/sharing.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "runtime/callbacks/callbacks.hpp"
#include "runtime/catalog/catalogs.hpp"
#include "runtime/contract_negotiation/answers.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"
#include "runtime/dsp_endpoint/openers.hpp"

namespace kontor::runtime::contract_negotiation {

using Loaded = platform::engine::Loaded<negotiation::ContractNegotiation>;

/// What we do about a message: in the transaction that holds it.
struct Answer {
  negotiation::Then then = {};
  json::SharedObject claims = {};  ///< what a consumer has proved
};

/// A message about a process of ours.
struct Heard {
  protocol::dsp::MessageId id;
  protocol::dsp::Pids pids;
  std::function<negotiation::Event(negotiation::Envelope, Answer)> event_of;
  /// The state that it leads to, where that leaves us a choice.
  std::optional<protocol::dsp::NegotiationState> reaches = {};
  protocol::odrl::Policy terms = {};  ///< that it brings
};

/// Who opens a process, and under which id of ours.
struct Opening {
  ContextId context;
  protocol::dsp::Pid pid;
  std::string actor;
  platform::telemetry::TraceContext trace = {};
  EntityId opened_for = {};  ///< is told when it has ended; empty: nobody
};
/// Tells `opener` that the negotiation of the call has ended; asked again until it succeeds.
using TellOpener = std::function<Task<Result<void>>(platform::engine::EffectCall call, EntityId opener)>;

/// Contract negotiations of both roles: turns messages and commands into events of the machine, and the
/// machine's effects into messages. The rules are those of domain/contract_negotiation.
class Negotiations {
 public:
  struct Services {
    platform::engine::Engine& engine;
    participant_context::ParticipantContexts& contexts;
    policy::PolicyEngine& policies;
    dsp_endpoint::DspPeers& peers;
    catalog::Catalogs& catalogs;
    decisions::Decisions& decisions;
    callbacks::Callbacks& callbacks;
  };
  /// Adds the machine to the engine.
  explicit Negotiations(Services services);

  // As consumer, for the Management API.
  Task<Result<Loaded>> open(platform::routing::Call call, protocol::api::management::ContractRequest request);
  /// The same for a service of ours. Errors beside those: conflict, where there is one with this pid.
  Task<Result<Loaded>> open(Opening opening, protocol::api::management::ContractRequest request);
  /// Before the engine starts.
  void tell_openers_with(TellOpener tell) { tell_opener_ = std::move(tell); }
  // As provider, for the Management API: an offer to a consumer, about a dataset of ours.
  Task<Result<Loaded>> open_offer(platform::routing::Call call,
                                  protocol::api::management::OfferRequest request);
  /// What somebody chose about a negotiation that waits. To refuse ends it wherever it is. Errors:
  /// illegal_transition where there is nothing to choose.
  Task<Result<Loaded>> choose(platform::routing::Call call, protocol::dsp::Pid pid,
                              decisions::NegotiationChoice choice);

  /// A consumer's first request, about an offer that it may see.
  Task<Result<Loaded>> receive_request(platform::routing::Call call,
                                       protocol::dsp::ContractRequestMessage message);
  /// A provider's first offer.
  Task<Result<Loaded>> receive_offer(platform::routing::Call call,
                                     protocol::dsp::ContractOfferMessage message);
  /// Every later message: authenticated, decided about, then applied to the process with this id of ours.
  Task<Result<Loaded>> receive(platform::routing::Call call, Heard heard);
  /// Errors: not_found, also for a caller who is not the counter-party.
  Task<Result<Loaded>> state_for_peer(platform::routing::Call call);

 private:
  using Outcome = platform::engine::Outcome<negotiation::Machine>;
  Task<Result<Outcome>> carry_out(platform::engine::Committed<negotiation::Effect> effect);
  Task<Result<Outcome>> send(platform::engine::Committed<negotiation::Effect> effect);
  /// Our own offer that a first request is about, if the caller may see it.
  Task<Result<protocol::odrl::Policy>> requested_offer(const platform::routing::Call& call,
                                                       const dsp_endpoint::Authenticated& authenticated,
                                                       const protocol::odrl::Policy& wanted,
                                                       catalog::RequestedOffer requested,
                                                       const protocol::odrl::Subject& subject);
  Task<Result<Answer>> answer_to(const platform::routing::Call& call,
                                 const dsp_endpoint::Authenticated& authenticated, const Heard& heard);
  negotiation::FirstContact first_contact(const platform::routing::Call& call,
                                          const dsp_endpoint::Authenticated& authenticated,
                                          const protocol::dsp::Pid& pid, std::string peer_address) const;
  protocol::dsp::AgreementId new_agreement_id();
  Task<Result<Answer>> ask(decisions::NegotiationQuestion question,
                           const dsp_endpoint::Authenticated& authenticated);

  Services services_;
  dsp_endpoint::OpenProcesses open_;
  TellOpener tell_opener_;
};

}  // namespace kontor::runtime::contract_negotiation
