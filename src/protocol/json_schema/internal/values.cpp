#include "protocol/json_schema/internal/values.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/text/beginning.hpp"
#include "base/text/characters.hpp"

namespace kontor::protocol::json_schema::internal {
namespace {

using json::Value;

/// What a quotient may be off a whole number by, relative to it: tenths have no exact form.
constexpr double rounding = 1e-9;

bool is_of_type(const Value& value, std::string_view name) {
  if (name == "object") return value.is_object();
  if (name == "array") return value.is_array();
  if (name == "string") return value.is_string();
  if (name == "boolean") return value.is_bool();
  if (name == "null") return value.is_null();
  if (name == "number") return value.is_number();
  if (value.is_double()) return value.get_double() == std::trunc(value.get_double());
  return value.is_number();
}

Result<void> check_type(const Value& value, const ValueRule& rule) {
  const auto fits = [&](const Value& name) { return is_of_type(value, std::string_view(name.get_string())); };
  const auto* list = rule.value.if_array();
  if (list ? std::ranges::any_of(*list, fits) : fits(rule.value)) return {};
  return invalid(rule.pointer, "must be of type {}", json::serialize(rule.value));
}

Result<void> check_number(const Value& value, const ValueRule& rule) {
  const auto number = value.to_number<double>();
  const auto bound = rule.value.to_number<double>();
  const auto excluded = [&](const char* name) {  // as draft 4 says it
    const auto* said = rule.schema.if_contains(name);
    return said && said->is_bool() && said->get_bool() && number == bound;
  };
  const bool beyond = (rule.name == "minimum" && (number < bound || excluded("exclusiveMinimum"))) ||
                      (rule.name == "maximum" && (number > bound || excluded("exclusiveMaximum"))) ||
                      (rule.name == "exclusiveMinimum" && number <= bound) ||
                      (rule.name == "exclusiveMaximum" && number >= bound);
  if (beyond) return invalid(rule.pointer, "is beyond the {} of {}", rule.name, json::serialize(rule.value));
  if (rule.name != "multipleOf") return {};
  const auto times = number / bound;
  const auto away = std::abs(times - std::round(times));
  if (std::isfinite(times) && away <= rounding * std::max(1.0, std::abs(times))) return {};
  return invalid(rule.pointer, "is no multiple of {}", json::serialize(rule.value));
}

Result<void> check_length(std::string_view text, const ValueRule& rule) {
  const auto length = text::characters(text);
  const auto bound = rule.value.to_number<std::uint64_t>();
  if (rule.name == "minLength" ? length >= bound : length <= bound) return {};
  return invalid(rule.pointer, "has {} characters, beyond the bound of {}", length, bound);
}

}  // namespace

Result<void> check_value(const Value& value, const ValueRule& rule) {
  if (rule.name == "type") return check_type(value, rule);
  if (rule.name == "const" && !json::equal(value, rule.value))
    return invalid(rule.pointer, "must be {}", text::beginning(json::serialize(rule.value), 200));
  if (rule.name == "enum") {
    const auto same = [&](const Value& each) { return json::equal(value, each); };
    if (std::ranges::none_of(rule.value.get_array(), same))
      return invalid(rule.pointer, "must be one of {}", text::beginning(json::serialize(rule.value), 200));
    return {};
  }
  const bool about_length = rule.name == "minLength" || rule.name == "maxLength";
  if (about_length && value.is_string()) return check_length(value.get_string(), rule);
  const bool about_number = rule.name == "minimum" || rule.name == "maximum" || rule.name == "multipleOf" ||
                            rule.name == "exclusiveMinimum" || rule.name == "exclusiveMaximum";
  // In draft 4 the exclusive ones are true or false and belong to another keyword.
  if (about_number && value.is_number() && rule.value.is_number()) return check_number(value, rule);
  return {};
}

}  // namespace kontor::protocol::json_schema::internal
