#pragma once

#include "base/json/codec.hpp"
#include "domain/obtaining/types.hpp"

/// The stored forms.
namespace kontor::domain::obtaining {

Result<void> read(const json::Node& node, Wanted& out);
json::Value write(const Wanted& wanted);
Result<void> read(const json::Node& node, Failure& out);
json::Value write(const Failure& failure);
Result<void> read(const json::Node& node, Obtaining& out);
json::Value write(const Obtaining& obtaining);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::obtaining
