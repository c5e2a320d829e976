#include "protocol/api/usage/limits.hpp"

#include <string>

namespace kontor::protocol::api::usage {
namespace {

using Limit = std::optional<std::uint64_t>;

void read_limit(json::ObjectReader& in, std::string_view key, Limit& out, std::uint64_t least = 1) {
  in.optional(key, out);
  if (in.ok() && out && *out < least) in.refuse(key, "must be at least " + std::to_string(least));
}

}  // namespace

Result<void> read(const json::Node& node, Limits& out) {
  json::ObjectReader in(node);
  read_limit(in, "bytesPerSecond", out.bytes_per_second, slowest_bytes_per_second);
  read_limit(in, "bytesMax", out.bytes_max);
  read_limit(in, "requestsMax", out.requests_max);
  return in.done();
}

json::Value write(const Limits& limits) {
  return json::ObjectWriter()
      .field("bytesPerSecond", limits.bytes_per_second)
      .field("bytesMax", limits.bytes_max)
      .field("requestsMax", limits.requests_max)
      .done();
}

Result<void> read(const json::Node& node, ContextLimits& out) {
  json::ObjectReader in(node);
  in.optional("eachFlow", out.each_flow).optional("allFlows", out.all_flows);
  if (in.ok() && out.all_flows.bytes_max)
    in.refuse("allFlows", "has no bytesMax: a limit in all is one flow's");
  return in.done();
}

json::Value write(const ContextLimits& limits) {
  return json::ObjectWriter().field("eachFlow", limits.each_flow).field("allFlows", limits.all_flows).done();
}

}  // namespace kontor::protocol::api::usage
