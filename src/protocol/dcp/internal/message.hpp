#pragma once

#include <string>
#include <vector>

#include "base/text/beginning.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/normalise.hpp"

namespace kontor::protocol::dcp::internal {

inline std::vector<std::string> contexts() {
  return {std::string(context)};
}

/// A writer that holds what every message begins with.
inline json::ObjectWriter message(std::string_view type) {
  json::ObjectWriter out;
  out.field("@context", contexts()).field("type", type);
  return out;
}

/// Reads a message of one type by `members`, from any JSON-LD form of it.
template <class Members>
Result<void> read_message(const json::Node& node, std::string_view type, Members members) {
  const auto compact = normalise(node.value());
  json::ObjectReader in{json::Node(compact, node.pointer())};
  in.constant("type", type);
  members(in);
  return in.done();
}

/// A list that must not be empty and is bounded.
template <class T>
void check_entries(json::ObjectReader& in, std::string_view key, const std::vector<T>& entries) {
  if (!in.ok()) return;
  if (entries.empty()) in.refuse(key, "must not be empty");
  if (entries.size() > entries_max)
    in.refuse(key, "has more than " + std::to_string(entries_max) + " entries");
}

/// A required member that is one of a few names.
template <class E, std::size_t N>
void required_enum(json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names, E& out) {
  std::string name;
  in.required(key, name);
  if (!in.ok()) return;
  if (auto value = names.value(name)) {
    out = *value;
  } else {
    in.refuse(key, "'" + std::string(text::beginning(name, 64)) + "' is not a known value");
  }
}

}  // namespace kontor::protocol::dcp::internal
