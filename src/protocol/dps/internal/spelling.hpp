#pragma once

#include <initializer_list>
#include <string_view>

#include "base/json/codec.hpp"

namespace kontor::protocol::dps::internal {

/// The first of the spellings that stands in the object with a value; where none does, the first, which is
/// the specification's and so the one that an error names.
inline std::string_view spelled(const json::ObjectReader& in,
                                std::initializer_list<std::string_view> spellings) {
  for (auto spelling : spellings) {
    if (in.has(spelling) && !in.object()->at(spelling).is_null()) return spelling;
  }
  return *spellings.begin();
}

/// An id that may be left out or empty.
template <class Tag>
void read_optional_id(json::ObjectReader& in, std::string_view key, Id<Tag>& out) {
  std::string text;
  in.optional(key, text);
  out = Id<Tag>(std::move(text));
}

}  // namespace kontor::protocol::dps::internal
