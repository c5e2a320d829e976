#include "domain/contract_negotiation/decide.hpp"

#include "domain/contract_negotiation/internal/step.hpp"

namespace kontor::domain::contract_negotiation {

using namespace internal;

namespace {

using dsp::NegotiationState;

template <class Command>
ContractNegotiation opened(const Command& command, Role role, Instant now) {
  ContractNegotiation next;
  next.role = role;
  next.pid = command.pid;
  next.participant = command.participant;
  next.peer = command.peer;
  next.callback_address = command.callback_address;
  next.callback_addresses = command.callback_addresses;
  next.dataset = dsp::DatasetId{*command.offer.target};
  next.created_at = now;
  return next;
}

/// Once, and behind the messages that the end itself takes.
void tell_opener(const ContractNegotiation* before, Step& step) {
  const auto& next = step.next;
  if (next.opened_for.empty() || !next.ended() || (before && before->ended())) return;
  step.effects.push_back(TellOpener{next.opened_for});
}

Result<Step> open(const Request& command, Instant now) {
  if (auto done = check_offer(command.offer); !done) return fail(std::move(done.error()));
  Step step{opened(command, Role::consumer, now), now};
  step.next.opened_for = command.opened_for;
  happened(step, "initiated");
  record_offer(step, Role::consumer, command.offer);
  send_request(step, command.offer);
  return step;
}

Result<Step> open(const OpenOffer& command, Instant now) {
  if (auto done = check_offer(command.offer); !done) return fail(std::move(done.error()));
  Step step{opened(command, Role::provider, now), now};
  step.next.protocol_state = NegotiationState::offered;
  happened(step, "initiated");
  record_offer(step, Role::provider, command.offer);
  send_offer(step, command.offer);
  return step;
}

/// A negotiation that the peer opens. `theirs` is its pid.
template <class Message>
Result<Step> contacted(const Message& message, Role role, const Pid& theirs, Instant now) {
  if (!message.first) return fail(ErrorCode::not_found, "there is no such negotiation");
  if (theirs.empty()) return invalid(role == Role::provider ? "/consumerPid" : "/providerPid", "is required");
  if (auto done = check_offer(message.offer); !done) return fail(std::move(done.error()));
  const auto& first = *message.first;
  Step step{{}, now};
  step.next.role = role;
  step.next.pid = first.pid;
  step.next.peer_pid = theirs;
  step.next.participant = first.participant;
  step.next.peer = {message.envelope.sender, first.peer_address, first.profile};
  step.next.callback_address = first.callback_address;
  step.next.dataset = dsp::DatasetId{*message.offer.target};
  step.next.created_at = now;
  remember(step, message.envelope.id);
  record_offer(step, role == Role::provider ? Role::consumer : Role::provider, message.offer);
  return step;
}

Result<Step> open(const RequestReceived& message, Instant now) {
  auto step = contacted(message, Role::provider, message.envelope.pids.consumer, now);
  if (!step) return step;
  step->next.claims = message.claims;
  reach(*step, State::requested, NegotiationState::requested);
  if (auto done = follow(*step, message.then); !done) return fail(std::move(done.error()));
  return step;
}

Result<Step> open(const OfferReceived& message, Instant now) {
  auto step = contacted(message, Role::consumer, message.envelope.pids.provider, now);
  if (!step) return step;
  reach(*step, State::offered, NegotiationState::offered);
  if (auto done = follow(*step, message.then); !done) return fail(std::move(done.error()));
  return step;
}

template <class Other>
Result<Step> open(const Other&, Instant) {
  return fail(ErrorCode::not_found, "there is no such negotiation");
}

Result<Step> advance(const ContractNegotiation& current, const Event& event, Instant now) {
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

Result<Decision> decide(const ContractNegotiation* current, const Event& event, Instant now) {
  auto step = current ? advance(*current, event, now)
                      : std::visit([&](const auto& what) { return open(what, now); }, event);
  if (!step) return fail(std::move(step.error()));
  tell_callbacks(*step);
  tell_opener(current, *step);
  return Decision{std::move(step->next), std::move(step->effects), std::move(step->happened)};
}

dsp::NegotiationState protocol_state_of(const ContractNegotiation& negotiation) {
  return negotiation.protocol_state;
}

}  // namespace kontor::domain::contract_negotiation
