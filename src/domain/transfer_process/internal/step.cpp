#include "domain/transfer_process/internal/step.hpp"

#include <algorithm>

namespace kontor::domain::transfer_process::internal {

using Known = dsp::TransferState;

void happened(Step& step, std::string_view what) {
  step.happened.push_back("transfer.process." + std::string(what));
}

void enter(Step& step, State state) {
  step.next.state = state;
  step.next.state_at = step.now;
  step.next.waiting.reset();
}

void know(Step& step, Known state) {
  step.next.protocol_state = state;
}

namespace {

/// Data addresses hold secrets: they do not outlive the transfer.
void forget_address(Step& step) {
  step.next.data_address.reset();
  step.next.address_at.reset();
  step.next.renewing = false;
  step.next.renewal_error = {};
  step.next.awaits_address = false;
  step.next.start_is_echo = false;
  step.next.pending = {};
  step.next.start_before_completion = {};
}

}  // namespace

void reach(Step& step, State state) {
  enter(step, state);
  if (state == State::requested) happened(step, "requested");
  if (state == State::started) happened(step, "started");
  if (state == State::suspended) happened(step, "suspended");
  if (state == State::completed) happened(step, "completed");
  if (state == State::terminated) happened(step, "terminated");
  if (step.next.ended()) forget_address(step);
}

void settle(Step& step) {
  auto& next = step.next;
  if (next.pending.empty()) return;
  next.pending = {};
  switch (next.state) {
    case State::requesting:
      return reach(step, State::requested);
    case State::starting:
    case State::resuming:
      next.start_is_echo = false;
      know(step, Known::started);
      return reach(step, State::started);
    case State::resuming_requested:
      next.awaits_address = true;
      know(step, Known::started);
      return enter(step, State::resumed);
    case State::suspending:
      next.awaits_address = false;
      know(step, Known::suspended);
      return reach(step, State::suspended);
    case State::completing:
      know(step, Known::completed);
      return reach(step, State::completed);
    case State::terminating:
      know(step, Known::terminated);
      return reach(step, State::terminated);
    case State::initial:
    case State::preparation_requested:
    case State::requested:
    case State::startup_requested:
    case State::started:
    case State::suspending_requested:
    case State::suspended:
    case State::resumed:
    case State::completing_requested:
    case State::completed:
    case State::terminating_requested:
    case State::terminated:
      return;
  }
}

MessageId next_message(Step& step) {
  auto& next = step.next;
  next.pending = MessageId{next.pid.str() + "-" + std::to_string(++next.sent)};
  return next.pending;
}

Role receiver_of(const Step& step) {
  return step.next.role == Role::consumer ? Role::provider : Role::consumer;
}

Flow flow_of(const Step& step) {
  const auto& next = step.next;
  return {next.pid,          next.data_plane, next.participant, next.peer.id,
          next.peer.profile, next.subject,    next.metadata,    next.role};
}

void remember(Step& step, const MessageId& id) {
  if (id.empty()) return;
  auto& seen = step.next.seen;
  if (seen.size() == seen_messages_max) seen.erase(seen.begin());
  seen.push_back(id);
}

void send_request(Step& step) {
  auto& next = step.next;
  enter(step, State::requesting);
  auto address = next.subject.direction == Direction::push ? next.data_address : std::nullopt;
  step.effects.push_back(SendRequest{next.peer, next_message(step), next.pid, next.subject.agreement,
                                     next.subject.transfer_type, std::move(address), next.callback_address});
}

void send_start(Step& step, std::optional<dsp::DataAddress> address) {
  step.effects.push_back(
      SendStart{step.next.peer, next_message(step), step.next.pids(), receiver_of(step), std::move(address)});
}

void send_completion(Step& step) {
  enter(step, State::completing);
  step.effects.push_back(
      SendCompletion{step.next.peer, next_message(step), step.next.pids(), receiver_of(step)});
}

void send_termination(Step& step, dsp::Reason reason) {
  step.effects.push_back(SendTermination{step.next.peer, next_message(step), step.next.pids(),
                                         receiver_of(step), std::move(reason)});
}

void resume_flow(Step& step, std::optional<dsp::DataAddress> address) {
  if (!step.next.has_flow) return reach(step, State::started);
  enter(step, State::resuming);
  step.effects.push_back(ResumeFlow{flow_of(step), std::move(address)});
}

void terminate(Step& step, const dsp::Reason& reason, EndedBy by) {
  auto& next = step.next;
  next.ended_by = by;
  next.error_detail = reason.text();
  if (next.has_flow) step.effects.push_back(TerminateFlow{flow_of(step), next.error_detail});
  const bool request_is_on_its_way = next.peer_pid.empty() && !next.pending.empty();
  if (next.peer_pid.empty() && !request_is_on_its_way) {
    know(step, Known::terminated);
    return reach(step, State::terminated);
  }
  enter(step, State::terminating);
  happened(step, "terminating");
  if (!request_is_on_its_way) send_termination(step, reason);
}

bool is_under_its_policy(const TransferProcess& process) {
  constexpr State beyond[] = {State::completing,  State::completing_requested,  State::completed,
                              State::terminating, State::terminating_requested, State::terminated};
  return std::ranges::find(beyond, process.state) == std::end(beyond);
}

bool is_in(const Step& step, std::initializer_list<State> states) {
  return std::ranges::find(states, step.next.state) != states.end();
}

bool runs(const Step& step) {
  if (is_in(step, {State::started, State::resumed})) return true;
  return step.next.role == Role::consumer && is_in(step, {State::startup_requested});
}

std::unexpected<Error> illegal(const Step& step, std::string_view what) {
  return fail(ErrorCode::illegal_transition, "{} is not possible while the transfer is {}", what,
              state_names.name(step.next.state));
}

}  // namespace kontor::domain::transfer_process::internal
