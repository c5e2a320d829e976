#pragma once

#include <string>

#include "domain/agreement_ending/decide.hpp"
#include "domain/contract_negotiation/agreement.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"

namespace kontor::runtime::agreement {

namespace ending = domain::agreement_ending;

/// Ends agreements that are in force, from either side: the agreement's document says so, and its transfers
/// are ended and the counter-party is told by effects of the same commit. The rules are those of
/// domain/agreement_ending.
class Agreements {
 public:
  struct Services {
    platform::engine::Engine& engine;
    dsp_endpoint::DspPeers& peers;
  };
  /// Adds the machine to the engine.
  explicit Agreements(Services services);

  /// The agreement in the path. One that was ended stays as it is. Errors: not_found, illegal_transition (its
  /// negotiation is not over).
  Task<Result<void>> end(platform::routing::Call call, std::string reason);
  /// By the message of its counter-party, about the negotiation in the path.
  Task<Result<protocol::dsp::Pids>> receive_end(platform::routing::Call call,
                                                protocol::dsp::ContractNegotiationTerminationMessage message);

 private:
  using Agreement = platform::engine::Loaded<domain::contract_negotiation::ContractAgreement>;
  using Outcome = platform::engine::Outcome<ending::Machine>;

  Task<Result<void>> end_once(platform::engine::Command command, Agreement agreement, ending::EndedBy by,
                              std::string reason);
  Task<Result<Agreement>> agreement_of(ContextId context, protocol::dsp::Pid negotiation);
  Task<Result<Outcome>> carry_out(platform::engine::Committed<ending::Effect> effect);
  Task<Result<Outcome>> end_transfers(platform::engine::EffectCall call, ending::EndTransfers order);
  Task<Result<Outcome>> tell(platform::engine::EffectCall call, ending::TellPeer order);

  Services services_;
};

/// `…/contractagreements/{agreementId}/terminate` and what the counter-party sends.
void bind_routes(platform::routing::Router& router, Agreements& agreements);

}  // namespace kontor::runtime::agreement
