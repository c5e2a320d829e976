#include "domain/contract_negotiation/internal/step.hpp"

namespace kontor::domain::contract_negotiation::internal {

using dsp::NegotiationState;

Result<void> on(Step& step, const Acknowledged& outcome) {
  auto& next = step.next;
  if (outcome.message != next.pending || next.pending.empty()) return {};  // a later message has told already
  const bool awaited_pid = next.peer_pid.empty();
  if (awaited_pid && outcome.peer_pid) next.peer_pid = *outcome.peer_pid;
  if (next.state != State::terminating || !awaited_pid || next.peer_pid.empty()) {
    settle(step);
    return {};
  }
  send_termination(step, dsp::Reason::of(next.error_detail));
  return {};
}

Result<void> on(Step& step, const SendFailed& outcome) {
  auto& next = step.next;
  if (outcome.message != next.pending || next.pending.empty()) return {};
  next.pending = {};
  if (next.state == State::terminating) {
    reach(step, State::terminated, NegotiationState::terminated);
    next.error_detail +=
        next.error_detail.empty() ? outcome.detail : " (not told to the peer: " + outcome.detail + ")";
    return {};
  }
  next.ended_by = EndedBy::undeliverable;
  terminate(step, dsp::Reason::of(outcome.detail));
  return {};
}

/// Under its first id: whoever knows the message drops it.
Result<void> on(Step& step, const AnswerDue&) {
  auto& next = step.next;
  if (!next.awaits_peer() || next.repeated >= repeated_after.size()) return {};
  ++next.repeated;
  if (next.role == Role::provider) {
    step.effects.push_back(
        SendAgreement{next.peer, next.last_message(), next.pids(), next.agreement->policy});
  } else {
    step.effects.push_back(SendVerification{next.peer, next.last_message(), next.pids()});
  }
  return {};
}

}  // namespace kontor::domain::contract_negotiation::internal
