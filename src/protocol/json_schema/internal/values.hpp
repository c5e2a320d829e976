#pragma once

#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

namespace kontor::protocol::json_schema::internal {

/// A keyword of a schema, applied to the value at `pointer`.
struct ValueRule {
  std::string_view name;
  const json::Value& value;
  const json::Object& schema;  ///< in which it stands
  const std::string& pointer;
};

/// What needs no other schema: the type, constants, bounds of numbers and of texts. Nothing else is checked.
Result<void> check_value(const json::Value& value, const ValueRule& rule);

}  // namespace kontor::protocol::json_schema::internal
