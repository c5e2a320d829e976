#include "runtime/policy/operand_values.hpp"

#include <algorithm>
#include <charconv>

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"

namespace kontor::runtime::policy {

namespace {

std::optional<double> number_of(const json::Value& value) {
  if (const auto* number = value.if_int64()) return static_cast<double>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<double>(*number);
  if (const auto* number = value.if_double()) return *number;
  const auto* text = value.if_string();
  if (!text || text->empty()) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool whole = error == std::errc{} && end == text->data() + text->size();
  return whole ? std::optional(number) : std::nullopt;
}

std::optional<Instant> instant_of(const json::Value& value) {
  Instant instant;
  if (!json::read(json::Node(value), instant)) return std::nullopt;
  return instant;
}

bool same(const json::Value& a, const json::Value& b) {
  if (a.is_string() && b.is_string()) return a == b;
  if (a.is_bool() && b.is_string()) return b.get_string() == (a.get_bool() ? "true" : "false");
  if (b.is_bool() && a.is_string()) return same(b, a);
  const auto left = number_of(a);
  const auto right = number_of(b);
  return left && right ? *left == *right : a == b;
}

bool has(const std::vector<json::Value>& values, const json::Value& wanted) {
  return std::ranges::any_of(values, [&](const auto& each) { return same(each, wanted); });
}

bool has_any(const std::vector<json::Value>& values, const std::vector<json::Value>& wanted) {
  return std::ranges::any_of(wanted, [&](const auto& each) { return has(values, each); });
}

Result<bool> in_order(odrl::Operator op, const json::Value& actual, const json::Value& bound) {
  const auto left = number_of(actual);
  const auto right = number_of(bound);
  if (left && right) return *ordered(op, *left, *right);
  const auto earlier = instant_of(actual);
  const auto later = instant_of(bound);
  if (earlier && later) return *ordered(op, *earlier, *later);
  return fail(ErrorCode::invalid_input, "{} and {} are neither numbers nor points in time",
              text::beginning(json::serialize(actual), 100), text::beginning(json::serialize(bound), 100));
}

Result<bool> all_in_order(odrl::Operator op, const std::vector<json::Value>& found,
                          const json::Value& bound) {
  for (const auto& each : found) {
    auto is_so = in_order(op, each, bound);
    if (!is_so || !*is_so) return is_so;
  }
  return !found.empty();
}

}  // namespace

json::Value plain(const json::Value& operand) {
  if (const auto* list = operand.if_array()) {
    json::Array elements;
    for (const auto& each : *list) elements.push_back(plain(each));
    return elements;
  }
  for (std::string_view member : {"@value", "@id"}) {
    if (const auto* inner = json::find(operand, member)) return *inner;
  }
  return operand;
}

std::vector<json::Value> listed(const json::Value& operand) {
  auto value = plain(operand);
  if (const auto* list = value.if_array()) return {list->begin(), list->end()};
  return {std::move(value)};
}

Result<bool> holds(odrl::Operator op, const std::vector<json::Value>& found, const json::Value& right,
                   Absence absence) {
  std::vector<json::Value> actual;
  for (const auto& each : found) {
    for (auto& element : listed(each)) actual.push_back(std::move(element));
  }
  const auto wanted = listed(right);
  if (wanted.empty()) return fail(ErrorCode::invalid_input, "is compared with an empty list");
  switch (op) {
    case odrl::Operator::eq:
    case odrl::Operator::is_any_of:
    case odrl::Operator::is_part_of:
      return has_any(actual, wanted);
    case odrl::Operator::neq:
    case odrl::Operator::is_none_of:
      return !has_any(actual, wanted) && (!actual.empty() || absence == Absence::is_known);
    case odrl::Operator::is_all_of:
    case odrl::Operator::has_part:
      return std::ranges::all_of(wanted, [&](const auto& each) { return has(actual, each); });
    case odrl::Operator::gt:
    case odrl::Operator::gteq:
    case odrl::Operator::lt:
    case odrl::Operator::lteq:
    case odrl::Operator::term_lteq:
      if (wanted.size() == 1) return all_in_order(op, actual, wanted.front());
      return fail(ErrorCode::invalid_input, "has no order with a list");
    case odrl::Operator::is_a:
      break;
  }
  return fail(ErrorCode::invalid_input, "is not compared by {}", odrl::operator_names.name(op));
}

}  // namespace kontor::runtime::policy
