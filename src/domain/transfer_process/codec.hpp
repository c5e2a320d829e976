#pragma once

#include "base/json/codec.hpp"
#include "domain/transfer_process/effects.hpp"

/// The stored forms. Member names are those that queries use (Machine::kind).
namespace kontor::domain::transfer_process {

Result<void> read(const json::Node& node, TransferProcess& out);
json::Value write(const TransferProcess& process);

/// `{"effect": "send-start", …}`.
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

Result<void> read(const json::Node& node, Subject& out);
json::Value write(const Subject& subject);
Result<void> read(const json::Node& node, DataplaneMetadata& out);
json::Value write(const DataplaneMetadata& metadata);

}  // namespace kontor::domain::transfer_process
