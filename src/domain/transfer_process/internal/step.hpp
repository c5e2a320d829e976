#pragma once

#include <initializer_list>
#include <string_view>

#include "domain/transfer_process/decide.hpp"

/// The parts of `decide`: a step, what can be done to it, and a rule for each event.
namespace kontor::domain::transfer_process::internal {

/// A step that is being decided: the entity as it becomes, and what follows. Thrown away when it is refused.
struct Step {
  TransferProcess next;
  Instant now;
  std::vector<Effect> effects = {};
  std::vector<std::string> happened = {};
};

void happened(Step& step, std::string_view what);
void enter(Step& step, State state);
/// Both parties know of this state of the protocol now.
void know(Step& step, dsp::TransferState state);
/// Enters a state that an event is told of: REQUESTED, STARTED, SUSPENDED, COMPLETED, TERMINATED.
void reach(Step& step, State state);
/// The peer has our last message.
void settle(Step& step);
MessageId next_message(Step& step);
Role receiver_of(const Step& step);
Flow flow_of(const Step& step);
void remember(Step& step, const MessageId& id);

void send_request(Step& step);
void send_start(Step& step, std::optional<dsp::DataAddress> address);
void send_completion(Step& step);
void send_termination(Step& step, dsp::Reason reason);
/// Resumes the flow with this address, or enters STARTED where there is no flow to resume.
void resume_flow(Step& step, std::optional<dsp::DataAddress> address);
/// Ends the process on our initiative: tells the data plane, and the peer once its pid is known.
void terminate(Step& step, const dsp::Reason& reason, EndedBy by);
/// Whether the terms of the agreement still decide about it: it lives, and nobody has ended it.
bool is_under_its_policy(const TransferProcess& process);

bool is_in(const Step& step, std::initializer_list<State> states);
/// Data may flow: STARTED, RESUMED, and at the consumer also while its data plane is told of the start.
bool runs(const Step& step);
std::unexpected<Error> illegal(const Step& step, std::string_view what);

Result<void> on(Step& step, const Initiate& command);
Result<void> on(Step& step, const Start& command);
Result<void> on(Step& step, const Suspend& command);
Result<void> on(Step& step, const Resume& command);
Result<void> on(Step& step, const Complete& command);
Result<void> on(Step& step, const Terminate& command);
Result<void> on(Step& step, const Wait& command);
Result<void> on(Step& step, const DecisionDue& event);
/// Applies the command that follows a message.
Result<void> follow(Step& step, const Then& then);

Result<void> on(Step& step, const RequestReceived& message);
Result<void> on(Step& step, const StartReceived& message);
Result<void> on(Step& step, const CompletionReceived& message);
Result<void> on(Step& step, const SuspensionReceived& message);
Result<void> on(Step& step, const TerminationReceived& message);

Result<void> on(Step& step, const Acknowledged& outcome);
Result<void> on(Step& step, const SendFailed& outcome);

Result<void> on(Step& step, const FlowPending& report);
Result<void> on(Step& step, const FlowPrepared& report);
Result<void> on(Step& step, const FlowStarted& report);
Result<void> on(Step& step, const FlowSuspended& report);
Result<void> on(Step& step, const FlowResumed& report);
Result<void> on(Step& step, const FlowTerminated& report);
Result<void> on(Step& step, const FlowCompleted& report);
Result<void> on(Step& step, const FlowErrored& report);
Result<void> on(Step& step, const FlowFailed& report);
Result<void> on(Step& step, const FlowUntold& report);
Result<void> on(Step& step, const AddressOverdue& event);

Result<void> on(Step& step, const PolicyDue& event);
Result<void> on(Step& step, const PolicyJudged& judgement);
Result<void> on(Step& step, const PolicyUnknown& judgement);
/// The counter-party's address takes the place of the one before.
void take_address(Step& step, dsp::DataAddress address);
Result<void> on(Step& step, const RenewAccess& command);
Result<void> on(Step& step, const AccessRenewed& outcome);
Result<void> on(Step& step, const AccessNotRenewed& outcome);

}  // namespace kontor::domain::transfer_process::internal
