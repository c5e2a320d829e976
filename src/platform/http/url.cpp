#include "platform/http/url.hpp"

#include <algorithm>
#include <charconv>

#include "base/text/text.hpp"
#include "platform/http/guard.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t url_bytes_max = 16 * 1024;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_number(std::string_view label) {
  return label.starts_with("0x") || (!label.empty() && std::ranges::all_of(label, is_digit));
}

bool is_host_name(std::string_view host) {
  auto allowed = [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '_' || c == '.'; };
  return !host.empty() && host.size() <= 253 && !host.starts_with('.') && !host.ends_with('.') &&
         !host.contains("..") && std::ranges::all_of(host, allowed);
}

// RFC 3986 §3.3 and §3.4: pchar, `/` and `?`, percent-encoding complete.
bool is_path_or_query(std::string_view text) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    } else if (!is_digit(text[i]) && !is_letter(text[i]) && !marks.contains(text[i])) {
      return false;
    }
  }
  return true;
}

Result<void> read_host(std::string_view text, Url& url) {
  url.host = text::to_lower(text);
  if (text.starts_with('[')) {
    url.host = url.host.substr(1, url.host.size() - 2);
    url.address = true;
    if (url.host.contains(':') && parse_address(url.host)) return {};
    return fail(ErrorCode::malformed, "the host in brackets is not an IPv6 address");
  }
  if (url.host.ends_with('.')) url.host.pop_back();
  if (!is_host_name(url.host)) return fail(ErrorCode::malformed, "the host is not a DNS name");
  url.address = parse_address(url.host).has_value();
  const auto last_label = std::string_view(url.host).substr(url.host.rfind('.') + 1);
  if (!url.address && is_number(last_label)) {
    return fail(ErrorCode::malformed, "the host is an IP address in an unusual spelling");
  }
  return {};
}

Result<void> read_port(std::string_view digits, Url& url) {
  url.port = url.secure() ? 443 : 80;
  if (digits.empty()) return {};
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  if (error == std::errc() && end == digits.data() + digits.size() && url.port != 0) return {};
  return fail(ErrorCode::malformed, "the port is not a number from 1 to 65535");
}

Result<void> read_authority(std::string_view authority, Url& url) {
  if (authority.contains('@')) return fail(ErrorCode::malformed, "the address holds user information");
  auto host_end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
  if (authority.starts_with('[')) {
    if (host_end == std::string_view::npos)
      return fail(ErrorCode::malformed, "the host's bracket is not closed");
    ++host_end;
  }
  auto host = read_host(authority.substr(0, host_end), url);
  if (!host) return host;
  auto rest = host_end < authority.size() ? authority.substr(host_end) : std::string_view();
  if (!rest.empty() && rest.front() != ':')
    return fail(ErrorCode::malformed, "something stands behind the host");
  return read_port(rest.substr(rest.empty() ? 0 : 1), url);
}

}  // namespace

std::string Url::authority() const {
  auto name = host.contains(':') ? "[" + host + "]" : host;
  if (port == (secure() ? 443 : 80)) return name;
  return name + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > url_bytes_max)
    return fail(ErrorCode::malformed, "an address has at most {} bytes", url_bytes_max);
  Url url;
  for (std::string_view prefix : {"http://", "https://"}) {
    if (text::starts_with_ignoring_case(text, prefix)) url.scheme = prefix.substr(0, prefix.find(':'));
  }
  if (url.scheme.empty()) {
    return fail(ErrorCode::malformed, "the address is no absolute URL with the scheme http or https");
  }
  auto rest = text.substr(url.scheme.size() + 3);
  rest = rest.substr(0, rest.find('#'));
  auto path = std::min(rest.find_first_of("/?"), rest.size());
  auto authority = read_authority(rest.substr(0, path), url);
  if (!authority) return fail(std::move(authority.error()));
  url.target = rest.substr(path);
  if (!is_path_or_query(url.target)) {
    return fail(ErrorCode::malformed, "the address holds a character that must be percent-encoded");
  }
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  return url;
}

}  // namespace kontor::platform::http
