#include "base/time/time.hpp"

#include <fmt/compile.h>

#include <charconv>
#include <optional>

#include "base/text/beginning.hpp"

namespace kontor {
namespace {

using namespace std::chrono;

struct Place {
  std::size_t begin;
  std::size_t count;
};

/// Digits, zeros before them, in the place of what stands there.
void put_digits(std::string& text, Place place, std::int64_t value) {
  for (auto at = place.begin + place.count; at > place.begin; value /= 10) {
    text[--at] = static_cast<char>('0' + value % 10);
  }
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (char digit : text_.substr(0, count)) {
      if (digit < '0' || digit > '9') return std::nullopt;
      value = value * 10 + (digit - '0');
    }
    text_.remove_prefix(count);
    return value;
  }

  bool skip(char expected) {
    if (text_.empty() || text_.front() != expected) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<microseconds> fraction() {
    std::int64_t value = 0;
    int seen = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (seen < 6) value = value * 10 + (text_.front() - '0');
      ++seen;
      text_.remove_prefix(1);
    }
    if (seen == 0 || seen > 18) return std::nullopt;
    for (int i = seen; i < 6; ++i) value *= 10;
    return microseconds{value};
  }

  std::optional<minutes> offset() {
    if (skip('Z') || skip('z')) return minutes{0};
    const bool negative = skip('-');
    if (!negative && !skip('+')) return std::nullopt;
    auto hour = digits(2);
    if (!hour || !skip(':')) return std::nullopt;
    auto minute = digits(2);
    if (!minute || *hour > 14 || *minute > 59) return std::nullopt;
    const minutes total = hours{*hour} + minutes{*minute};
    return negative ? -total : total;
  }

  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

std::optional<Instant> read_instant(Cursor cursor) {
  auto y = cursor.digits(4);
  if (!y || !cursor.skip('-')) return std::nullopt;
  auto m = cursor.digits(2);
  if (!m || !cursor.skip('-')) return std::nullopt;
  auto d = cursor.digits(2);
  if (!d || !(cursor.skip('T') || cursor.skip('t'))) return std::nullopt;
  auto h = cursor.digits(2);
  if (!h || !cursor.skip(':')) return std::nullopt;
  auto min = cursor.digits(2);
  if (!min || !cursor.skip(':')) return std::nullopt;
  auto s = cursor.digits(2);
  if (!s) return std::nullopt;
  microseconds fraction{0};
  if (cursor.skip('.')) {
    auto read = cursor.fraction();
    if (!read) return std::nullopt;
    fraction = *read;
  }
  auto offset = cursor.offset();
  if (!offset || !cursor.at_end()) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *h > 23 || *min > 59 || *s > 59) return std::nullopt;
  const Instant instant = sys_days{date} + hours{*h} + minutes{*min} + seconds{*s} + fraction - *offset;
  // An offset may lead out of the years of four digits, whose texts alone can be read again.
  if (instant < sys_days{year{0} / 1 / 1} || instant >= sys_days{year{10'000} / 1 / 1}) return std::nullopt;
  return instant;
}

}  // namespace

std::string format_instant(Instant instant) {
  const auto day_part = floor<days>(instant);
  const year_month_day date{day_part};
  const hh_mm_ss time{instant - day_part};
  std::string text = "0000-00-00T00:00:00.000000Z";
  const auto year = static_cast<int>(date.year());
  const bool is_usual = year >= 0 && year <= 9999;
  if (is_usual) put_digits(text, {0, 4}, year);
  put_digits(text, {5, 2}, static_cast<unsigned>(date.month()));
  put_digits(text, {8, 2}, static_cast<unsigned>(date.day()));
  put_digits(text, {11, 2}, time.hours().count());
  put_digits(text, {14, 2}, time.minutes().count());
  put_digits(text, {17, 2}, time.seconds().count());
  put_digits(text, {20, 6}, time.subseconds().count());
  auto last = text.find_last_not_of('0', text.size() - 2);
  if (text[last] == '.') --last;
  text.erase(last + 1, text.size() - last - 2);
  if (!is_usual) text.replace(0, 4, fmt::format(FMT_COMPILE("{:04}"), year));
  return text;
}

Result<Instant> parse_instant(std::string_view text) {
  auto instant = read_instant(Cursor{text});
  if (!instant) {
    return fail(ErrorCode::malformed, "'{}' is no date and time like 2026-01-31T12:00:00Z",
                text::beginning(text, 64));
  }
  return *instant;
}

std::int64_t epoch_seconds(Instant instant) {
  return floor<seconds>(instant.time_since_epoch()).count();
}
Instant from_epoch_seconds(std::int64_t value) {
  return Instant{seconds{value}};
}
std::int64_t epoch_milliseconds(Instant instant) {
  return floor<milliseconds>(instant.time_since_epoch()).count();
}

}  // namespace kontor
