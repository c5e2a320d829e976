#pragma once

#include "base/json/codec.hpp"
#include "domain/identity_context/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::identity_context {

Result<void> read(const json::Node& node, IdentityContext& out);
json::Value write(const IdentityContext& context);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::identity_context
