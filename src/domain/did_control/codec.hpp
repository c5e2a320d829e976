#pragma once

#include "base/json/codec.hpp"
#include "domain/did_control/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::did_control {

Result<void> read(const json::Node& node, Challenge& out);
json::Value write(const Challenge& challenge);
Result<void> read(const json::Node& node, Proof& out);
json::Value write(const Proof& proof);
Result<void> read(const json::Node& node, Control& out);
json::Value write(const Control& control);

}  // namespace kontor::domain::did_control
