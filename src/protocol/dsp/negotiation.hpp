#pragma once

#include <optional>
#include <string>

#include "protocol/dsp/types.hpp"
#include "protocol/odrl/policy.hpp"

/// Messages of the contract negotiation protocol. Every type is read by `json::decode<T>` (tolerant: extra
/// contexts and members, every policy form of protocol/odrl) and written by `json::encode` (exactly the
/// schema). `id` is the message's `@id`; empty when the sender gave none.   [DSP 2025-1, contract negotiation
/// protocol; schemas negotiation/*]
namespace kontor::protocol::dsp {

/// The consumer asks for an agreement: first (`callback_address`) or as a counter-offer (`provider_pid`).
/// Exactly one is written; both are accepted.
struct ContractRequestMessage {
  MessageId id;
  Pid consumer_pid;
  std::optional<Pid> provider_pid;
  std::optional<std::string> callback_address;
  odrl::Policy offer;
};

/// The provider makes an offer: first (`callback_address`) or as an answer (`consumer_pid`).
struct ContractOfferMessage {
  MessageId id;
  Pid provider_pid;
  std::optional<Pid> consumer_pid;
  std::optional<std::string> callback_address;
  odrl::Policy offer;
};

struct ContractAgreementMessage {
  MessageId id;
  Pids pids;
  odrl::Policy agreement;
};

struct ContractAgreementVerificationMessage {
  MessageId id;
  Pids pids;
};

struct ContractNegotiationEventMessage {
  MessageId id;
  Pids pids;
  NegotiationEventType event_type = NegotiationEventType::accepted;
};

struct ContractNegotiationTerminationMessage {
  MessageId id;
  Pids pids;
  Reason reason;
};

/// The answer to a request or an offer and to a GET.
struct ContractNegotiation {
  Pids pids;
  NegotiationState state = NegotiationState::requested;
};

/// Pids are written even for an unknown process (echoed from the request); from peers they may be missing.
struct ContractNegotiationError {
  Pids pids;
  Reason reason;
};

Result<void> read(const json::Node& node, ContractRequestMessage& out);
Result<void> read(const json::Node& node, ContractOfferMessage& out);
Result<void> read(const json::Node& node, ContractAgreementMessage& out);
Result<void> read(const json::Node& node, ContractAgreementVerificationMessage& out);
Result<void> read(const json::Node& node, ContractNegotiationEventMessage& out);
Result<void> read(const json::Node& node, ContractNegotiationTerminationMessage& out);
Result<void> read(const json::Node& node, ContractNegotiation& out);
Result<void> read(const json::Node& node, ContractNegotiationError& out);

json::Value write(const ContractRequestMessage& message);
json::Value write(const ContractOfferMessage& message);
json::Value write(const ContractAgreementMessage& message);
json::Value write(const ContractAgreementVerificationMessage& message);
json::Value write(const ContractNegotiationEventMessage& message);
json::Value write(const ContractNegotiationTerminationMessage& message);
json::Value write(const ContractNegotiation& message);
json::Value write(const ContractNegotiationError& message);

}  // namespace kontor::protocol::dsp
