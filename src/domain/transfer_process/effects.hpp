#pragma once

#include "domain/transfer_process/types.hpp"

/// What a transfer process has to have sent, signalled and looked at: plain values.
namespace kontor::domain::transfer_process {

// ---- Effects towards the peer
// ------------------------------------------------------------------------------------------

struct SendRequest {
  Peer peer;
  MessageId message;
  Pid consumer_pid;
  dsp::AgreementId agreement;
  std::string format;
  std::optional<dsp::DataAddress> data_address;
  std::string callback_address;
};
struct SendStart {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
  Role receiver = Role::consumer;
  std::optional<dsp::DataAddress> data_address;
};
struct SendCompletion {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
  Role receiver = Role::consumer;
};
struct SendSuspension {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
  Role receiver = Role::consumer;
  dsp::Reason reason;
};
struct SendTermination {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
  Role receiver = Role::consumer;
  dsp::Reason reason;
};

// ---- Effects towards the data plane
// ------------------------------------------------------------------------------------

/// Names the flow and says all that a signal may have to carry.
struct Flow {
  Pid process;
  std::string data_plane;  ///< empty: choose one
  Did participant;
  Did counter_party;
  std::string profile;
  Subject subject;
  DataplaneMetadata metadata;
  Role role = Role::provider;  ///< of our side
};
struct PrepareFlow {  ///< → FlowPrepared or FlowPending
  Flow flow;
};
struct StartFlow {  ///< → FlowStarted or FlowPending
  Flow flow;
  std::optional<dsp::DataAddress> data_address;  ///< of a push
};
struct NotifyFlowStarted {  ///< the peer has started; → FlowStarted
  Flow flow;
  std::optional<dsp::DataAddress> data_address;  ///< of a pull
};
struct SuspendFlow {  ///< → FlowSuspended
  Flow flow;
  std::string reason;
};
struct ResumeFlow {  ///< → FlowResumed
  Flow flow;
  std::optional<dsp::DataAddress> data_address;
};
struct TerminateFlow {  ///< → FlowTerminated
  Flow flow;
  std::string reason;
};
struct CompleteFlow {  ///< → FlowCompleted
  Flow flow;
};

// ---- Effects towards the peer's token endpoint   [DPS Profiles, Token Renewal]
// ------------------------------------------------------------------------------------

/// → AccessRenewed or AccessNotRenewed
struct RenewToken {
  Flow flow;
  std::optional<dsp::DataAddress> data_address;
};

// ---- Effects towards ourselves
// ------------------------------------------------------------------------------------

/// `callback::Tell`: what happened goes to the delivery of a callback.

/// Look at the terms of the agreement: → PolicyJudged or PolicyUnknown.
struct JudgePolicy {
  Did counter_party;
};

/// It has started for the first time, or ended: `opened_for` goes on.
struct TellOpener {
  EntityId opener;
};

using Effect = std::variant<SendRequest, SendStart, SendCompletion, SendSuspension, SendTermination,
                            PrepareFlow, StartFlow, NotifyFlowStarted, SuspendFlow, ResumeFlow, TerminateFlow,
                            CompleteFlow, RenewToken, JudgePolicy, callback::Tell, TellOpener>;

}  // namespace kontor::domain::transfer_process
