#include "protocol/cel/time.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "base/text/beginning.hpp"

namespace kontor::protocol::cel {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t seconds_first = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t seconds_last = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr std::int64_t billion = 1'000'000'000;

Result<Timestamp> in_range(Timestamp timestamp) {
  if (timestamp.seconds < seconds_first || timestamp.seconds > seconds_last) {
    return invalid("", "a timestamp outside of the years 1 to 9999 is out of range");
  }
  return timestamp;
}

/// Takes parts from the front of a text; a part that is not there leaves it.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view digits(std::size_t at_most) {
    std::size_t count = 0;
    while (count < at_most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    const auto found = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return found;
  }

  /// Exactly so many digits.
  std::optional<int> number(std::size_t count) {
    const auto found = digits(count);
    if (found.size() != count) return std::nullopt;
    int value = 0;
    std::from_chars(found.data(), found.data() + found.size(), value);
    return value;
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// `01:30` as seconds; hours and minutes in their ranges.
std::optional<seconds> hours_and_minutes(Reader& in) {
  const auto hour = in.number(2);
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.number(2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  return hours(*hour) + minutes(*minute);
}

std::optional<seconds> offset_of(Reader& in) {
  if (in.take('Z')) return seconds(0);
  const bool negative = in.take('-');
  if (!negative && !in.take('+')) return std::nullopt;
  const auto offset = hours_and_minutes(in);
  return offset && negative ? -*offset : offset;
}

/// What stands behind the point, as billionths.
std::int64_t billionths(std::string_view digits) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 9; ++i) value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return value;
}

std::optional<Timestamp> read_timestamp(Reader& in) {
  const auto year = in.number(4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.number(2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.number(2);
  const auto date = std::chrono::year(*year) / *month / day.value_or(0);
  if (!date.ok() || !in.take('T')) return std::nullopt;
  const auto clock = hours_and_minutes(in);
  if (!clock || !in.take(':')) return std::nullopt;
  const auto second = in.number(2);
  if (!second || *second > 59) return std::nullopt;
  std::string_view fraction;
  if (in.take('.') && (fraction = in.digits(9)).empty()) return std::nullopt;
  const auto offset = offset_of(in);
  if (!offset || !in.done()) return std::nullopt;
  const auto at = std::chrono::sys_days(date) + *clock + seconds(*second) - *offset;
  return Timestamp{at.time_since_epoch().count(), static_cast<std::int32_t>(billionths(fraction))};
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array units{Unit{"h", 3600 * billion},
                           Unit{"ms", 1'000'000},
                           Unit{"m", 60 * billion},
                           Unit{"s", billion},
                           Unit{"us", 1'000},
                           Unit{"µs", 1'000},
                           Unit{"ns", 1}};

std::optional<std::int64_t> unit_of(Reader& in) {
  for (const auto& unit : units) {
    if (in.take(unit.name)) return unit.nanoseconds;
  }
  return std::nullopt;
}

/// One number with its unit, in nanoseconds; nothing when it is none or beyond 64 bits.
std::optional<std::int64_t> span(Reader& in) {
  const auto whole = in.digits(19);
  std::string_view fraction;
  if (in.take('.')) fraction = in.digits(18);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const auto unit = unit_of(in);
  if (!unit) return std::nullopt;
  std::int64_t count = 0;
  if (!whole.empty()) {
    const auto [stop, error] = std::from_chars(whole.data(), whole.data() + whole.size(), count);
    if (error != std::errc{}) return std::nullopt;
  }
  __int128 total = static_cast<__int128>(count) * *unit;
  total += static_cast<__int128>(billionths(fraction)) * *unit / billion;
  if (total > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(total);
}

Result<Duration> bounded(std::optional<std::int64_t> nanoseconds) {
  if (!nanoseconds) return invalid("", "a duration of more than 292 years is out of range");
  return Duration(*nanoseconds);
}

std::optional<std::int64_t> checked_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

std::optional<std::int64_t> checked_difference(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
  return difference;
}

/// `.5` for half a second: without zeros at the end, nothing for none.
std::string fraction_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  auto text = fmt::format(".{:09}", nanoseconds);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace

Timestamp timestamp_of(Instant instant) {
  const auto whole = std::chrono::floor<seconds>(instant);
  return {whole.time_since_epoch().count(), static_cast<std::int32_t>(Duration(instant - whole).count())};
}

Result<Timestamp> timestamp_of(std::int64_t epoch_seconds) {
  return in_range({epoch_seconds, 0});
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  Reader in(text);
  const auto timestamp = read_timestamp(in);
  if (!timestamp) return invalid("", "a timestamp is written as 2026-11-21T15:04:05Z, with Z or an offset");
  return in_range(*timestamp);
}

std::string format_timestamp(Timestamp timestamp) {
  const auto shown = calendar(timestamp, seconds(0));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", shown.year, shown.month + 1,
                     shown.day_of_month, shown.hours, shown.minutes, shown.seconds,
                     fraction_text(timestamp.nanoseconds));
}

Result<Duration> parse_duration(std::string_view text) {
  Reader in(text);
  const bool negative = in.take('-');
  if (!negative) in.take('+');
  if (in.take('0') && in.done()) return Duration(0);
  in = Reader(text.substr(!text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0));
  std::optional<std::int64_t> total = 0;
  do {
    const auto next = span(in);
    total = next && total ? checked_sum(*total, *next) : std::nullopt;
  } while (total && !in.done());
  if (!total) return invalid("", "a duration is written as 1h30m or 1.5s and has at most 292 years");
  return Duration(negative ? -*total : *total);
}

std::string format_duration(Duration duration) {
  const auto count = duration.count();
  const auto whole = count / billion;
  const auto rest = count % billion;
  const bool lost_sign = rest < 0 && whole == 0;
  return fmt::format("{}{}{}s", lost_sign ? "-" : "", whole, fraction_text(rest < 0 ? -rest : rest));
}

Result<Timestamp> add(Timestamp timestamp, Duration duration) {
  const auto whole = std::chrono::floor<seconds>(duration);
  const auto nanoseconds = timestamp.nanoseconds + Duration(duration - whole).count();
  return in_range({timestamp.seconds + whole.count() + nanoseconds / billion,
                   static_cast<std::int32_t>(nanoseconds % billion)});
}

Result<Timestamp> subtract(Timestamp timestamp, Duration duration) {
  if (duration == Duration::min()) return invalid("", "the sum is out of range");
  return add(timestamp, -duration);
}

Result<Duration> subtract(Timestamp later, Timestamp earlier) {
  const __int128 difference = static_cast<__int128>(later.seconds - earlier.seconds) * billion +
                              (later.nanoseconds - earlier.nanoseconds);
  if (difference > INT64_MAX || difference < INT64_MIN) return bounded(std::nullopt);
  return Duration(static_cast<std::int64_t>(difference));
}

Result<Duration> add(Duration a, Duration b) {
  return bounded(checked_sum(a.count(), b.count()));
}

Result<Duration> subtract(Duration a, Duration b) {
  return bounded(checked_difference(a.count(), b.count()));
}

Result<std::chrono::seconds> parse_zone(std::string_view zone) {
  if (zone == "UTC" || zone == "Z") return seconds(0);
  Reader in(zone);
  const bool negative = in.take('-');
  if (!negative) in.take('+');
  const auto offset = hours_and_minutes(in);
  if (!offset || !in.done()) {
    return invalid("", "'{}' is no time zone that is known here: write UTC or an offset as +01:00",
                   text::beginning(zone, 64));
  }
  return negative ? -*offset : *offset;
}

Calendar calendar(Timestamp timestamp, std::chrono::seconds offset) {
  const std::chrono::sys_seconds local(seconds(timestamp.seconds) + offset);
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<unsigned>(date.month()) - 1,
          .day_of_month = static_cast<unsigned>(date.day()),
          .day_of_week = std::chrono::weekday(day).c_encoding(),
          .day_of_year = (day - std::chrono::sys_days(date.year() / 1 / 1)).count(),
          .hours = clock.hours().count(),
          .minutes = clock.minutes().count(),
          .seconds = clock.seconds().count(),
          .milliseconds = timestamp.nanoseconds / 1'000'000};
}

}  // namespace kontor::protocol::cel
