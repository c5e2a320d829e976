#include "platform/http/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t url_bytes_max = 16 * 1024;

bool is_number(std::string_view label) {
  if (label.starts_with("0x") || label.starts_with("0X")) return true;
  return !label.empty() && std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_name(std::string_view host) {
  auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
  };
  return !host.empty() && host.size() <= 253 && !host.starts_with('.') && !host.contains("..") &&
         std::ranges::all_of(host, allowed);
}

Result<void> read_host(const boost::urls::url_view& parsed, Url& url) {
  switch (parsed.host_type()) {
    case boost::urls::host_type::ipv4:
      url.host = parsed.encoded_host();
      url.address = true;
      return {};
    case boost::urls::host_type::ipv6: {
      auto bracketed = std::string_view(parsed.encoded_host());
      url.host = text::to_lower(bracketed.substr(1, bracketed.size() - 2));
      url.address = true;
      if (url.host.contains('%'))
        return fail(ErrorCode::malformed, "an address with a zone cannot be reached");
      return {};
    }
    case boost::urls::host_type::name: {
      url.host = text::to_lower(std::string_view(parsed.encoded_host()));
      if (url.host.ends_with('.')) url.host.pop_back();
      if (!is_host_name(url.host)) return fail(ErrorCode::malformed, "the host is not a DNS name");
      auto labels = text::split(url.host, '.');
      if (is_number(labels.back()))
        return fail(ErrorCode::malformed, "the host is an IP address in an unusual spelling");
      return {};
    }
    case boost::urls::host_type::ipvfuture:
    case boost::urls::host_type::none:
      break;
  }
  return fail(ErrorCode::malformed, "the address names no host");
}

Result<void> read_port(const boost::urls::url_view& parsed, Url& url) {
  url.port = url.secure() ? 443 : 80;
  if (!parsed.has_port() || parsed.port().empty()) return {};
  url.port = parsed.port_number();
  if (url.port == 0) return fail(ErrorCode::malformed, "the port is not a number from 1 to 65535");
  return {};
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
  auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return fail(ErrorCode::malformed, "the address is not an absolute URL");
  Url url;
  url.scheme = text::to_lower(std::string_view(parsed->scheme()));
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(ErrorCode::malformed, "the address has neither the scheme http nor https");
  }
  if (!parsed->has_authority()) return fail(ErrorCode::malformed, "the address names no host");
  if (parsed->has_userinfo()) return fail(ErrorCode::malformed, "the address holds user information");
  auto host = read_host(*parsed, url);
  if (!host) return fail(std::move(host.error()));
  auto port = read_port(*parsed, url);
  if (!port) return fail(std::move(port.error()));
  url.target = parsed->encoded_path();
  if (url.target.empty()) url.target = "/";
  if (parsed->has_query()) url.target += "?" + std::string(std::string_view(parsed->encoded_query()));
  return url;
}

}  // namespace kontor::platform::http
