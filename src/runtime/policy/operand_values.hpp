#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/odrl/evaluate.hpp"

/// What operands are compared by. Pure.
namespace kontor::runtime::policy {

namespace odrl = protocol::odrl;

/// `{"@value": x}` and `{"@id": x}` are x, however JSON-LD was compacted; elsewhere, also in lists, the value
/// itself.
json::Value plain(const json::Value& operand);

/// One or many: the elements of a list, or the value alone.
std::vector<json::Value> listed(const json::Value& operand);

/// What it means when the subject has no value.
enum class Absence : std::uint8_t {
  denies,    ///< nothing was proved, so nothing holds: `neq` and `isNoneOf` neither
  is_known,  ///< that there is none is known: `neq` and `isNoneOf` hold
};

/// Compares what was found with the right operand; lists that were found count by their elements. `eq`,
/// `isAnyOf`, `isPartOf`: one of both sides is the same; `neq`, `isNoneOf`: none is; `isAllOf`, `hasPart`:
/// each of the right ones was found; the orders: each that was found, as numbers or points in time. A number
/// or boolean equals its text. Errors: invalid_input for an operator or value that means nothing here.
Result<bool> holds(odrl::Operator op, const std::vector<json::Value>& found, const json::Value& right,
                   Absence absence);

/// The same about one thing that has an order, as `actual` compared with `bound`; nothing for an operator
/// without order.
template <class T>
std::optional<bool> ordered(odrl::Operator op, const T& actual, const T& bound) {
  switch (op) {
    case odrl::Operator::eq:
      return actual == bound;
    case odrl::Operator::neq:
      return actual != bound;
    case odrl::Operator::gt:
      return actual > bound;
    case odrl::Operator::gteq:
      return actual >= bound;
    case odrl::Operator::lt:
      return actual < bound;
    case odrl::Operator::lteq:
    case odrl::Operator::term_lteq:
      return actual <= bound;
    case odrl::Operator::has_part:
    case odrl::Operator::is_a:
    case odrl::Operator::is_all_of:
    case odrl::Operator::is_any_of:
    case odrl::Operator::is_none_of:
    case odrl::Operator::is_part_of:
      break;
  }
  return std::nullopt;
}

}  // namespace kontor::runtime::policy
