#include "domain/contract_negotiation/internal/step.hpp"

#include <algorithm>

#include "protocol/odrl/difference.hpp"

namespace kontor::domain::contract_negotiation::internal {

using dsp::NegotiationState;

void happened(Step& step, std::string_view what) {
  step.happened.push_back("contract.negotiation." + std::string(what));
}

void enter(Step& step, State state) {
  step.next.state = state;
  step.next.state_at = step.now;
  step.next.waiting.reset();
  step.next.repeated = 0;
}

void reach(Step& step, State state, NegotiationState known) {
  enter(step, state);
  step.next.protocol_state = known;
  switch (known) {
    case NegotiationState::requested:
      return happened(step, "requested");
    case NegotiationState::offered:
      return happened(step, "offered");
    case NegotiationState::accepted:
      return happened(step, "accepted");
    case NegotiationState::agreed:
      return happened(step, "agreed");
    case NegotiationState::verified:
      return happened(step, "verified");
    case NegotiationState::finalized:
      return happened(step, "finalized");
    case NegotiationState::terminated:
      return happened(step, "terminated");
  }
}

MessageId next_message(Step& step) {
  auto& next = step.next;
  ++next.sent;
  next.pending = next.last_message();
  return next.pending;
}

void settle(Step& step) {
  step.next.pending = {};
  switch (step.next.state) {
    case State::requesting:
      return reach(step, State::requested, NegotiationState::requested);
    case State::offering:
      return reach(step, State::offered, NegotiationState::offered);
    case State::accepting:
      return reach(step, State::accepted, NegotiationState::accepted);
    case State::agreeing:
      return reach(step, State::agreed, NegotiationState::agreed);
    case State::verifying:
      return reach(step, State::verified, NegotiationState::verified);
    case State::finalizing:
      return reach(step, State::finalized, NegotiationState::finalized);
    case State::terminating:
      return reach(step, State::terminated, NegotiationState::terminated);
    case State::initial:
    case State::requested:
    case State::offered:
    case State::accepted:
    case State::agreed:
    case State::verified:
    case State::finalized:
    case State::terminated:
      return;
  }
}

void record_offer(Step& step, Role from, odrl::Policy offer) {
  auto& offers = step.next.offers;
  if (offers.size() == offers_kept_max) offers.erase(offers.begin());
  offers.push_back({from, std::move(offer), step.now});
}

std::unexpected<Error> illegal(const Step& step, std::string_view what) {
  return fail(ErrorCode::illegal_transition, "{} is not possible while the negotiation is {}", what,
              state_names.name(step.next.state));
}

bool is_in(const Step& step, std::initializer_list<State> states) {
  return std::ranges::find(states, step.next.state) != states.end();
}

Result<void> check_offer(const odrl::Policy& offer) {
  if (auto done = odrl::check_offerable(offer); !done) return done;
  if (!offer.target || offer.target->empty()) return invalid("/offer/target", "is required");
  return {};
}

Result<void> check_same_dataset(const Step& step, const odrl::Policy& offer) {
  if (auto done = check_offer(offer); !done) return done;
  if (*offer.target == step.next.dataset.str()) return {};
  return invalid("/offer/target", "must stay '{}' for the whole negotiation", step.next.dataset);
}

Result<void> check_agreement(const Step& step, const odrl::Policy& agreement) {
  const auto& next = step.next;
  const bool consumer = next.role == Role::consumer;
  const auto& provider_id = consumer ? next.peer.id : next.participant;
  const auto& consumer_id = consumer ? next.participant : next.peer.id;
  if (agreement.id.empty()) return invalid("/agreement/@id", "is required");
  if (agreement.target != next.dataset.str())
    return invalid("/agreement/target", "must be '{}'", next.dataset);
  if (agreement.assigner != provider_id.str())
    return invalid("/agreement/assigner", "must be '{}'", provider_id);
  if (agreement.assignee != consumer_id.str())
    return invalid("/agreement/assignee", "must be '{}'", consumer_id);
  const auto* offer = next.last_offer();
  if (!offer) return invalid("/agreement", "there is no offer that it could be about");
  if (auto found = odrl::difference(*offer, agreement)) {
    return invalid("/agreement" + found->pointer, "the agreement is not what was offered: {}", found->text);
  }
  return {};
}

void send_request(Step& step, const odrl::Policy& offer) {
  auto& next = step.next;
  std::optional<std::string> callback;
  if (next.peer_pid.empty()) callback = next.callback_address;
  enter(step, State::requesting);
  step.effects.push_back(SendRequest{next.peer, next_message(step), next.pids(), std::move(callback), offer});
}

void send_offer(Step& step, const odrl::Policy& offer) {
  auto& next = step.next;
  std::optional<std::string> callback;
  if (next.peer_pid.empty()) callback = next.callback_address;
  enter(step, State::offering);
  step.effects.push_back(SendOffer{next.peer, next_message(step), next.pids(), std::move(callback), offer});
}

void send_termination(Step& step, dsp::Reason reason) {
  const auto receiver = step.next.role == Role::consumer ? Role::provider : Role::consumer;
  step.effects.push_back(
      SendTermination{step.next.peer, next_message(step), step.next.pids(), receiver, std::move(reason)});
}

/// Before the peer's pid is known there is nowhere to send it to: the acknowledgement of our first message
/// brings it.
void terminate(Step& step, const dsp::Reason& reason) {
  step.next.error_detail = reason.text();
  const bool first_is_on_its_way = step.next.peer_pid.empty() && !step.next.pending.empty();
  if (step.next.peer_pid.empty() && !first_is_on_its_way) {
    return reach(step, State::terminated, NegotiationState::terminated);
  }
  enter(step, State::terminating);
  happened(step, "terminating");
  if (!first_is_on_its_way) send_termination(step, reason);
}

void remember(Step& step, const MessageId& id) {
  if (id.empty()) return;
  auto& seen = step.next.seen;
  if (seen.size() == seen_messages_max) seen.erase(seen.begin());
  seen.push_back(id);
}

}  // namespace kontor::domain::contract_negotiation::internal
