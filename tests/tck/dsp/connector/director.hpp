#pragma once

#include <map>

#include "platform/async/scope.hpp"
#include "platform/telemetry/log.hpp"
#include "runtime/contract_negotiation/negotiations.hpp"
#include "runtime/transfer_process/transfers.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

/// Acts on processes as the script says. Told of each commit; a state is acted on once, a while after it was
/// entered: the kit registers its expectations one by one, and what arrives before them is lost.
class Director {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    platform::engine::Engine& engine;
    runtime::contract_negotiation::Negotiations& negotiations;
    runtime::transfer_process::Transfers& transfers;
    platform::telemetry::Log log;
  };
  explicit Director(Services services);

  static constexpr std::chrono::milliseconds reaction_delay{400};

 private:
  /// The visit's number when the state was entered anew.
  template <class Entity>
  std::optional<int> visit(const Entity& entity);
  Task<void> follow_negotiation(platform::store::Change change);
  Task<void> follow_transfer(platform::store::Change change);
  Task<void> act(negotiation::ContractNegotiation seen, NegotiationAct act);
  Task<void> act(transfer::TransferProcess seen, TransferAct act);
  platform::routing::Call call_about(const protocol::dsp::Pid& pid) const;

  Services services_;
  struct Seen {
    Instant entered;
    int state = -1;
    std::map<int, int> visits;
  };
  std::map<protocol::dsp::Pid, Seen> seen_;
};

}  // namespace kontor::tck::dsp
