#include "domain/contract_negotiation/internal/step.hpp"

namespace kontor::domain::contract_negotiation::internal {

Result<void> on(Step& step, const Request&) {
  return fail(ErrorCode::conflict, "there is a negotiation {} already", step.next.pid);
}
Result<void> on(Step& step, const OpenOffer&) {
  return fail(ErrorCode::conflict, "there is a negotiation {} already", step.next.pid);
}

Result<void> on(Step& step, const CounterRequest& command) {
  if (step.next.role != Role::consumer || !is_in(step, {State::offered}))
    return illegal(step, "a counter-offer");
  if (auto done = check_same_dataset(step, command.offer); !done) return done;
  record_offer(step, Role::consumer, command.offer);
  send_request(step, command.offer);
  return {};
}

Result<void> on(Step& step, const Accept&) {
  if (step.next.role != Role::consumer || !is_in(step, {State::offered})) return illegal(step, "acceptance");
  enter(step, State::accepting);
  step.effects.push_back(SendAcceptance{step.next.peer, next_message(step), step.next.pids()});
  return {};
}

Result<void> on(Step& step, const Verify&) {
  if (step.next.role != Role::consumer || !is_in(step, {State::agreed})) return illegal(step, "verification");
  enter(step, State::verifying);
  step.effects.push_back(SendVerification{step.next.peer, next_message(step), step.next.pids()});
  return {};
}

Result<void> on(Step& step, const MakeOffer& command) {
  if (step.next.role != Role::provider || !is_in(step, {State::requested})) return illegal(step, "an offer");
  if (auto done = check_same_dataset(step, command.offer); !done) return done;
  record_offer(step, Role::provider, command.offer);
  send_offer(step, command.offer);
  return {};
}

Result<void> on(Step& step, const Agree& command) {
  if (step.next.role != Role::provider || !is_in(step, {State::requested, State::accepted})) {
    return illegal(step, "an agreement");
  }
  if (auto done = check_agreement(step, command.agreement); !done) return done;
  step.next.agreement = Agreement{command.agreement, step.next.claims};
  enter(step, State::agreeing);
  step.effects.push_back(
      SendAgreement{step.next.peer, next_message(step), step.next.pids(), command.agreement});
  return {};
}

Result<void> on(Step& step, const Finalize&) {
  if (step.next.role != Role::provider || !is_in(step, {State::verified}))
    return illegal(step, "finalization");
  enter(step, State::finalizing);
  step.effects.push_back(SendFinalization{step.next.peer, next_message(step), step.next.pids()});
  return {};
}

Result<void> on(Step& step, const Terminate& command) {
  if (is_in(step, {State::terminating})) return {};
  // The peer may have taken the finalization as the end: a termination could not undo that.
  if (step.next.ended() || is_in(step, {State::finalizing})) return illegal(step, "termination");
  step.next.ended_by = EndedBy::us;
  step.next.explanation = command.explanation;
  terminate(step, command.reason);
  return {};
}

Result<void> follow(Step& step, const Then& then) {
  if (!then) return {};
  return std::visit([&](const auto& command) { return on(step, command); }, *then);
}

}  // namespace kontor::domain::contract_negotiation::internal
