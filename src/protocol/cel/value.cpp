#include "protocol/cel/value.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <optional>
#include <utility>

#include "base/text/text.hpp"

namespace kontor::protocol::cel {
namespace {

/// Booleans before numbers before strings; nothing else is a key.
std::optional<int> rank(const Value& key) {
  if (key.if_bool()) return 0;
  if (key.if_int() || key.if_uint()) return 1;
  if (key.if_string()) return 2;
  return std::nullopt;
}

std::strong_ordering compare_integers(const Value& a, const Value& b) {
  const auto* signed_a = a.if_int();
  const auto* signed_b = b.if_int();
  if (signed_a && signed_b) return *signed_a <=> *signed_b;
  if (signed_a)
    return std::cmp_less(*signed_a, *b.if_uint())    ? std::strong_ordering::less
           : std::cmp_equal(*signed_a, *b.if_uint()) ? std::strong_ordering::equal
                                                     : std::strong_ordering::greater;
  if (signed_b) return 0 <=> compare_integers(b, a);
  return *a.if_uint() <=> *b.if_uint();
}

std::strong_ordering compare_keys(const Value& a, const Value& b) {
  const auto rank_a = rank(a);
  if (const auto order = *rank_a <=> *rank(b); order != 0) return order;
  if (*rank_a == 0) return *a.if_bool() <=> *b.if_bool();
  if (*rank_a == 1) return compare_integers(a, b);
  return *a.if_string() <=> *b.if_string();
}

/// The whole number that a double is, as a key; nothing for one with a fraction or outside of 64 bits.
std::optional<Value> whole(double number) {
  if (number != std::trunc(number)) return std::nullopt;
  if (number >= -0x1p63 && number < 0x1p63) return Value(static_cast<std::int64_t>(number));
  if (number >= 0 && number < 0x1p64) return Value(static_cast<std::uint64_t>(number));
  return std::nullopt;
}

}  // namespace

Value::Value(std::string value) : data_(std::make_shared<const std::string>(std::move(value))) {}
Value::Value(std::string_view value) : Value(std::string(value)) {}
Value::Value(Bytes value) : data_(std::make_shared<const Bytes>(std::move(value))) {}
Value::Value(List value) : data_(std::make_shared<const List>(std::move(value))) {}
Value::Value(Map value) : data_(std::make_shared<const Map>(std::move(value))) {}

std::string describe(const Value& value) {
  if (const auto* text = value.if_string()) return "'" + text::for_log(*text, 64) + "'";
  if (const auto* number = value.if_int()) return std::to_string(*number);
  if (const auto* number = value.if_uint()) return std::to_string(*number) + "u";
  if (const auto* flag = value.if_bool()) return *flag ? "true" : "false";
  return fmt::format("of type {}", name_of(value.kind()));
}

Result<Map> Map::of(std::vector<Entry> entries) {
  for (const auto& entry : entries) {
    if (!rank(entry.key)) {
      return invalid("", "a map's key is bool, int, uint or string, never {}", name_of(entry.key.kind()));
    }
  }
  const auto before = [](const Entry& a, const Entry& b) { return compare_keys(a.key, b.key) < 0; };
  std::ranges::sort(entries, before);
  const auto twice = std::ranges::adjacent_find(
      entries, [](const Entry& a, const Entry& b) { return compare_keys(a.key, b.key) == 0; });
  if (twice != entries.end()) return invalid("", "the key {} stands twice in a map", describe(twice->key));
  Map map;
  map.entries_ = std::move(entries);
  return map;
}

const Value* Map::find(const Value& key) const {
  if (const auto* number = key.if_double()) {
    const auto same = whole(*number);
    return same ? find(*same) : nullptr;
  }
  if (!rank(key)) return nullptr;
  const auto at = std::ranges::lower_bound(
      entries_, key, [](const Value& a, const Value& b) { return compare_keys(a, b) < 0; }, &Entry::key);
  return at != entries_.end() && compare_keys(at->key, key) == 0 ? &at->value : nullptr;
}

const Value* Map::find(std::string_view key) const {
  const auto at = std::ranges::partition_point(entries_, [key](const Entry& entry) {
    const auto* text = entry.key.if_string();
    return !text || *text < key;
  });
  if (at == entries_.end() || *at->key.if_string() != key) return nullptr;
  return &at->value;
}

}  // namespace kontor::protocol::cel
