#include <utility>

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

namespace {

/// Where the next step is ours, as long as none is on its way.
bool may_decide(const Step& step) {
  if (step.next.role == Role::consumer) return is_in(step, {State::offered, State::agreed});
  return is_in(step, {State::requested, State::accepted, State::verified});
}

Result<void> approve(Step& step, Waiting waiting) {
  if (is_in(step, {State::offered})) return on(step, Accept{});
  if (is_in(step, {State::agreed})) return on(step, Verify{});
  if (is_in(step, {State::verified})) return on(step, Finalize{});
  if (!waiting.agreement) return illegal(step, "an agreement");
  waiting.agreement->timestamp = step.now;
  return on(step, Agree{std::move(*waiting.agreement)});
}

}  // namespace

Result<void> on(Step& step, const Wait& command) {
  if (!may_decide(step)) return {};
  std::optional<Instant> until;
  if (command.limit) until = step.now + *command.limit;
  step.next.waiting = Waiting{until, command.approves, command.agreement};
  happened(step, "waiting");
  return {};
}

Result<void> on(Step& step, const DecisionDue&) {
  if (!step.next.waiting || !may_decide(step)) return {};
  auto waiting = *std::exchange(step.next.waiting, std::nullopt);
  if (waiting.approves && approve(step, std::move(waiting))) return {};
  step.next.ended_by = EndedBy::us;
  terminate(step, dsp::Reason::of("nobody decided about it in time"));
  return {};
}

Result<void> follow(Step& step, const Then& then) {
  if (!then) return {};
  return std::visit([&](const auto& command) { return on(step, command); }, *then);
}

}  // namespace kontor::domain::contract_negotiation::internal
