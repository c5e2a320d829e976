#pragma once

#include "base/json/codec.hpp"
#include "domain/tenant/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::tenant {

Result<void> read(const json::Node& node, ParticipantProfile& out);
json::Value write(const ParticipantProfile& profile);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::tenant
