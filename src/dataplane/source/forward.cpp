#include "dataplane/source/forward.hpp"

#include <algorithm>
#include <array>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/forwarded.hpp"

namespace kontor::dataplane::source {
namespace {

constexpr int decodings_max = 4;

bool holds_encoded_step(std::string_view lower) {
  return lower.contains("%2f") || lower.contains("%5c") || lower.contains("%2e") || lower.contains("%25");
}

/// A character in more octets than it needs, which a lenient server reads as a dot or a slash.
bool holds_long_form(std::string_view decoded) {
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const auto octet = static_cast<unsigned char>(decoded[i]);
    const auto next = i + 1 < decoded.size() ? static_cast<unsigned char>(decoded[i + 1]) : 0;
    if (octet == 0xC0 || octet == 0xC1 || (octet == 0xE0 && next >= 0x80 && next < 0xA0) ||
        (octet == 0xF0 && next >= 0x80 && next < 0x90)) {
      return true;
    }
  }
  return false;
}

bool may_stand_in_a_name(char each) {
  const auto octet = static_cast<unsigned char>(each);
  return octet >= 0x20 && octet != 0x7F && each != '/' && each != '\\';
}

/// Whether no server can read the segment as a step to another folder, however often it decodes.
bool is_harmless(std::string segment) {
  for (int i = 0; i < decodings_max; ++i) {
    auto decoded = text::percent_decode(segment);
    if (!decoded || !std::ranges::all_of(*decoded, may_stand_in_a_name) || holds_long_form(*decoded))
      return false;
    const auto name = text::trim(std::string_view(*decoded).substr(0, decoded->find(';')));
    if (name == "." || name == "..") return false;
    if (*decoded == segment) return true;
    // A percent sign that stands for itself; a lenient server would still decode what is around it.
    if (!text::percent_decode(*decoded)) return !holds_encoded_step(text::to_lower(*decoded));
    segment = std::move(*decoded);
  }
  return false;
}

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view wanted) {
    return wanted.size() == name.size() && text::equal_ignoring_case(wanted, name);
  });
}

void copy(const web::Headers& from, std::span<const std::string> names, web::Headers& to) {
  for (const auto& [name, value] : from.fields()) {
    if (is_among(names, name)) to.add(name, value);
  }
}

}  // namespace

Result<void> check_passed_field(std::string_view name) {
  static constexpr std::array<std::string_view, 16> never{"authorization",
                                                          "cookie",
                                                          "set-cookie",
                                                          "host",
                                                          "connection",
                                                          "keep-alive",
                                                          "te",
                                                          "trailer",
                                                          "upgrade",
                                                          "transfer-encoding",
                                                          "proxy-authenticate",
                                                          "www-authenticate",
                                                          "location",
                                                          "expect",
                                                          "content-length",
                                                          "forwarded"};
  const auto lower = text::to_lower(name);
  const auto is_of_a_name = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') || each == '-' || each == '_';
  };
  if (name.empty() || !std::ranges::all_of(lower, is_of_a_name) || is_among(never, name) ||
      lower.starts_with("proxy-") || lower.starts_with("x-forwarded-")) {
    return invalid("", "'{}' is no field that may pass", name);
  }
  return {};
}

Result<std::string> source_url(const HttpAddress& address, const Question& question) {
  for (auto segment : text::split(question.path, '/')) {
    if (!is_harmless(std::string(segment))) {
      return invalid("", "the path holds a segment that could leave the data's own path");
    }
  }
  auto base = std::string(address.url.substr(0, address.url.find('?')));
  std::string query = base.size() < address.url.size() ? address.url.substr(base.size() + 1) : std::string();
  if (address.proxy_path && !question.path.empty() && question.path != "/") {
    while (base.ends_with('/')) base.pop_back();
    base += question.path;
  }
  if (address.proxy_query && !question.query.empty()) {
    query += (query.empty() ? "" : "&") + question.query;
  }
  return query.empty() ? base : base + "?" + query;
}

Result<std::string> source_method(const HttpAddress& address, std::string_view asked) {
  const auto& named = address.proxy_methods;
  if (!named.empty() && std::ranges::find(named, asked) == named.end())
    return fail(ErrorCode::method_not_allowed, "use one of: {}", text::join(named, ", "));
  if (asked != "HEAD") return address.proxy_method ? std::string(asked) : address.method;
  if (address.proxy_method || address.method == "GET") return std::string("HEAD");
  return fail(ErrorCode::method_not_allowed, "this data has no head alone");
}

bool has_body(std::string_view method) {
  return method != "GET" && method != "HEAD";
}

web::Headers request_headers(const HttpAddress& address, const web::Headers& received,
                             std::span<const std::string> also, bool with_body) {
  static constexpr std::array<std::string_view, 3> of_others{"X-Forwarded-For", "X-Forwarded-Host",
                                                             "X-Forwarded-Proto"};
  web::Headers headers;
  web::pass_on(received, web::question_fields, headers);
  web::pass_on(received, of_others, headers);
  copy(received, also, headers);
  if (with_body) web::pass_on(received, web::content_fields, headers);
  if (with_body && !address.content_type.empty() && !headers.get("Content-Type"))
    headers.set("Content-Type", address.content_type);
  for (const auto& [name, value] : address.headers) headers.set(name, value);
  return headers;
}

web::Headers response_headers(const web::Headers& received, std::span<const std::string> also) {
  web::Headers headers;
  web::pass_on(received, web::data_fields, headers);
  copy(received, also, headers);
  return headers;
}

Result<void> check_status(unsigned status) {
  const bool redirects = status >= 300 && status < 400 && status != 304;
  if (redirects)
    return fail(ErrorCode::peer_refused, "the source of the data redirects, which is not followed");
  if (status == 401 || status == 407)
    return fail(ErrorCode::peer_refused, "the source of the data refused this data plane");
  return {};
}

}  // namespace kontor::dataplane::source
