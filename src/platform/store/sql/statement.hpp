#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace kontor::platform::store::sql {

/// A bound parameter or a column: nothing of what a caller says ever becomes part of a statement's text.
using Value = std::variant<std::nullptr_t, std::string, std::int64_t, double, bool>;

struct Statement {
  std::string text;
  std::vector<Value> values;  ///< of the parameters, numbered from 1
};

}  // namespace kontor::platform::store::sql
