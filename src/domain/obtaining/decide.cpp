#include "domain/obtaining/decide.hpp"

namespace kontor::domain::obtaining {
namespace {

void enter(Decision& decision, State state, std::string_view what, Instant now) {
  decision.next.state = state;
  decision.next.state_at = now;
  decision.happened.push_back("dataset.obtaining." + std::string(what));
}

void end(Decision& decision, Failure failure, Instant now) {
  decision.next.failure = std::move(failure);
  enter(decision, State::failed, "failed", now);
}

void transfer(Decision& decision, Instant now) {
  enter(decision, State::transferring, "agreed", now);
  const auto& next = decision.next;
  decision.effects.push_back(Transfer{next.wanted, next.transfer, next.agreement});
}

Decision begin(const Obtain& command, std::uint64_t flight, Instant now) {
  Decision decision{{.id = command.id,
                     .wanted = command.wanted,
                     .flight = flight,
                     .negotiation = command.negotiation,
                     .transfer = command.transfer,
                     .begun_at = now}};
  enter(decision, State::searching, "begun", now);
  decision.effects.push_back(Search{command.wanted});
  return decision;
}

Result<Decision> on(const Obtaining& current, const Obtain& command, Instant now) {
  if (current.at_rest()) {
    if (command.seen == current.flight) return begin(command, current.flight + 1, now);
    return Decision{current};
  }
  if (command.wanted.accepted == current.wanted.accepted) return Decision{current};
  return fail(ErrorCode::conflict,
              "the dataset '{}' of {} is being obtained under other accepted policies: see '{}', and ask "
              "again when that has come to rest",
              current.wanted.dataset, current.wanted.counter_party, current.id);
}

Result<Decision> on(const Obtaining& current, const AgreementFound& found, Instant now) {
  Decision decision{current};
  if (current.state != State::searching) return decision;
  decision.next.agreement = found.agreement;
  decision.next.negotiation = found.negotiation;
  if (!found.transfer) {
    transfer(decision, now);
    return decision;
  }
  decision.next.transfer = *found.transfer;
  enter(decision, State::obtained, "obtained", now);
  return decision;
}

Result<Decision> on(const Obtaining& current, const OfferChosen& chosen, Instant now) {
  Decision decision{current};
  if (current.state != State::searching) return decision;
  enter(decision, State::negotiating, "offerChosen", now);
  decision.effects.push_back(Negotiate{current.wanted, current.negotiation, chosen.offer});
  return decision;
}

Result<Decision> on(const Obtaining& current, const NegotiationEnded& over, Instant now) {
  Decision decision{current};
  if (current.state != State::negotiating || over.negotiation != current.negotiation) return decision;
  if (over.agreement.empty()) {
    end(decision, over.failure, now);
    return decision;
  }
  decision.next.agreement = over.agreement;
  transfer(decision, now);
  return decision;
}

Result<Decision> on(const Obtaining& current, const TransferSettled& settled, Instant now) {
  Decision decision{current};
  if (current.state != State::transferring || settled.transfer != current.transfer) return decision;
  if (settled.failure) {
    end(decision, *settled.failure, now);
  } else {
    enter(decision, State::obtained, "obtained", now);
  }
  return decision;
}

Result<Decision> on(const Obtaining& current, const HopFailed& event, Instant now) {
  Decision decision{current};
  if (!current.at_rest()) end(decision, event.failure, now);
  return decision;
}

Hop hop_of(const Effect& effect) {
  if (std::holds_alternative<Negotiate>(effect)) return Hop::negotiation;
  return std::holds_alternative<Transfer>(effect) ? Hop::transfer : Hop::catalog;
}

}  // namespace

Result<Decision> decide(const Obtaining* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& what) { return on(*current, what, now); }, event);
  if (const auto* command = std::get_if<Obtain>(&event)) return begin(*command, 1, now);
  return fail(ErrorCode::not_found, "nobody obtains this");
}

bool Machine::wanted(const Entity& obtaining, const Effect& effect) {
  if (const auto* order = std::get_if<Negotiate>(&effect))
    return obtaining.state == State::negotiating && obtaining.negotiation == order->negotiation;
  if (const auto* order = std::get_if<Transfer>(&effect))
    return obtaining.state == State::transferring && obtaining.transfer == order->transfer;
  return obtaining.state == State::searching;
}

std::string Machine::effect_group(const Effect& effect) {
  return std::visit([](const auto& one) { return one.wanted.counter_party.str(); }, effect);
}

Event Machine::due_event(const Entity&) {
  invariant(false, "no time is due to an obtaining");
  return HopFailed{};
}

std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  return HopFailed{{hop_of(effect), error.code, error.message(), {}}};
}

}  // namespace kontor::domain::obtaining
