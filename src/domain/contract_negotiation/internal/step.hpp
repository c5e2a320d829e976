#pragma once

#include <initializer_list>
#include <string_view>

#include "domain/contract_negotiation/decide.hpp"

/// The parts of `decide`: a step, what can be done to it, and a rule for each event.
namespace kontor::domain::contract_negotiation::internal {

/// A step that is being decided: the entity as it becomes, and what follows. Thrown away when it is refused.
struct Step {
  ContractNegotiation next;
  Instant now;
  std::vector<Effect> effects = {};
  std::vector<std::string> happened = {};
};

void happened(Step& step, std::string_view what);
void enter(Step& step, State state);
/// Enters a state that both parties know of now.
void reach(Step& step, State state, dsp::NegotiationState known);
/// The peer has our last message.
void settle(Step& step);
MessageId next_message(Step& step);
/// Before the peer's pid is known a termination has nowhere to go: the acknowledgement of our first message
/// brings it.
void terminate(Step& step, const dsp::Reason& reason);
void send_request(Step& step, const odrl::Policy& offer);
void send_offer(Step& step, const odrl::Policy& offer);
void send_termination(Step& step, dsp::Reason reason);
void record_offer(Step& step, Role from, odrl::Policy offer);
void remember(Step& step, const MessageId& id);

bool is_in(const Step& step, std::initializer_list<State> states);
std::unexpected<Error> illegal(const Step& step, std::string_view what);
Result<void> check_offer(const odrl::Policy& offer);
Result<void> check_same_dataset(const Step& step, const odrl::Policy& offer);
/// The agreement must say what the last offer said, about the same dataset, between the two parties.
Result<void> check_agreement(const Step& step, const odrl::Policy& agreement);

Result<void> on(Step& step, const Request& command);
Result<void> on(Step& step, const OpenOffer& command);
Result<void> on(Step& step, const CounterRequest& command);
Result<void> on(Step& step, const Accept& command);
Result<void> on(Step& step, const Verify& command);
Result<void> on(Step& step, const MakeOffer& command);
Result<void> on(Step& step, const Agree& command);
Result<void> on(Step& step, const Finalize& command);
Result<void> on(Step& step, const Terminate& command);
Result<void> on(Step& step, const Wait& command);
Result<void> on(Step& step, const DecisionDue& event);
Result<void> on(Step& step, const AnswerDue& event);
/// Applies the command that follows a message.
Result<void> follow(Step& step, const Then& then);

Result<void> on(Step& step, const RequestReceived& message);
Result<void> on(Step& step, const OfferReceived& message);
Result<void> on(Step& step, const AcceptanceReceived& message);
Result<void> on(Step& step, const AgreementReceived& message);
Result<void> on(Step& step, const VerificationReceived& message);
Result<void> on(Step& step, const FinalizationReceived& message);
Result<void> on(Step& step, const TerminationReceived& message);

Result<void> on(Step& step, const Acknowledged& outcome);
Result<void> on(Step& step, const SendFailed& outcome);

}  // namespace kontor::domain::contract_negotiation::internal
