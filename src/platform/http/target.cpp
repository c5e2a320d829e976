#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/message.hpp"

namespace kontor::platform::http {
namespace {

Result<std::vector<std::string>> parse_segments(std::string_view path) {
  std::vector<std::string> segments;
  const auto parts = text::split(path.substr(1), '/');
  segments.reserve(parts.size());
  for (auto raw : parts) {
    auto segment = text::percent_decode(raw);
    if (!segment) return fail(std::move(segment.error()), "read a path segment");
    if (segment->contains('\0') || !text::is_utf8(*segment)) {
      return fail(ErrorCode::malformed, "a path segment holds octets that are no text");
    }
    if (*segment == "." || *segment == "..") {
      return fail(ErrorCode::malformed, "a path has no segments `.` and `..`");
    }
    segments.push_back(std::move(*segment));
  }
  if (segments.size() == 1 && segments.front().empty()) segments.clear();
  return segments;
}

Result<std::string> parse_form_text(std::string_view raw) {
  std::string spaced(raw);
  for (auto& c : spaced) {
    if (c == '+') c = ' ';
  }
  auto decoded = text::percent_decode(spaced);
  if (!decoded) return fail(std::move(decoded.error()), "read a query parameter");
  if (decoded->contains('\0') || !text::is_utf8(*decoded))
    return fail(ErrorCode::malformed, "a parameter holds octets that are no text");
  return decoded;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (query.empty()) return parameters;
  for (auto raw : text::split(query, '&')) {
    if (raw.empty()) continue;
    auto halves = text::split_once(raw, '=').value_or(std::pair(raw, std::string_view()));
    auto name = parse_form_text(halves.first);
    if (!name) return fail(std::move(name.error()));
    auto value = parse_form_text(halves.second);
    if (!value) return fail(std::move(value.error()));
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

bool is_visible_ascii(std::string_view text) {
  for (unsigned char c : text) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return fail(ErrorCode::malformed, "a request's target begins with `/`");
  if (!is_visible_ascii(target) || target.contains('#')) {
    return fail(ErrorCode::malformed, "a request's target holds a character that must be percent-encoded");
  }
  auto halves = text::split_once(target, '?').value_or(std::pair(target, std::string_view()));
  auto segments = parse_segments(halves.first);
  if (!segments) return fail(std::move(segments.error()));
  auto query = parse_query(halves.second);
  if (!query) return fail(std::move(query.error()));
  return Target{std::move(*segments), std::string(halves.first), std::move(*query)};
}

}  // namespace kontor::platform::http
