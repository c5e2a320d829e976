#include "protocol/cel/internal/numbers.hpp"

#include <charconv>
#include <cstdint>

namespace kontor::protocol::cel {
namespace {

/// Whether a decimal number is below one in size, by the place of its first digit that is not zero.
bool is_small(std::string_view text) {
  const auto exponent_at = text.find_first_of("eE");
  std::int64_t exponent = 0;
  if (exponent_at != text.npos) {
    auto digits = text.substr(exponent_at + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc{}) return digits.starts_with('-');
  }
  const auto mantissa = text.substr(0, exponent_at);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  return point - first + exponent <= 0;
}

}  // namespace

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc{}) return value;
  if (!is_small(text)) return std::nullopt;
  return text.starts_with('-') ? -0.0 : 0.0;
}

}  // namespace kontor::protocol::cel
