#pragma once

#include "domain/contract_negotiation/types.hpp"
#include "domain/offer/rules.hpp"
#include "runtime/decisions/decisions.hpp"

namespace kontor::runtime::contract_negotiation {

namespace negotiation = domain::contract_negotiation;

/// What a choice is made about.
struct Table {
  negotiation::Role role = negotiation::Role::consumer;
  protocol::dsp::NegotiationState reached = protocol::dsp::NegotiationState::requested;
  protocol::odrl::Policy terms;           ///< last offered; of no account once both agreed
  domain::offer::AgreementTerms parties;  ///< of the agreement that may follow
};

/// The command that carries a choice out. Errors: illegal_transition where the choice is
/// not this party's to make. Pure.
Result<negotiation::Then> command_for(decisions::NegotiationChoice choice, const Table& table);

/// The state in which there is something to choose, as the protocol names it. Nothing while a message of ours
/// is on its way, and at the end.
std::optional<protocol::dsp::NegotiationState> open_question(negotiation::State state);

}  // namespace kontor::runtime::contract_negotiation
