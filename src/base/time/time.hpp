#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result/result.hpp"

namespace kontor {

/// A point in time, UTC, in microseconds. Pure code receives it; only platform/async reads a clock.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// `2026-11-21T15:04:05Z`, with a fraction only where there is one (up to six digits).
std::string format_instant(Instant instant);

/// Reads an xsd:dateTime with `Z` or an offset. Errors: malformed.
Result<Instant> parse_instant(std::string_view text);

/// Whole seconds since 1970, as JWT's NumericDate has them.
std::int64_t epoch_seconds(Instant instant);
Instant from_epoch_seconds(std::int64_t seconds);
std::int64_t epoch_milliseconds(Instant instant);

}  // namespace kontor
