#pragma once

#include <expected>
#include <optional>

#include "domain/obtaining/choose.hpp"
#include "domain/obtaining/decide.hpp"
#include "protocol/api/management/obtaining.hpp"
#include "runtime/contract_negotiation/negotiations.hpp"
#include "runtime/transfer_process/transfers.hpp"

namespace kontor::runtime::obtaining {

namespace obtaining = domain::obtaining;

/// The data of a counter-party for one call: finds the offer of a dataset, uses the agreement there is or
/// negotiates once, transfers, and gives the access. All who ask for the same counter-party, dataset and type
/// of transfer share one flight, in whichever process they ask; it is an entity, goes on after a restart, and
/// goes from hop to hop by what negotiations and transfers tell when they have ended or started. The rules
/// are those of domain/obtaining.
class Obtainings {
 public:
  struct Services {
    platform::engine::Engine& engine;
    participant_context::ParticipantContexts& contexts;
    policy::PolicyEngine& policies;
    dsp_endpoint::DspPeers& peers;
    contract_negotiation::Negotiations& negotiations;
    transfer_process::Transfers& transfers;
  };
  /// Adds the machine to the engine, and hears of what it has opened.
  explicit Obtainings(Services services);

  /// How far a flight is; with the access, once there is one.
  struct Flight {
    obtaining::Obtaining now;
    std::optional<protocol::dsp::DataAddress> access = {};
  };
  /// As it is when it has come to rest, or at the end of the wait: the caller's own, or five seconds. Errors:
  /// those of a flight that failed; conflict (one under other accepted policies is under way); those of
  /// `Transfers::access`.
  Task<Result<Flight>> obtain(platform::routing::Call call, protocol::api::management::ObtainRequest request);
  /// The flight in the path; without access where its transfer has none any more. Errors: not_found.
  Task<Result<Flight>> get(platform::routing::Call call);

 private:
  using Outcome = platform::engine::Outcome<obtaining::Machine>;
  using Agreement = domain::contract_negotiation::ContractAgreement;
  using Asked = std::expected<protocol::dsp::Dataset, obtaining::Failure>;
  struct Standing {
    Agreement agreement;
    std::optional<protocol::dsp::Pid> transfer;
  };

  Task<Result<Flight>> at_rest(platform::routing::Call call, obtaining::Obtaining now);
  Task<Result<protocol::dsp::DataAddress>> access(platform::routing::Call call, protocol::dsp::Pid transfer);
  /// Whether what was obtained still is: the agreement in force and accepted, the transfer running.
  Task<Result<bool>> stands(ContextId context, const obtaining::Wanted& wanted,
                            const obtaining::Obtaining& obtained);
  Task<Result<std::optional<Standing>>> standing(ContextId context, const obtaining::Wanted& wanted,
                                                 std::shared_ptr<const policy::PolicyEvaluator> evaluator);
  Task<Result<std::optional<protocol::dsp::Pid>>> running_under(ContextId context, const EntityId& agreement,
                                                                const std::string& transfer_type);
  Task<Result<Asked>> dataset_of(platform::engine::EffectCall call, const obtaining::Wanted& wanted);

  Task<Result<Outcome>> carry_out(platform::engine::Committed<obtaining::Effect> effect);
  Task<Result<Outcome>> search(platform::engine::EffectCall call, const obtaining::Search& order);
  Task<Result<Outcome>> negotiate(platform::engine::EffectCall call, const obtaining::Negotiate& order);
  Task<Result<Outcome>> transfer(platform::engine::EffectCall call, const obtaining::Transfer& order);
  Task<Result<void>> hear_negotiation(platform::engine::EffectCall call, EntityId opener);
  Task<Result<void>> hear_transfer(platform::engine::EffectCall call, EntityId opener);
  Task<Result<void>> tell(platform::engine::EffectCall call, EntityId opener, obtaining::Event event);

  Services services_;
};

/// `…/obtainings` of the Management API.
void bind_routes(platform::routing::Router& router, Obtainings& obtainings);

}  // namespace kontor::runtime::obtaining
