#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/dps/data_address.hpp"
#include "protocol/dps/dialect.hpp"
#include "protocol/dps/types.hpp"

/// The messages between control plane and data plane, named as their schemas. Plain JSON, no JSON-LD.
/// [DPS 1.0, §messages]
///
/// The writers send every member that a schema requires and what deployed receivers need besides:
/// `transferType` beside `profile`, `labels` and `metadata` even when empty. The readers demand only what
/// nothing can be done without: control planes and the compatibility kit leave required members out. They
/// read `…Id` and `…ID`, `profile` and `transferType` (a string, or the object of the 2025 SDKs),
/// `dataAddress` and `destinationDataAddress`, and EDC's orders from before the specification, whose dialect
/// they keep: an answer that has it is written so.
namespace kontor::protocol::dps {

/// What prepare and start have in common: which data, for whom, under which agreement.
struct DataFlowBaseMessage {
  MessageId message_id;        ///< empty when an early SDK sent none
  std::string participant_id;  ///< of the sending control plane's own participant; says nothing about tenancy
  std::string counter_party_id;
  std::string dataspace_context;  ///< the dataspace; EDC sends the name of the DSP profile
  ProcessId process_id;           ///< required
  AgreementId agreement_id;
  DatasetId dataset_id;
  std::string profile;  ///< the transfer profile; required
  json::Object claims;  ///< of the counter-party, verified by the control plane
  std::vector<std::string> labels;
  json::Object metadata;
  std::optional<std::string>
      callback_address;            ///< of early SDKs; honoured only when it is a registered control plane's
  Dialect dialect = Dialect::rc3;  ///< which the message came in, as far as it matters to its answer

  bool operator==(const DataFlowBaseMessage&) const = default;
};

/// To the consumer's data plane: `POST /dataflows/prepare`.
struct DataFlowPrepareMessage {
  DataFlowBaseMessage base;

  bool operator==(const DataFlowPrepareMessage&) const = default;
};

/// To the provider's data plane: `POST /dataflows/start`. The address is where to push; a pull has none.
struct DataFlowStartMessage {
  DataFlowBaseMessage base;
  std::optional<DataAddress> data_address;

  bool operator==(const DataFlowStartMessage&) const = default;
};

/// To the consumer's data plane: `POST /dataflows/{id}/started`. The address is where to pull from.
struct DataFlowStartedNotificationMessage {
  MessageId message_id;
  std::optional<DataAddress> data_address;

  bool operator==(const DataFlowStartedNotificationMessage&) const = default;
};

/// `POST /dataflows/{id}/suspend`
struct DataFlowSuspendMessage {
  MessageId message_id;
  std::optional<std::string> reason;

  bool operator==(const DataFlowSuspendMessage&) const = default;
};

/// `POST /dataflows/{id}/resume`. The address is the counter-party's new one.
struct DataFlowResumeMessage {
  MessageId message_id;
  std::optional<DataAddress> data_address;

  bool operator==(const DataFlowResumeMessage&) const = default;
};

/// `POST /dataflows/{id}/terminate`
struct DataFlowTerminateMessage {
  MessageId message_id;
  std::optional<std::string> reason;

  bool operator==(const DataFlowTerminateMessage&) const = default;
};

/// `POST /dataflows/{id}/completed`: the specification has no body, control planes send `{}`; anything is
/// read.
struct DataFlowCompletedMessage {
  MessageId message_id;  ///< where the body has one

  bool operator==(const DataFlowCompletedMessage&) const = default;
};

/// Answer to prepare, start and resume, and the body of every callback: `POST
/// /transfers/{id}/dataflow/{callback}`. Only `state` is required on reading.
struct DataFlowStatusMessage {
  MessageId message_id;
  DataFlowId data_flow_id;
  State state = State::initialized;
  std::optional<DataAddress> data_address;
  std::optional<std::string> error;  ///< in `errored`: what a person should know
  Dialect dialect = Dialect::rc3;    ///< to be written in

  bool operator==(const DataFlowStatusMessage&) const = default;
};

/// Answer to `GET /dataflows/{id}/status`.
struct DataFlowStatusResponseMessage {
  DataFlowId data_flow_id;
  State state = State::initialized;

  bool operator==(const DataFlowStatusResponseMessage&) const = default;
};

Result<void> read(const json::Node& node, DataFlowPrepareMessage& out);
Result<void> read(const json::Node& node, DataFlowStartMessage& out);
Result<void> read(const json::Node& node, DataFlowStartedNotificationMessage& out);
Result<void> read(const json::Node& node, DataFlowSuspendMessage& out);
Result<void> read(const json::Node& node, DataFlowResumeMessage& out);
Result<void> read(const json::Node& node, DataFlowTerminateMessage& out);
Result<void> read(const json::Node& node, DataFlowCompletedMessage& out);
Result<void> read(const json::Node& node, DataFlowStatusMessage& out);
Result<void> read(const json::Node& node, DataFlowStatusResponseMessage& out);

json::Value write(const DataFlowPrepareMessage& message);
json::Value write(const DataFlowStartMessage& message);
json::Value write(const DataFlowStartedNotificationMessage& message);
json::Value write(const DataFlowSuspendMessage& message);
json::Value write(const DataFlowResumeMessage& message);
json::Value write(const DataFlowTerminateMessage& message);
json::Value write(const DataFlowCompletedMessage& message);
json::Value write(const DataFlowStatusMessage& message);
json::Value write(const DataFlowStatusResponseMessage& message);

}  // namespace kontor::protocol::dps
