#pragma once

#include <cstdint>

#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "protocol/api/usage/limits.hpp"

/// How much of a data plane somebody may use. Pure.
namespace kontor::domain::flow_usage {

using protocol::api::usage::ContextLimits;
using protocol::api::usage::Limits;

/// What stands in `own` goes before what holds for everybody, limit by limit.
ContextLimits in_force(const ContextLimits& own, const ContextLimits& of_everybody);

/// What is under way and what has passed.
struct Standing {
  std::uint64_t running = 0;
  std::uint64_t bytes = 0;
};

/// Whether another request may begin. Errors: too_many_requests, with what is exhausted and whose it is.
Result<void> may_begin(const ContextLimits& limits, const Standing& flow, const Standing& all);
/// Whether a request that is under way may go on. Errors: too_many_requests.
Result<void> may_go_on(const ContextLimits& limits, const Standing& flow);

/// A rate that lets a second's worth pass at once: what is paid for until when. `bytes` may pass at the
/// moment that comes back, or now if that is over.
Instant paid_until(Instant before, std::uint64_t bytes, std::uint64_t per_second, Instant now);

/// How much passes as one piece, so that nobody waits long for the next.
std::uint64_t piece_max(const ContextLimits& limits);

}  // namespace kontor::domain::flow_usage
