#pragma once

#include <optional>
#include <string>

#include "protocol/dsp/types.hpp"

/// Messages of the transfer process protocol; read and written as those of negotiation.hpp.
/// [DSP 2025-1, transfer process protocol; schemas transfer/*]
namespace kontor::protocol::dsp {

struct TransferRequestMessage {
  MessageId id;
  Pid consumer_pid;
  AgreementId agreement_id;
  std::string format;                       ///< the transfer type, for example HttpData-PULL
  std::optional<DataAddress> data_address;  ///< only when the format pushes
  std::string callback_address;
};

struct TransferStartMessage {
  MessageId id;
  Pids pids;
  std::optional<DataAddress> data_address;
};

struct TransferCompletionMessage {
  MessageId id;
  Pids pids;
};

struct TransferSuspensionMessage {
  MessageId id;
  Pids pids;
  Reason reason;
};

struct TransferTerminationMessage {
  MessageId id;
  Pids pids;
  Reason reason;
};

struct TransferProcess {
  Pids pids;
  TransferState state = TransferState::requested;
};

struct TransferError {
  Pids pids;
  Reason reason;
};

Result<void> read(const json::Node& node, TransferRequestMessage& out);
Result<void> read(const json::Node& node, TransferStartMessage& out);
Result<void> read(const json::Node& node, TransferCompletionMessage& out);
Result<void> read(const json::Node& node, TransferSuspensionMessage& out);
Result<void> read(const json::Node& node, TransferTerminationMessage& out);
Result<void> read(const json::Node& node, TransferProcess& out);
Result<void> read(const json::Node& node, TransferError& out);

json::Value write(const TransferRequestMessage& message);
json::Value write(const TransferStartMessage& message);
json::Value write(const TransferCompletionMessage& message);
json::Value write(const TransferSuspensionMessage& message);
json::Value write(const TransferTerminationMessage& message);
json::Value write(const TransferProcess& message);
json::Value write(const TransferError& message);

}  // namespace kontor::protocol::dsp
