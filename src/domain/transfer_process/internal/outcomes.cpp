#include "domain/transfer_process/internal/step.hpp"

namespace kontor::domain::transfer_process::internal {

using Known = dsp::TransferState;

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
    know(step, Known::terminated);
    reach(step, State::terminated);
    next.error_detail +=
        next.error_detail.empty() ? outcome.detail : " (not told to the peer: " + outcome.detail + ")";
  } else if (next.state == State::resuming && next.start_is_echo) {
    // A peer that keeps to the letter of the protocol needs no start message back: it is STARTED.
    next.start_is_echo = false;
    reach(step, State::started);
  } else {
    terminate(step, dsp::Reason::of(outcome.detail), EndedBy::undeliverable);
  }
  return {};
}

namespace {

/// What answers an order carries the flow from then on. Its callback may come before its answer is here, and
/// does not say who it is.
void carried_by(Step& step, const std::string& data_plane, const std::string& choice) {
  if (step.next.data_plane.empty()) step.next.data_plane = data_plane;
  if (step.next.data_plane == data_plane && !choice.empty()) step.next.data_plane_choice = choice;
}

}  // namespace

Result<void> on(Step& step, const FlowPending& report) {
  const bool consumer = step.next.role == Role::consumer;
  if (consumer && is_in(step, {State::initial})) {
    carried_by(step, report.data_plane, report.choice);
    enter(step, State::preparation_requested);
    happened(step, "preparationRequested");
  } else if (!consumer && is_in(step, {State::startup_requested}) &&
             step.next.data_plane != report.data_plane) {
    step.next.data_plane = report.data_plane;
    carried_by(step, report.data_plane, report.choice);
    happened(step, "starting");
  } else if (step.next.has_flow && !step.next.ended()) {
    carried_by(step, report.data_plane, report.choice);
  }
  return {};
}

Result<void> on(Step& step, const FlowPrepared& report) {
  auto& next = step.next;
  if (!is_in(step, {State::initial, State::preparation_requested})) return {};
  carried_by(step, report.data_plane, report.choice);
  next.data_address = report.data_address;
  if (next.subject.direction == Direction::push && !report.data_address) {
    terminate(step, dsp::Reason::of("the data plane named no address to send the data to"),
              EndedBy::data_plane);
    return {};
  }
  happened(step, "prepared");
  send_request(step);
  return {};
}

Result<void> on(Step& step, const FlowStarted& report) {
  auto& next = step.next;
  if (!is_in(step, {State::startup_requested})) return {};
  if (!report.data_plane.empty()) next.data_plane = report.data_plane;
  carried_by(step, report.data_plane, report.choice);
  if (next.role == Role::consumer) {
    reach(step, State::started);
    return {};
  }
  if (next.owns_address()) next.data_address = report.data_address;
  enter(step, State::starting);
  send_start(step, next.owns_address() ? next.data_address : std::nullopt);
  return {};
}

Result<void> on(Step& step, const FlowSuspended&) {
  if (is_in(step, {State::suspending_requested})) reach(step, State::suspended);
  return {};
}

Result<void> on(Step& step, const FlowResumed& report) {
  auto& next = step.next;
  if (!is_in(step, {State::resuming}) || !next.pending.empty()) return {};
  if (!next.owns_address()) {
    reach(step, State::started);
    return {};
  }
  if (report.data_address) next.data_address = report.data_address;
  send_start(step, next.data_address);
  return {};
}

Result<void> on(Step& step, const FlowTerminated&) {
  if (is_in(step, {State::terminating_requested})) reach(step, State::terminated);
  return {};
}

namespace {

/// Our data plane may be done before the peer has our start message, or before we have the data plane's own
/// answer.
bool may_be_done(const Step& step) {
  const auto& next = step.next;
  if (runs(step) || is_in(step, {State::starting})) return true;
  return is_in(step, {State::resuming}) && (next.protocol_state == Known::started || !next.pending.empty());
}

}  // namespace

Result<void> on(Step& step, const FlowCompleted&) {
  const auto& next = step.next;
  if (is_in(step, {State::completing_requested})) {
    reach(step, State::completed);
    return {};
  }
  if (next.ended() || is_in(step, {State::completing, State::terminating, State::terminating_requested}))
    return {};
  const bool pushed_at_once =
      next.role == Role::provider && !next.owns_address() && is_in(step, {State::startup_requested});
  if (!may_be_done(step) && !pushed_at_once) return illegal(step, "completion of the data flow");
  if (pushed_at_once) send_start(step, std::nullopt);
  if (!next.pending.empty()) step.next.start_before_completion = next.pending;
  send_completion(step);
  return {};
}

/// What comes while it ends says nothing about why.
Result<void> on(Step& step, const FlowErrored& report) {
  if (step.next.ended() || step.next.ended_by != EndedBy::nobody) return {};
  step.next.error_detail = report.detail;
  happened(step, "errored");
  return {};
}

Result<void> on(Step& step, const FlowFailed& report) {
  auto& next = step.next;
  switch (next.state) {
    case State::initial:
    case State::preparation_requested:
    case State::startup_requested:
      next.has_flow = !next.data_plane.empty();
      terminate(step, dsp::Reason::of(report.detail), EndedBy::data_plane);
      return {};
    case State::suspending:
    case State::suspending_requested:
    case State::resuming:
      terminate(step, dsp::Reason::of(report.detail), EndedBy::data_plane);
      return {};
    case State::completing_requested:
      next.error_detail = report.detail;
      reach(step, State::completed);
      return {};
    case State::terminating_requested:
      if (next.error_detail.empty()) next.error_detail = report.detail;
      reach(step, State::terminated);
      return {};
    case State::requesting:
    case State::requested:
    case State::starting:
    case State::started:
    case State::suspended:
    case State::resuming_requested:
    case State::resumed:
    case State::completing:
    case State::completed:
    case State::terminating:
    case State::terminated:
      break;
  }
  return {};
}

Result<void> on(Step& step, const FlowUntold& report) {
  auto done = on(step, FlowFailed{report.detail});
  const bool is_over = is_in(step, {State::completing, State::completing_requested, State::completed,
                                    State::terminating, State::terminating_requested, State::terminated});
  if (!done || !is_over || step.next.data_plane.empty()) return done;
  if (report.completed) {
    step.effects.push_back(CompleteFlow{flow_of(step)});
  } else {
    step.effects.push_back(TerminateFlow{flow_of(step), step.next.error_detail});
  }
  return {};
}

Result<void> on(Step& step, const AddressOverdue&) {
  if (is_in(step, {State::resumed})) resume_flow(step, step.next.data_address);
  return {};
}

}  // namespace kontor::domain::transfer_process::internal
