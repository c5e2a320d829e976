#include "runtime/contract_negotiation/answers.hpp"

namespace kontor::runtime::contract_negotiation {

using decisions::Counter;
using decisions::Proceed;
using decisions::Refuse;
using decisions::Wait;
using negotiation::Command;
using negotiation::Role;
using negotiation::Then;
using protocol::dsp::NegotiationState;

namespace {

std::unexpected<Error> not_ours(std::string_view what, const Table& table) {
  return fail(ErrorCode::illegal_transition, "{} is not the {}'s while the negotiation is {}", what,
              table.role == Role::consumer ? "consumer" : "provider",
              protocol::dsp::negotiation_state_names.name(table.reached));
}

Result<Then> carry_out(const Proceed&, const Table& table) {
  const bool consumer = table.role == Role::consumer;
  switch (table.reached) {
    case NegotiationState::requested:
    case NegotiationState::accepted:
      if (consumer) break;
      return Then(negotiation::Agree{domain::offer::agreement_for(table.terms, table.parties)});
    case NegotiationState::offered:
      if (!consumer) break;
      return Then(negotiation::Accept{});
    case NegotiationState::agreed:
      if (!consumer) break;
      return Then(negotiation::Verify{});
    case NegotiationState::verified:
      if (consumer) break;
      return Then(negotiation::Finalize{});
    case NegotiationState::finalized:
    case NegotiationState::terminated:
      break;
  }
  return not_ours("the next step", table);
}

Result<Then> carry_out(const Wait& choice, const Table& table) {
  negotiation::Wait wait{.limit = choice.limit, .approves = choice.approves};
  const bool agrees = table.role == Role::provider && (table.reached == NegotiationState::requested ||
                                                       table.reached == NegotiationState::accepted);
  if (choice.approves && agrees) wait.agreement = domain::offer::agreement_for(table.terms, table.parties);
  return Then(std::move(wait));
}

Result<Then> carry_out(Counter& counter, const Table& table) {
  const bool consumer = table.role == Role::consumer;
  if (!consumer && table.reached == NegotiationState::requested)
    return Then(negotiation::MakeOffer{std::move(counter.offer)});
  if (consumer && table.reached == NegotiationState::offered)
    return Then(negotiation::CounterRequest{std::move(counter.offer)});
  return not_ours("an offer", table);
}

Result<Then> carry_out(Refuse& refusal, const Table&) {
  return Then(negotiation::Terminate{std::move(refusal.reason), std::move(refusal.explanation)});
}

}  // namespace

Result<Then> command_for(decisions::NegotiationChoice choice, const Table& table) {
  return std::visit([&](auto& made) { return carry_out(made, table); }, choice);
}

std::optional<NegotiationState> open_question(negotiation::State state) {
  using State = negotiation::State;
  switch (state) {
    case State::requested:
      return NegotiationState::requested;
    case State::offered:
      return NegotiationState::offered;
    case State::accepted:
      return NegotiationState::accepted;
    case State::agreed:
      return NegotiationState::agreed;
    case State::verified:
      return NegotiationState::verified;
    case State::initial:
    case State::requesting:
    case State::offering:
    case State::accepting:
    case State::agreeing:
    case State::verifying:
    case State::finalizing:
    case State::finalized:
    case State::terminating:
    case State::terminated:
      break;
  }
  return std::nullopt;
}

}  // namespace kontor::runtime::contract_negotiation
