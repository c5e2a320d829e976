#pragma once

#include <cstdint>
#include <optional>

#include "base/json/codec.hpp"

namespace kontor::protocol::api::usage {

/// None: no limit.
struct Limits {
  std::optional<std::uint64_t> bytes_per_second;  ///< what is faster is slowed down
  std::optional<std::uint64_t> bytes_max;         ///< in all, from the flow's first byte on
  std::optional<std::uint64_t> requests_max;      ///< at a time

  bool operator==(const Limits&) const = default;
};
Result<void> read(const json::Node& node, Limits& out);
json::Value write(const Limits& limits);

inline constexpr std::uint64_t slowest_bytes_per_second = 1024;

/// How much a participant context may use of a data plane; each of its replicas holds it to that by itself.
struct ContextLimits {
  Limits each_flow;
  Limits all_flows;  ///< without `bytes_max`: a context has no last byte

  bool operator==(const ContextLimits&) const = default;
};
/// Errors: invalid_input (a number that is no limit, such as 0).
Result<void> read(const json::Node& node, ContextLimits& out);
json::Value write(const ContextLimits& limits);

}  // namespace kontor::protocol::api::usage
