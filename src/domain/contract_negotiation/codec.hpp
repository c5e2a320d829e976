#pragma once

#include "base/json/codec.hpp"
#include "domain/contract_negotiation/types.hpp"

/// The stored forms. Member names are those that queries use (Machine::kind).
namespace kontor::domain::contract_negotiation {

Result<void> read(const json::Node& node, ContractNegotiation& out);
json::Value write(const ContractNegotiation& negotiation);

/// `{"effect": "send-request", …}`.
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::contract_negotiation
