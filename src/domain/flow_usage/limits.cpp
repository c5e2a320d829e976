#include "domain/flow_usage/limits.hpp"

#include <algorithm>
#include <limits>

namespace kontor::domain::flow_usage {
namespace {

constexpr std::uint64_t pieces_per_second = 4;

using Limit = std::optional<std::uint64_t>;

Limits merged(const Limits& own, const Limits& of_everybody) {
  const auto first = [](const Limit& a, const Limit& b) { return a ? a : b; };
  return {first(own.bytes_per_second, of_everybody.bytes_per_second),
          first(own.bytes_max, of_everybody.bytes_max), first(own.requests_max, of_everybody.requests_max)};
}

}  // namespace

ContextLimits in_force(const ContextLimits& own, const ContextLimits& of_everybody) {
  return {merged(own.each_flow, of_everybody.each_flow), merged(own.all_flows, of_everybody.all_flows)};
}

Result<void> may_begin(const ContextLimits& limits, const Standing& flow, const Standing& all) {
  const auto full = [](const Limit& limit, std::uint64_t running) { return limit && running >= *limit; };
  if (full(limits.each_flow.requests_max, flow.running)) {
    return fail(ErrorCode::too_many_requests, "no more than {} requests for this data may be under way",
                *limits.each_flow.requests_max);
  }
  if (full(limits.all_flows.requests_max, all.running)) {
    return fail(ErrorCode::too_many_requests, "no more than {} requests to this participant may be under way",
                *limits.all_flows.requests_max);
  }
  return may_go_on(limits, flow);
}

Result<void> may_go_on(const ContextLimits& limits, const Standing& flow) {
  const auto& most = limits.each_flow.bytes_max;
  if (!most || flow.bytes < *most) return {};
  return fail(ErrorCode::too_many_requests, "the {} bytes that this transfer may move are used up", *most);
}

Instant paid_until(Instant before, std::uint64_t bytes, std::uint64_t per_second, Instant now) {
  const std::chrono::duration<double> costs(static_cast<double>(bytes) / static_cast<double>(per_second));
  return std::max(before, now - std::chrono::seconds(1)) + std::chrono::duration_cast<Duration>(costs);
}

std::uint64_t piece_max(const ContextLimits& limits) {
  auto most = std::numeric_limits<std::uint64_t>::max();
  for (const auto& rate : {limits.each_flow.bytes_per_second, limits.all_flows.bytes_per_second}) {
    if (rate) most = std::min(most, *rate / pieces_per_second);
  }
  return std::max<std::uint64_t>(most, 1);
}

}  // namespace kontor::domain::flow_usage
