#include <algorithm>

#include "domain/transfer_process/internal/step.hpp"
#include "protocol/dsp/pids.hpp"

namespace kontor::domain::transfer_process::internal {

using Known = dsp::TransferState;

namespace {

enum class Admission : std::uint8_t { fresh, repeated };

Result<Admission> admit(Step& step, const Envelope& envelope) {
  auto& next = step.next;
  if (envelope.sender != next.peer.id) {
    return fail(ErrorCode::not_found, "there is no such transfer process");
  }
  const auto match = dsp::match(envelope.pids, {next.role, next.pid, next.peer_pid});
  if (match == dsp::PidMatch::foreign) {
    return invalid(next.role == Role::consumer ? "/consumerPid" : "/providerPid", "must be '{}'", next.pid);
  }
  if (!envelope.id.empty() && std::ranges::find(next.seen, envelope.id) != next.seen.end())
    return Admission::repeated;
  if (next.peer_pid.empty() && match == dsp::PidMatch::exact)
    next.peer_pid = next.role == Role::consumer ? envelope.pids.provider : envelope.pids.consumer;
  return Admission::fresh;
}

/// Runs `accept` on a message that is new; a repeated one changes nothing.
template <class Accept>
Result<void> receive(Step& step, const Envelope& envelope, Accept accept) {
  auto admission = admit(step, envelope);
  if (!admission) return fail(std::move(admission.error()));
  if (*admission == Admission::repeated) return {};
  remember(step, envelope.id);
  return accept();
}

/// A start message of ours is on its way, and the peer acts as if it had it.
void settle_start(Step& step) {
  if (is_in(step, {State::starting, State::resuming, State::resuming_requested})) settle(step);
}

bool is_started_for_both(const Step& step) {
  return step.next.protocol_state == Known::started;
}

/// The provider's first start.
void first_start(Step& step) {
  settle(step);
  know(step, Known::started);
  if (!step.next.has_flow) return reach(step, State::started);
  auto address = step.next.subject.direction == Direction::pull ? step.next.data_address : std::nullopt;
  enter(step, State::startup_requested);
  step.effects.push_back(NotifyFlowStarted{flow_of(step), std::move(address)});
}

/// The peer resumes. The owner of the address answers with a start message of its own, once its flow gave a
/// new one.
void peer_resumes(Step& step, const std::optional<dsp::DataAddress>& address) {
  auto& next = step.next;
  know(step, Known::started);
  next.start_is_echo = next.owns_address() && next.has_flow;
  happened(step, "resuming");
  if (next.owns_address()) return resume_flow(step, std::nullopt);
  next.awaits_address = false;
  resume_flow(step, address ? address : next.data_address);
}

/// The address that we asked for, or a start that crossed ours.
void address_arrives(Step& step, const std::optional<dsp::DataAddress>& address) {
  auto& next = step.next;
  next.pending = {};
  next.awaits_address = !address;
  know(step, Known::started);
  resume_flow(step, address ? address : next.data_address);
}

enum class StartMeans : std::uint8_t { first, resume, address, crossing, only_address, repeated, illegal };

/// EDC, when it loses a race with itself, starts twice, and ends what is refused the second time.
StartMeans repeated_start(const TransferProcess& process) {
  return process.role == Role::consumer ? StartMeans::repeated : StartMeans::illegal;
}

StartMeans meaning_of_start(const Step& step, bool has_address) {
  const auto& next = step.next;
  const bool awaited = next.awaits_address && has_address;
  switch (next.state) {
    case State::requesting:
    case State::requested:
      return next.role == Role::consumer ? StartMeans::first : StartMeans::illegal;
    case State::suspended:
    case State::suspending_requested:
      return StartMeans::resume;
    case State::suspending:
      return awaited ? StartMeans::only_address : StartMeans::resume;
    case State::resuming_requested:
      return StartMeans::address;
    case State::resumed:
      return awaited ? StartMeans::address : StartMeans::illegal;
    case State::started:
      return awaited ? StartMeans::address : repeated_start(next);
    case State::startup_requested:
      return repeated_start(next);
    case State::resuming:
      if (awaited) return StartMeans::address;
      return next.owns_address() && next.protocol_state == Known::suspended ? StartMeans::crossing
                                                                            : StartMeans::illegal;
    case State::initial:
    case State::preparation_requested:
    case State::starting:
    case State::completing:
    case State::completing_requested:
    case State::completed:
    case State::terminating:
    case State::terminating_requested:
    case State::terminated:
      break;
  }
  return StartMeans::illegal;
}

}  // namespace

Result<void> on(Step& step, const RequestReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.role != Role::provider) return illegal(step, "a request");
    return {};  // the first request again: its answer was lost
  });
}

Result<void> on(Step& step, const StartReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    auto& next = step.next;
    const auto meaning = meaning_of_start(step, message.data_address.has_value());
    if (meaning == StartMeans::illegal) return illegal(step, "a start");
    if (message.data_address && !next.owns_address()) take_address(step, *message.data_address);
    switch (meaning) {
      case StartMeans::first:
        first_start(step);
        break;
      case StartMeans::resume:
        settle(step);
        peer_resumes(step, message.data_address);
        break;
      case StartMeans::address:
        address_arrives(step, message.data_address);
        break;
      case StartMeans::crossing:
        next.start_is_echo = true;
        know(step, Known::started);
        happened(step, "resuming");
        break;
      case StartMeans::only_address:
        next.awaits_address = false;
        happened(step, "resuming");
        break;
      case StartMeans::repeated:
        return {};
      case StartMeans::illegal:
        break;
    }
    return follow(step, message.then);
  });
}

Result<void> on(Step& step, const CompletionReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    auto& next = step.next;
    if (is_in(step, {State::completing})) {
      settle(step);
      return {};
    }
    settle_start(step);
    const bool ours_ends_it = is_in(step, {State::terminating, State::terminating_requested});
    if (!is_started_for_both(step) || ours_ends_it) return illegal(step, "completion");
    next.pending = {};
    know(step, Known::completed);
    if (!next.has_flow) {
      reach(step, State::completed);
      return {};
    }
    enter(step, State::completing_requested);
    step.effects.push_back(CompleteFlow{flow_of(step)});
    return {};
  });
}

Result<void> on(Step& step, const SuspensionReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    auto& next = step.next;
    if (is_in(step, {State::suspending})) {
      settle(step);
      return follow(step, message.then);
    }
    settle_start(step);
    const bool ours_ends_it =
        is_in(step, {State::completing, State::terminating, State::terminating_requested});
    if (!is_started_for_both(step) || ours_ends_it) return illegal(step, "a suspension");
    next.pending = {};
    next.awaits_address = false;
    next.start_is_echo = false;
    know(step, Known::suspended);
    if (next.has_flow) {
      enter(step, State::suspending_requested);
      step.effects.push_back(SuspendFlow{flow_of(step), message.reason.text()});
    } else {
      reach(step, State::suspended);
    }
    return follow(step, message.then);
  });
}

Result<void> on(Step& step, const TerminationReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    auto& next = step.next;
    const bool over = next.protocol_state == Known::completed || next.protocol_state == Known::terminated;
    if (over) return illegal(step, "a termination");
    const bool flow_knows = is_in(step, {State::terminating});
    next.pending = {};
    const auto reason = message.reason.text();
    const bool is_theirs = next.ended_by == EndedBy::nobody;
    if (is_theirs) next.ended_by = EndedBy::peer;
    if (!reason.empty() && (is_theirs || next.error_detail.empty())) next.error_detail = reason;
    know(step, Known::terminated);
    if (!next.has_flow || flow_knows) {
      reach(step, State::terminated);
      return {};
    }
    enter(step, State::terminating_requested);
    step.effects.push_back(TerminateFlow{flow_of(step), reason});
    return {};
  });
}

}  // namespace kontor::domain::transfer_process::internal
