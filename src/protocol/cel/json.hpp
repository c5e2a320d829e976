#pragma once

#include "base/json/json.hpp"
#include "protocol/cel/value.hpp"

namespace kontor::protocol::cel {

/// A number without fraction or exponent is an int, above 2^63-1 a uint; every other number is a double.
Value from_json(const json::Value& value);

/// Octets become base64, timestamps and durations their text, keys of maps text. Errors: invalid_input for
/// what JSON has not: infinite doubles and NaN, types.
Result<json::Value> to_json(const Value& value);

}  // namespace kontor::protocol::cel
