#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/json/fwd.hpp"
#include "base/result/result.hpp"

namespace kontor::json {

struct ParseLimits {
  std::size_t bytes_max = 1024 * 1024;
  std::size_t depth_max = 32;
};

/// Reads one JSON document (RFC 8259). Refused: more than the limits, duplicate keys, invalid UTF-8, anything
/// after the document, numbers outside 64 bits that would lose their value. Errors: malformed, too_large.
Result<Value> parse(std::string_view text, ParseLimits limits = {});

std::string serialize(const Value& value);

/// Equal meaning: objects without order of keys, numbers by value.
bool equal(const Value& a, const Value& b);

/// The value at `key`, or null where there is none. `value` need not be an object.
const Value* find(const Value& value, std::string_view key);

/// A key as one segment of a JSON pointer (RFC 6901): `/` becomes `~1`, `~` becomes `~0`.
std::string pointer_segment(std::string_view key);

}  // namespace kontor::json
