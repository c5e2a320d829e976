#pragma once

#include "base/json/codec.hpp"
#include "domain/orchestration/types.hpp"

/// The stored form, version 1. `state` is the API's number, for queries; `status` is the state's name, and is
/// what is read.
namespace kontor::domain::orchestration {

Result<void> read(const json::Node& node, Orchestration& out);
json::Value write(const Orchestration& orchestration);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::orchestration
