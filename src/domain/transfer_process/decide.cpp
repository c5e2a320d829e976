#include "domain/transfer_process/decide.hpp"

#include "domain/transfer_process/internal/step.hpp"

namespace kontor::domain::transfer_process {
namespace {

using internal::Step;

/// What whoever opened it waits for: data can be had, or never will.
bool is_settled(const TransferProcess& process) {
  return process.ended() || process.state == State::started;
}

void tell_opener(const TransferProcess* before, Step& step) {
  const auto& next = step.next;
  if (next.opened_for.empty() || !is_settled(next) || (before && is_settled(*before))) return;
  step.effects.push_back(TellOpener{next.opened_for});
}

Result<Step> open(const Initiate& command, Instant now) {
  Step step{{}, now};
  auto& next = step.next;
  next.role = Role::consumer;
  next.pid = command.pid;
  next.participant = command.participant;
  next.peer = command.peer;
  next.callback_address = command.callback_address;
  next.callback_addresses = command.callback_addresses;
  next.subject = command.subject;
  next.metadata = command.metadata;
  next.private_properties = command.private_properties;
  next.opened_for = command.opened_for;
  next.created_at = now;
  next.state_at = now;
  internal::happened(step, "initiated");
  if (!command.prepare && next.subject.direction == Direction::push) {
    return invalid("/transferType", "'{}' sends data to the consumer's data plane, and there is none",
                   next.subject.transfer_type);
  }
  if (!command.prepare) {
    internal::send_request(step);
    return step;
  }
  next.has_flow = true;
  step.effects.push_back(PrepareFlow{internal::flow_of(step)});
  return step;
}

Result<Step> open(const RequestReceived& message, Instant now) {
  if (message.envelope.pids.consumer.empty()) return invalid("/consumerPid", "is required");
  if (message.subject.direction == Direction::push && !message.data_address) {
    return invalid("/dataAddress", "is required for '{}'", message.subject.transfer_type);
  }
  Step step{{}, now};
  auto& next = step.next;
  next.role = Role::provider;
  next.pid = message.pid;
  next.peer_pid = message.envelope.pids.consumer;
  next.participant = message.participant;
  next.peer = message.peer;
  next.peer.id = message.envelope.sender;
  next.callback_address = message.callback_address;
  next.subject = message.subject;
  next.metadata = message.metadata;
  if (next.subject.direction == Direction::push) next.data_address = message.data_address;
  next.created_at = now;
  next.policy_watch = message.policy_watch;
  internal::remember(step, message.envelope.id);
  internal::reach(step, State::requested);
  if (auto done = internal::follow(step, message.then); !done) return fail(std::move(done.error()));
  return step;
}

template <class Other>
Result<Step> open(const Other&, Instant) {
  return fail(ErrorCode::not_found, "there is no such transfer process");
}

Result<Step> advance(const TransferProcess& current, const Event& event, Instant now) {
  Step step{current, now};
  auto done = std::visit([&](const auto& what) { return on(step, what); }, event);
  if (!done) return fail(std::move(done.error()));
  return step;
}

/// Callbacks are told of what happened first: that stays within this house and waits for nobody.
void tell_callbacks(Step& step) {
  const auto& next = step.next;
  if (next.callback_addresses.empty() || step.happened.empty()) return;
  auto tells =
      callback::tells(next.callback_addresses,
                      {EntityId(next.pid.str()), step.happened, step.now,
                       [&](std::string_view happened) { return Machine::event_body(next, happened); }});
  step.effects.insert(step.effects.begin(), tells.begin(), tells.end());
}

}  // namespace

Result<Decision> decide(const TransferProcess* current, const Event& event, Instant now) {
  auto step = current ? advance(*current, event, now)
                      : std::visit([&](const auto& what) { return open(what, now); }, event);
  if (!step) return fail(std::move(step.error()));
  tell_callbacks(*step);
  tell_opener(current, *step);
  return Decision{std::move(step->next), std::move(step->effects), std::move(step->happened)};
}

dsp::TransferState protocol_state_of(const TransferProcess& process) {
  return process.protocol_state;
}

namespace {

std::optional<Instant> address_overdue_at(const TransferProcess& process) {
  if (process.state != State::resumed) return std::nullopt;
  return process.state_at + resume_address_timeout;
}

std::optional<Instant> policy_due_at(const TransferProcess& process) {
  if (!process.policy_watch || !internal::is_under_its_policy(process)) return std::nullopt;
  return process.policy_watch->next_look();
}

std::optional<Instant> decision_due_at(const TransferProcess& process) {
  return process.waiting ? process.waiting->until : std::nullopt;
}

}  // namespace

std::optional<Instant> Machine::due_at(const Entity& process) {
  std::optional<Instant> first;
  for (const auto each : {address_overdue_at(process), policy_due_at(process), decision_due_at(process)}) {
    if (each && (!first || *each < *first)) first = each;
  }
  return first;
}

Event Machine::due_event(const Entity& process) {
  const auto due = due_at(process);
  if (due && due == address_overdue_at(process)) return AddressOverdue{};
  if (due && due == decision_due_at(process)) return DecisionDue{};
  return PolicyDue{};
}

}  // namespace kontor::domain::transfer_process
