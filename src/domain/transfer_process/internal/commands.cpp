#include "domain/transfer_process/internal/step.hpp"

namespace kontor::domain::transfer_process::internal {

Result<void> on(Step& step, const Initiate&) {
  return fail(ErrorCode::conflict, "there is a transfer process {} already", step.next.pid);
}

Result<void> on(Step& step, const Start&) {
  auto& next = step.next;
  if (next.role != Role::provider || !is_in(step, {State::requested})) return illegal(step, "a start");
  enter(step, State::startup_requested);
  next.has_flow = true;
  auto address = next.subject.direction == Direction::push ? next.data_address : std::nullopt;
  step.effects.push_back(StartFlow{flow_of(step), std::move(address)});
  return {};
}

Result<void> on(Step& step, const Suspend& command) {
  if (!runs(step)) return illegal(step, "a suspension");
  auto& next = step.next;
  enter(step, State::suspending);
  if (next.has_flow) step.effects.push_back(SuspendFlow{flow_of(step), command.reason.text()});
  step.effects.push_back(
      SendSuspension{next.peer, next_message(step), next.pids(), receiver_of(step), command.reason});
  return {};
}

/// The owner of the address resumes its flow first and sends the new address; the other party asks for one.
Result<void> on(Step& step, const Resume&) {
  if (!is_in(step, {State::suspended})) return illegal(step, "resuming");
  happened(step, "resuming");
  if (!step.next.owns_address()) {
    enter(step, State::resuming_requested);
    send_start(step, std::nullopt);
  } else if (step.next.has_flow) {
    resume_flow(step, std::nullopt);
  } else {
    enter(step, State::resuming);
    send_start(step, step.next.data_address);
  }
  return {};
}

Result<void> on(Step& step, const Complete&) {
  if (!runs(step)) return illegal(step, "completion");
  if (step.next.has_flow) step.effects.push_back(CompleteFlow{flow_of(step)});
  send_completion(step);
  return {};
}

Result<void> on(Step& step, const Terminate& command) {
  if (is_in(step, {State::terminating, State::terminating_requested})) return {};
  // The peer may have taken the completion as the end: a termination could not undo that.
  if (step.next.ended() || is_in(step, {State::completing, State::completing_requested})) {
    return illegal(step, "termination");
  }
  step.next.explanation = command.explanation;
  terminate(step, command.reason, command.by);
  return {};
}

namespace {

bool may_decide(const Step& step) {
  return step.next.role == Role::provider && is_in(step, {State::requested});
}

}  // namespace

Result<void> on(Step& step, const Wait& command) {
  if (!may_decide(step)) return {};
  std::optional<Instant> until;
  if (command.limit) until = step.now + *command.limit;
  step.next.waiting = Waiting{until, command.approves};
  happened(step, "waiting");
  return {};
}

Result<void> on(Step& step, const DecisionDue&) {
  if (!step.next.waiting || !may_decide(step)) return {};
  if (step.next.waiting->approves) return on(step, Start{});
  terminate(step, dsp::Reason::of("nobody decided about it in time"), EndedBy::us);
  return {};
}

Result<void> follow(Step& step, const Then& then) {
  if (!then) return {};
  return std::visit([&](const auto& command) { return on(step, command); }, *then);
}

}  // namespace kontor::domain::transfer_process::internal
