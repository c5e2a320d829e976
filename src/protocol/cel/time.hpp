#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result/result.hpp"
#include "base/time/time.hpp"

/// Points in time and spans as the language has them: to the nanosecond, years 1 to 9999 (a 64-bit count of
/// nanoseconds would end in 2262), spans of at most 292 years. Errors of all functions: invalid_input.
namespace kontor::protocol::cel {

struct Timestamp {
  std::int64_t seconds = 0;      ///< since 1970, negative before
  std::int32_t nanoseconds = 0;  ///< from `seconds` on, 0 to 999,999,999

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

using Duration = std::chrono::nanoseconds;

Timestamp timestamp_of(Instant instant);
Result<Timestamp> timestamp_of(std::int64_t epoch_seconds);

/// RFC 3339, `2026-11-21T15:04:05.123456789+01:00`; at most nine digits behind the point.
Result<Timestamp> parse_timestamp(std::string_view text);
std::string format_timestamp(Timestamp timestamp);

/// Numbers with units h, m, s, ms, us, ns behind an optional sign: `1h30m`, `-1.5s`, `0`.
Result<Duration> parse_duration(std::string_view text);
/// Seconds, with a fraction only where there is one: `5400s`, `-1.5s`.
std::string format_duration(Duration duration);

Result<Timestamp> add(Timestamp timestamp, Duration duration);
Result<Timestamp> subtract(Timestamp timestamp, Duration duration);
Result<Duration> subtract(Timestamp later, Timestamp earlier);
Result<Duration> add(Duration a, Duration b);
Result<Duration> subtract(Duration a, Duration b);

/// `UTC`, `Z` or an offset as `+01:00`, `-02:30`, `02:00`. Names of zones (`Europe/Berlin`) are refused:
/// their rules are data of the operating system, which a pure layer does not read.
Result<std::chrono::seconds> parse_zone(std::string_view zone);

/// What calendar and clock show at an offset from UTC.
struct Calendar {
  std::int64_t year = 0;
  std::int64_t month = 0;         ///< 0 is January
  std::int64_t day_of_month = 0;  ///< 1 to 31
  std::int64_t day_of_week = 0;   ///< 0 is Sunday
  std::int64_t day_of_year = 0;   ///< 0 is the first of January
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  std::int64_t milliseconds = 0;
};
Calendar calendar(Timestamp timestamp, std::chrono::seconds offset);

}  // namespace kontor::protocol::cel
