#include <algorithm>
#include <compare>
#include <optional>

#include "base/time/time.hpp"
#include "protocol/query/query.hpp"

namespace kontor::protocol::query {
namespace {

std::optional<Instant> instant_in(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T') return std::nullopt;
  auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return *instant;
}

std::partial_ordering order_of_texts(std::string_view left, std::string_view right) {
  auto left_instant = instant_in(left);
  auto right_instant = left_instant ? instant_in(right) : std::nullopt;
  if (left_instant && right_instant) return *left_instant <=> *right_instant;
  return left.compare(right) <=> 0;
}

std::partial_ordering order_of_numbers(const json::Value& left, const Scalar& right) {
  const auto* right_integer = std::get_if<std::int64_t>(&right);
  if (right_integer) {
    if (const auto* integer = left.if_int64()) return *integer <=> *right_integer;
    if (left.is_uint64()) return std::partial_ordering::greater;  // beyond the signed range
    return left.to_number<double>() <=> static_cast<double>(*right_integer);
  }
  return left.to_number<double>() <=> std::get<double>(right);
}

/// Unordered: the two are of different types, so no comparison of them holds.
std::partial_ordering order_of(const json::Value& left, const Scalar& right) {
  if (const auto* text = left.if_string()) {
    const std::string_view view(text->data(), text->size());
    if (const auto* other = std::get_if<std::string>(&right)) return order_of_texts(view, *other);
    if (const auto* milliseconds = std::get_if<std::int64_t>(&right)) {
      if (auto instant = instant_in(view)) return epoch_milliseconds(*instant) <=> *milliseconds;
    }
    return std::partial_ordering::unordered;
  }
  if (left.is_number() &&
      (std::holds_alternative<std::int64_t>(right) || std::holds_alternative<double>(right))) {
    return order_of_numbers(left, right);
  }
  if (const auto* flag = left.if_bool()) {
    if (const auto* other = std::get_if<bool>(&right)) return *flag <=> *other;
  }
  return std::partial_ordering::unordered;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `_` stands for one character, which may be several bytes of UTF-8.
std::size_t character_end(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

bool like(std::string_view text, std::string_view pattern, bool ignore_case) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::optional<std::size_t> retry_pattern;
  std::size_t retry_text = 0;
  const auto same = [&](char a, char b) { return ignore_case ? lower(a) == lower(b) : a == b; };
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      retry_pattern = ++p;
      retry_text = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      t = character_end(text, t);
      ++p;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++t;
      ++p;
    } else if (retry_pattern) {
      retry_text = character_end(text, retry_text);
      t = retry_text;
      p = *retry_pattern;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

using Values = std::vector<const json::Value*>;

/// Elements of a list count as values of the field.
Values flattened(const Values& found) {
  Values values;
  for (const auto* value : found) {
    if (const auto* array = value->if_array()) {
      for (const auto& element : *array) {
        if (!element.is_null()) values.push_back(&element);
      }
    } else if (!value->is_null()) {
      values.push_back(value);
    }
  }
  return values;
}

bool any_equal(const Values& values, const std::vector<Scalar>& wanted) {
  return std::ranges::any_of(values, [&](const auto* value) {
    return std::ranges::any_of(wanted, [&](const auto& scalar) { return order_of(*value, scalar) == 0; });
  });
}

template <class Test>
bool any_text(const Values& values, const Scalar& wanted, Test test) {
  const auto* text = std::get_if<std::string>(&wanted);
  if (!text) return false;
  return std::ranges::any_of(values, [&](const auto* value) {
    const auto* found = value->if_string();
    return found && test(std::string_view(found->data(), found->size()), std::string_view(*text));
  });
}

bool contains(const Values& found, const Values& values, const Scalar& wanted) {
  const bool is_list = std::ranges::any_of(found, [](const auto* value) { return value->is_array(); });
  if (is_list || found.size() > 1) return any_equal(values, {wanted});
  return any_text(values, wanted,
                  [](auto text, auto part) { return text.find(part) != std::string_view::npos; });
}

template <class Test>
bool any_order(const Values& values, const Scalar& wanted, Test test) {
  return std::ranges::any_of(values, [&](const auto* value) { return test(order_of(*value, wanted)); });
}

bool matches(const Criterion& criterion, const Values& found) {
  const auto values = flattened(found);
  const bool present = std::ranges::any_of(found, [](const auto* value) { return !value->is_null(); });
  if (criterion.op == Operator::is_null) return !present;
  if (criterion.op == Operator::is_not_null) return present;
  if (!present || criterion.values.empty()) return false;
  const auto& wanted = criterion.values.front();
  const auto is_like = [](auto text, auto pattern) { return like(text, pattern, false); };
  switch (criterion.op) {
    case Operator::equal:
    case Operator::in:
      return any_equal(values, criterion.values);
    case Operator::not_equal:
    case Operator::not_in:
      return !any_equal(values, criterion.values);
    case Operator::less:
      return any_order(values, wanted, [](auto order) { return order < 0; });
    case Operator::less_or_equal:
      return any_order(values, wanted, [](auto order) { return order <= 0; });
    case Operator::greater:
      return any_order(values, wanted, [](auto order) { return order > 0; });
    case Operator::greater_or_equal:
      return any_order(values, wanted, [](auto order) { return order >= 0; });
    case Operator::like:
      return any_text(values, wanted, is_like);
    case Operator::not_like:
      return !any_text(values, wanted, is_like);
    case Operator::ilike:
      return any_text(values, wanted, [](auto text, auto pattern) { return like(text, pattern, true); });
    case Operator::contains:
      return contains(found, values, wanted);
    case Operator::starts_with:
      return any_text(values, wanted, [](auto text, auto part) { return text.starts_with(part); });
    case Operator::ends_with:
      return any_text(values, wanted, [](auto text, auto part) { return text.ends_with(part); });
    case Operator::is_null:
    case Operator::is_not_null:
      break;
  }
  return false;
}

}  // namespace

bool matches(const Predicate& predicate, const FieldValues& values_of) {
  const auto holds = [&](const Predicate& term) { return matches(term, values_of); };
  switch (predicate.kind) {
    case Predicate::Kind::criterion:
      return matches(predicate.criterion, values_of(predicate.criterion.field));
    case Predicate::Kind::all:
      return std::ranges::all_of(predicate.terms, holds);
    case Predicate::Kind::any:
      return std::ranges::any_of(predicate.terms, holds);
  }
  return false;
}

}  // namespace kontor::protocol::query
