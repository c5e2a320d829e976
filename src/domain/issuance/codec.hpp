#pragma once

#include "base/json/codec.hpp"
#include "domain/issuance/types.hpp"

/// The stored form of a process, version 1.
namespace kontor::domain::issuance {

Result<void> read(const json::Node& node, PlannedCredential& out);
json::Value write(const PlannedCredential& credential);
Result<void> read(const json::Node& node, IssuanceProcess& out);
json::Value write(const IssuanceProcess& process);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::issuance
