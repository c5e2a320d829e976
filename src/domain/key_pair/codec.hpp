#pragma once

#include "base/json/codec.hpp"
#include "domain/key_pair/types.hpp"

/// The stored form, version 1. Durations are milliseconds.
namespace kontor::domain::key_pair {

Result<void> read(const json::Node& node, KeyPair& out);
json::Value write(const KeyPair& key_pair);
Result<void> read(const json::Node& node, Usage& out);
json::Value write(const Usage& usage);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::key_pair
