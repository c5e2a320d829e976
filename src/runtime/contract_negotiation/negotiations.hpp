#pragma once

#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "protocol/api/management/sharing.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "runtime/catalog/catalogs.hpp"

namespace kontor::runtime::contract_negotiation {

namespace negotiation = domain::contract_negotiation;
using Loaded = platform::engine::Loaded<negotiation::ContractNegotiation>;

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
  };
  /// Adds the machine to the engine.
  explicit Negotiations(Services services);

  // As consumer, for the Management API.
  Task<Result<Loaded>> open(platform::routing::Call call, protocol::api::management::ContractRequest request);
  Task<Result<void>> terminate(platform::routing::Call call, protocol::dsp::Pid pid, std::string reason);

  /// A consumer's first request: decided by the policies of the offer that it names.
  Task<Result<Loaded>> receive_request(platform::routing::Call call,
                                       protocol::dsp::ContractRequestMessage message);
  /// Every later message: authenticated, then applied to the process with this id of ours.
  Task<Result<Loaded>> receive(platform::routing::Call call, protocol::dsp::MessageId id,
                               protocol::dsp::Pids pids,
                               std::function<negotiation::Event(negotiation::Envelope)> event_of);
  /// Errors: not_found, also for a caller who is not the counter-party.
  Task<Result<Loaded>> state_for_peer(platform::routing::Call call);

 private:
  Task<Result<platform::engine::Outcome<negotiation::Machine>>> send(
      platform::engine::Committed<negotiation::Effect> effect);
  Task<Result<negotiation::Then>> verdict(platform::routing::Call call,
                                          const dsp_endpoint::Authenticated& authenticated,
                                          const protocol::odrl::Policy& wanted,
                                          protocol::odrl::Policy& our_offer);

  Services services_;
};

}  // namespace kontor::runtime::contract_negotiation
