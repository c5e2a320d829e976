#include "dataplane/http/forward.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::dataplane::http {
namespace {

constexpr std::size_t segments_before_path = 4;  ///< of `/api/data/{flowId}`, the empty first one included
constexpr int decodings_max = 4;

bool holds_encoded_step(std::string_view lower) {
  return lower.contains("%2f") || lower.contains("%5c") || lower.contains("%2e") || lower.contains("%25");
}

/// Whether no server can read the segment as a step to another folder, however often it decodes.
bool is_harmless(std::string segment) {
  for (int i = 0; i < decodings_max; ++i) {
    auto decoded = text::percent_decode(segment);
    if (!decoded || decoded->find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) return false;
    const auto name = decoded->substr(0, decoded->find(';'));
    if (name == "." || name == "..") return false;
    if (*decoded == segment) return true;
    // A percent sign that stands for itself; a lenient server would still decode what is around it.
    if (!text::percent_decode(*decoded)) return !holds_encoded_step(text::to_lower(*decoded));
    segment = std::move(*decoded);
  }
  return false;
}

void copy(const web::Headers& from, std::span<const std::string_view> names, web::Headers& to) {
  for (const auto& [name, value] : from.fields()) {
    const auto is_same = [&](std::string_view wanted) { return text::equal_ignoring_case(wanted, name); };
    if (std::ranges::any_of(names, is_same)) to.add(name, value);
  }
}

}  // namespace

std::optional<std::string> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!text::starts_with_ignoring_case(authorization, scheme)) return std::nullopt;
  const auto token = text::trim(authorization.substr(scheme.size()));
  if (token.empty() || token.contains(' ')) return std::nullopt;
  return std::string(token);
}

Result<std::string> source_url(const source::HttpSource& source, std::string_view target) {
  const auto halves = text::split_once(target, '?').value_or(std::pair(target, std::string_view()));
  const auto segments = text::split(halves.first, '/');
  std::string path;
  for (std::size_t i = segments_before_path; i < segments.size(); ++i) {
    if (!is_harmless(std::string(segments[i]))) {
      return invalid("", "the path holds a segment that could leave the data's own path");
    }
    path += "/" + std::string(segments[i]);
  }
  auto base = std::string(source.url.substr(0, source.url.find('?')));
  std::string query = base.size() < source.url.size() ? source.url.substr(base.size() + 1) : std::string();
  if (!path.empty() && path != "/") {
    if (!source.proxy_path)
      return fail(ErrorCode::not_found, "this data has no parts with paths of their own");
    while (base.ends_with('/')) base.pop_back();
    base += path;
  }
  if (source.proxy_query && !halves.second.empty()) {
    query += (query.empty() ? "" : "&") + std::string(halves.second);
  }
  return query.empty() ? base : base + "?" + query;
}

web::Headers request_headers(const source::HttpSource& source, const web::Headers& received) {
  static constexpr std::array<std::string_view, 9> passed{
      "Accept",        "Accept-Encoding",   "Accept-Language",    "Range", "If-Range", "If-Match",
      "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"};
  web::Headers headers;
  copy(received, passed, headers);
  for (const auto& [name, value] : source.headers) headers.set(name, value);
  return headers;
}

web::Headers response_headers(const web::Headers& received) {
  static constexpr std::array<std::string_view, 13> passed{
      "Content-Type",        "Content-Length", "Content-Encoding", "Content-Language",
      "Content-Disposition", "Content-Range",  "Accept-Ranges",    "ETag",
      "Last-Modified",       "Cache-Control",  "Expires",          "Vary",
      "Retry-After"};
  web::Headers headers;
  copy(received, passed, headers);
  headers.set("X-Content-Type-Options", "nosniff");
  return headers;
}

Result<void> check_status(unsigned status) {
  if (status >= 500) return fail(ErrorCode::peer_unavailable, "the source of the data answered {}", status);
  const bool redirects = status >= 300 && status < 400 && status != 304;
  if (redirects)
    return fail(ErrorCode::peer_refused, "the source of the data redirects, which is not followed");
  if (status == 401 || status == 403 || status == 407) {
    return fail(ErrorCode::peer_refused, "the source of the data refused this data plane");
  }
  return {};
}

}  // namespace kontor::dataplane::http
