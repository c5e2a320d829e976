#pragma once

#include "domain/contract_negotiation/agreement.hpp"
#include "domain/transfer_process/decide.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/dsp_endpoint/peer_identity.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::transfer_process {

namespace transfer = domain::transfer_process;

/// Sees to the terms of agreements while data flows under them: says when they have to be looked at again and
/// looks, in the scope `policy.monitor`. Nothing is asked in between: moments follow from the dates and days
/// in the policy and from the dates of the credentials; what others may change at any time is believed for a
/// while. At the last moment that is known those that follow are worked out.
///
/// A credential that is good no more may have had a successor. The holder cannot be asked for it: that takes
/// an access token, which comes with a message of the holder and serves once. So what it has proved since, in
/// its other negotiations and transfers under the same profile, is looked at before a transfer is ended, and
/// is what the transfer rests on from then on (docs/decisions/0041).
class PolicyMonitor {
 public:
  struct Services {
    platform::engine::Engine& engine;
    policy::PolicyEngine& policies;
    dsp_endpoint::PeerIdentity& identity;
  };
  PolicyMonitor(Services services, Duration believed_for)
      : services_(services), believed_for_(believed_for) {}

  using Agreement = domain::contract_negotiation::ContractAgreement;
  struct Look {
    Instant at;           ///< when the terms were looked at, or before
    json::Object claims;  ///< what the counter-party proved then
  };
  /// From the first look at the terms of a transfer on. Nothing: whatever happens, they say the same. Errors:
  /// storage_failed.
  Task<Result<std::optional<transfer::PolicyWatch>>> watch(ContextId context, Agreement agreement, Look look);
  /// About the transfer of the effect. Errors: storage_failed.
  Task<Result<transfer::Event>> judge(platform::engine::EffectCall call);

 private:
  struct Standing {
    verifier::Peer peer;
    bool renewed = false;  ///< with what was proved elsewhere
  };
  /// Errors: unavailable, where it cannot be known; storage_failed.
  Task<Result<Standing>> standing(const platform::engine::EffectCall& call,
                                  const transfer::TransferProcess& about, Instant now);
  Task<Result<verifier::Peer>> proved_elsewhere(ContextId context, const transfer::TransferProcess& about);

  Services services_;
  Duration believed_for_;
};

/// The agreement as policies see it.
protocol::odrl::AgreementFacts facts_of(const PolicyMonitor::Agreement& agreement);

}  // namespace kontor::runtime::transfer_process
