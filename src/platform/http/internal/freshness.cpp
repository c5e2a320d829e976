#include "platform/http/freshness.hpp"

#include <algorithm>
#include <charconv>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

/// RFC 9111 §1.2.2: what is larger counts as this.
constexpr std::int64_t seconds_max = 2'147'483'648;

std::optional<std::int64_t> seconds_of(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const bool is_number =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return std::nullopt;
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return read.ec == std::errc() ? std::min(seconds, seconds_max) : seconds_max;
}

/// What one directive of `Cache-Control` allows.
std::optional<std::int64_t> allowed_by(std::string_view directive) {
  const auto halves = text::split_once(directive, '=');
  const auto name = text::trim(halves ? halves->first : directive);
  if (text::equal_ignoring_case(name, "no-store") || text::equal_ignoring_case(name, "no-cache")) return 0;
  if (!halves || !text::equal_ignoring_case(name, "max-age")) return std::nullopt;
  return seconds_of(text::trim(halves->second));
}

}  // namespace

std::optional<Duration> freshness(const Headers& headers) {
  std::optional<std::int64_t> shortest;
  for (const auto line : headers.all("Cache-Control")) {
    for (const auto directive : text::split(line, ',')) {
      const auto allowed = allowed_by(directive);
      if (allowed) shortest = std::min(*allowed, shortest.value_or(*allowed));
    }
  }
  if (!shortest) return std::nullopt;
  const auto age = seconds_of(text::trim(headers.get("Age").value_or(""))).value_or(0);
  return std::chrono::seconds(std::max<std::int64_t>(*shortest - age, 0));
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  return std::ranges::any_of(text::split(if_none_match, ','), [&](std::string_view each) {
    each = text::trim(each);
    if (each.starts_with("W/")) each.remove_prefix(2);
    return each == "*" || each == tag;
  });
}

}  // namespace kontor::platform::http
