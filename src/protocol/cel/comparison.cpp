#include "protocol/cel/comparison.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace kontor::protocol::cel {
namespace {

bool is_number(const Value& value) {
  return value.kind() == Kind::int64 || value.kind() == Kind::uint64 || value.kind() == Kind::float64;
}

double to_double(const Value& number) {
  if (const auto* value = number.if_int()) return static_cast<double>(*value);
  if (const auto* value = number.if_uint()) return static_cast<double>(*value);
  return *number.if_double();
}

/// Exact between whole numbers; a double makes both sides doubles.
std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  if (a.if_double() || b.if_double()) return to_double(a) <=> to_double(b);
  if (a.kind() == b.kind()) {
    return a.if_int() ? *a.if_int() <=> *b.if_int() : *a.if_uint() <=> *b.if_uint();
  }
  if (b.if_int()) return 0 <=> compare_numbers(b, a);
  if (*a.if_int() < 0) return std::partial_ordering::less;
  return static_cast<std::uint64_t>(*a.if_int()) <=> *b.if_uint();
}

Result<bool> equal_lists(const List& a, const List& b, Meter& meter) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto same = equal(a[i], b[i], meter);
    if (!same || !*same) return same;
  }
  return true;
}

Result<bool> equal_maps(const Map& a, const Map& b, Meter& meter) {
  if (a.size() != b.size()) return false;
  for (const auto& entry : a.entries()) {
    const auto other = find(b, entry.key, meter);
    if (!other) return fail(other.error());
    if (!*other) return false;
    auto same = equal(entry.value, **other, meter);
    if (!same || !*same) return same;
  }
  return true;
}

}  // namespace

std::size_t length_bytes(const Value& value) {
  if (const auto* text = value.if_string()) return text->size();
  if (const auto* octets = value.if_bytes()) return octets->size();
  return 0;
}

Result<bool> equal(const Value& a, const Value& b, Meter& meter) {
  if (auto paid = meter.spend(1 + std::min(length_bytes(a), length_bytes(b)) / 64); !paid) {
    return fail(std::move(paid.error()));
  }
  if (is_number(a) && is_number(b)) return compare_numbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  if (const auto* list = a.if_list()) return equal_lists(*list, *b.if_list(), meter);
  if (const auto* map = a.if_map()) return equal_maps(*map, *b.if_map(), meter);
  if (const auto* type = a.if_type()) return *type == *b.if_type();
  return a.is_null() || compare(a, b) == std::partial_ordering::equivalent;
}

Result<const Value*> find(const Map& map, const Value& key, Meter& meter) {
  const auto comparisons = std::bit_width(map.size());
  if (auto paid = meter.scan(length_bytes(key) * comparisons); !paid) return fail(std::move(paid.error()));
  return map.find(key);
}

Result<Map> make_map(std::vector<Map::Entry> entries, Meter& meter) {
  const auto comparisons = std::bit_width(entries.size());
  std::uint64_t read = 0;
  for (const auto& entry : entries) read += length_bytes(entry.key) * comparisons;
  if (auto paid = meter.scan(read); !paid) return fail(std::move(paid.error()));
  return Map::of(std::move(entries));
}

std::optional<std::partial_ordering> compare(const Value& a, const Value& b) {
  if (is_number(a) && is_number(b)) return compare_numbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  if (a.if_bool()) return *a.if_bool() <=> *b.if_bool();
  if (a.if_string()) return *a.if_string() <=> *b.if_string();
  if (a.if_bytes()) return *a.if_bytes() <=> *b.if_bytes();
  if (a.if_timestamp()) return *a.if_timestamp() <=> *b.if_timestamp();
  if (a.if_duration()) return *a.if_duration() <=> *b.if_duration();
  return std::nullopt;
}

}  // namespace kontor::protocol::cel
