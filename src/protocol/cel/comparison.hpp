#pragma once

#include <compare>
#include <optional>

#include "protocol/cel/meter.hpp"
#include "protocol/cel/value.hpp"

namespace kontor::protocol::cel {

/// The language's `==`: numbers compare by value whatever their kinds, everything else differs when its kinds
/// do; lists and maps go by their elements. NaN equals nothing. Charges a step for every pair it looks at.
Result<bool> equal(const Value& a, const Value& b, Meter& meter);

/// The language's `<` and its kin, for numbers of any kinds, and for bools, strings, octets, timestamps and
/// durations among themselves; nothing for every other pair. Strings compare by code point.
std::optional<std::partial_ordering> compare(const Value& a, const Value& b);

/// `map.find(key)`, charged: null where there is none.
Result<const Value*> find(const Map& map, const Value& key, Meter& meter);

/// `Map::of`, charged.
Result<Map> make_map(std::vector<Map::Entry> entries, Meter& meter);

/// Bytes of text or octets in the value itself, that is, without those of its elements.
std::size_t length_bytes(const Value& value);

}  // namespace kontor::protocol::cel
