#pragma once

#include "base/json/codec.hpp"
#include "domain/data_flow/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::data_flow {

Result<void> read(const json::Node& node, SealedAddress& out);
json::Value write(const SealedAddress& address);
Result<void> read(const json::Node& node, DataFlow& out);
json::Value write(const DataFlow& flow);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::data_flow
