#pragma once

#include "base/json/codec.hpp"
#include "domain/issuance/status_list/types.hpp"

/// The stored form, version 1. Bits are compressed as on the wire.
namespace kontor::domain::issuance::status_list {

Result<void> read(const json::Node& node, List& out);
json::Value write(const List& list);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::issuance::status_list
