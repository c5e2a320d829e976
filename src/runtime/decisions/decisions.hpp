#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/id/id.hpp"
#include "platform/async/task.hpp"
#include "protocol/dsp/types.hpp"
#include "protocol/odrl/evaluate.hpp"
#include "protocol/odrl/policy.hpp"

/// Where the protocol leaves a party a choice: what it does about a message of its counter-party.
namespace kontor::runtime::decisions {

namespace dsp = protocol::dsp;
namespace odrl = protocol::odrl;

/// The next step towards the agreement (accept, agree, verify, finalize), or the start of a transfer.
struct Proceed {};
/// Nothing is sent. Somebody decides later, by a command about the process; our side is told that it waits.
struct Wait {
  std::optional<Duration> limit = {};  ///< none: without end
  bool approves = false;               ///< what is done when nobody has decided: proceed, or refuse
};
/// Other terms: an offer as provider, a request as consumer. They name the same dataset.
struct Counter {
  odrl::Policy offer;
};
/// The process ends, and the counter-party is told why.
struct Refuse {
  dsp::Reason reason;
  json::Object explanation = {};  ///< what is behind it, for our own side alone
};

using NegotiationChoice = std::variant<Proceed, Wait, Counter, Refuse>;
using TransferChoice = std::variant<Proceed, Wait, Refuse>;

/// A message about a negotiation is here.
struct NegotiationQuestion {
  ContextId context;
  dsp::Pid pid;  ///< of our process, which a first message is about to open
  Did counter_party;
  /// What the message leads to: REQUESTED, ACCEPTED or VERIFIED at the provider, OFFERED or AGREED at the
  /// consumer.
  dsp::NegotiationState reached = dsp::NegotiationState::requested;
  /// Those on the table: the last offer's, or the agreement's. None for VERIFIED, which is about no terms.
  odrl::Policy terms = {};
  bool proposed_by_us = false;  ///< the terms are what we offered or asked for ourselves
  odrl::Subject subject = {};   ///< what the counter-party has proved; at the provider, until it agrees
};

/// A transfer is asked for, under an agreement that allows it.
struct TransferQuestion {
  ContextId context;
  dsp::Pid pid;
  Did counter_party;
  dsp::AgreementId agreement;
  std::string transfer_type;
};

/// Asked about every message that leaves a choice, before it is committed: message and answer are one
/// transaction. Whether the message is legal is judged after: the answer to one that is refused is dropped,
/// so nothing may be done here that cannot be taken back. A message that is repeated is asked about again. An
/// error is answered to the counter-party, and nothing is changed.
class Decisions {
 public:
  virtual ~Decisions() = default;
  virtual Task<Result<NegotiationChoice>> about(const NegotiationQuestion& question) = 0;
  virtual Task<Result<TransferChoice>> about(const TransferQuestion& question) = 0;
};

}  // namespace kontor::runtime::decisions
