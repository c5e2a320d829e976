#pragma once

#include "base/json/text_writer.hpp"
#include "domain/contract_negotiation/types.hpp"

/// The stored forms. Member names are those that queries use (Machine::kind).
namespace kontor::domain::contract_negotiation {

Result<void> read(const json::Node& node, ContractNegotiation& out);
void append(std::string& out, const ContractNegotiation& negotiation);

/// `{"effect": "send-request", …}`.
Result<void> read(const json::Node& node, Effect& out);
void append(std::string& out, const Effect& effect);

}  // namespace kontor::domain::contract_negotiation
