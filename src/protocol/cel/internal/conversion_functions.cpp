#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text/text.hpp"
#include "protocol/cel/comparison.hpp"
#include "protocol/cel/internal/functions.hpp"
#include "protocol/cel/internal/numbers.hpp"

namespace kontor::protocol::cel {
namespace {

std::unexpected<Error> out_of_range(std::string_view type) {
  return invalid("", "the number is out of the range of {}", type);
}

std::unexpected<Error> unreadable(const std::string& text, std::string_view type) {
  return invalid("", "'{}' is no {}", text::for_log(text, 64), type);
}

Result<Value> same(Arguments arguments, Meter&) {
  return arguments[0];
}

Result<Value> uint_to_int(Arguments arguments, Meter&) {
  const auto number = *arguments[0].if_uint();
  if (number > INT64_MAX) return out_of_range("int");
  return static_cast<std::int64_t>(number);
}

/// Towards zero. Both bounds are out, as the conformance cases have it: a double there may have been rounded.
Result<Value> double_to_int(Arguments arguments, Meter&) {
  const auto number = *arguments[0].if_double();
  if (!(number > -0x1p63 && number < 0x1p63)) return out_of_range("int");
  return static_cast<std::int64_t>(number);
}

Result<Value> int_to_uint(Arguments arguments, Meter&) {
  const auto number = *arguments[0].if_int();
  if (number < 0) return out_of_range("uint");
  return static_cast<std::uint64_t>(number);
}

Result<Value> double_to_uint(Arguments arguments, Meter&) {
  const auto number = std::trunc(*arguments[0].if_double());
  if (!(number >= 0 && number < 0x1p64)) return out_of_range("uint");
  return static_cast<std::uint64_t>(number);
}

template <class T>
Result<Value> string_to_whole(Arguments arguments, Meter&) {
  const auto& text = *arguments[0].if_string();
  T number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return unreadable(text, std::signed_integral<T> ? "int" : "uint");
  return number;
}

Result<Value> timestamp_to_int(Arguments arguments, Meter&) {
  return arguments[0].if_timestamp()->seconds;
}

Result<Value> int_to_double(Arguments arguments, Meter&) {
  return static_cast<double>(*arguments[0].if_int());
}

Result<Value> uint_to_double(Arguments arguments, Meter&) {
  return static_cast<double>(*arguments[0].if_uint());
}

Result<Value> string_to_double(Arguments arguments, Meter& meter) {
  const auto& text = *arguments[0].if_string();
  if (auto paid = meter.scan(text.size()); !paid) return fail(std::move(paid.error()));
  const auto number = parse_double(text);
  if (!number) return unreadable(text, "double");
  return *number;
}

Result<Value> string_to_bool(Arguments arguments, Meter&) {
  constexpr std::array<std::string_view, 5> yes{"true", "True", "TRUE", "t", "1"};
  constexpr std::array<std::string_view, 5> no{"false", "False", "FALSE", "f", "0"};
  const auto& text = *arguments[0].if_string();
  if (std::ranges::find(yes, text) != yes.end()) return true;
  if (std::ranges::find(no, text) != no.end()) return false;
  return unreadable(text, "bool");
}

Result<Value> string_to_bytes(Arguments arguments, Meter& meter) {
  const auto octets = bytes_of(*arguments[0].if_string());
  if (auto paid = meter.allocate(octets.size()); !paid) return fail(std::move(paid.error()));
  return Bytes(octets.begin(), octets.end());
}

Result<Value> bytes_to_string(Arguments arguments, Meter& meter) {
  const auto text = text_of(*arguments[0].if_bytes());
  if (auto paid = meter.scan(text.size()); !paid) return fail(std::move(paid.error()));
  if (!text::is_utf8(text)) return invalid("", "these octets are no UTF-8");
  return make_string(std::string(text), meter);
}

Result<Value> int_to_string(Arguments arguments, Meter& meter) {
  return make_string(fmt::format("{}", *arguments[0].if_int()), meter);
}
Result<Value> uint_to_string(Arguments arguments, Meter& meter) {
  return make_string(fmt::format("{}", *arguments[0].if_uint()), meter);
}
Result<Value> bool_to_string(Arguments arguments, Meter& meter) {
  return make_string(*arguments[0].if_bool() ? "true" : "false", meter);
}
Result<Value> timestamp_to_string(Arguments arguments, Meter& meter) {
  return make_string(format_timestamp(*arguments[0].if_timestamp()), meter);
}
Result<Value> duration_to_string(Arguments arguments, Meter& meter) {
  return make_string(format_duration(*arguments[0].if_duration()), meter);
}

/// The shortest text that reads back as the same double.
Result<Value> double_to_string(Arguments arguments, Meter& meter) {
  const auto number = *arguments[0].if_double();
  if (std::isnan(number)) return make_string("NaN", meter);
  if (std::isinf(number)) return make_string(number < 0 ? "-Infinity" : "Infinity", meter);
  return make_string(fmt::format("{}", number), meter);
}

Result<Value> int_to_timestamp(Arguments arguments, Meter&) {
  auto timestamp = timestamp_of(*arguments[0].if_int());
  if (!timestamp) return fail(std::move(timestamp.error()));
  return *timestamp;
}

Result<Value> string_to_timestamp(Arguments arguments, Meter&) {
  auto timestamp = parse_timestamp(*arguments[0].if_string());
  if (!timestamp) return fail(std::move(timestamp.error()));
  return *timestamp;
}

Result<Value> string_to_duration(Arguments arguments, Meter& meter) {
  const auto& text = *arguments[0].if_string();
  if (auto paid = meter.scan(text.size()); !paid) return fail(std::move(paid.error()));
  auto duration = parse_duration(text);
  if (!duration) return fail(std::move(duration.error()));
  return *duration;
}

}  // namespace

std::vector<Function> conversion_functions() {
  using enum Kind;
  return {
      {"bool", {boolean}, boolean, same},
      {"bool", {string}, boolean, string_to_bool},
      {"bytes", {bytes}, bytes, same},
      {"bytes", {string}, bytes, string_to_bytes},
      {"double", {float64}, float64, same},
      {"double", {int64}, float64, int_to_double},
      {"double", {uint64}, float64, uint_to_double},
      {"double", {string}, float64, string_to_double},
      {"duration", {duration}, duration, same},
      {"duration", {string}, duration, string_to_duration},
      {"int", {int64}, int64, same},
      {"int", {uint64}, int64, uint_to_int},
      {"int", {float64}, int64, double_to_int},
      {"int", {string}, int64, string_to_whole<std::int64_t>},
      {"int", {timestamp}, int64, timestamp_to_int},
      {"string", {string}, string, same},
      {"string", {boolean}, string, bool_to_string},
      {"string", {int64}, string, int_to_string},
      {"string", {uint64}, string, uint_to_string},
      {"string", {float64}, string, double_to_string},
      {"string", {bytes}, string, bytes_to_string},
      {"string", {timestamp}, string, timestamp_to_string},
      {"string", {duration}, string, duration_to_string},
      {"timestamp", {timestamp}, timestamp, same},
      {"timestamp", {int64}, timestamp, int_to_timestamp},
      {"timestamp", {string}, timestamp, string_to_timestamp},
      {"uint", {uint64}, uint64, same},
      {"uint", {int64}, uint64, int_to_uint},
      {"uint", {float64}, uint64, double_to_uint},
      {"uint", {string}, uint64, string_to_whole<std::uint64_t>},
  };
}

}  // namespace kontor::protocol::cel
