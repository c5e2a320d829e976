#include "platform/http/internal/proxy.hpp"

#include <algorithm>
#include <charconv>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Result<ProxyRules> ProxyRules::make(std::string_view proxy, std::string_view exceptions) {
  ProxyRules rules;
  if (proxy.empty()) return rules;
  std::string url = proxy.contains("://") ? std::string(proxy) : "http://" + std::string(proxy);
  auto user_begin = url.find("://") + 3;
  auto user_end = url.find_first_of("@/?#", user_begin);
  if (user_end != std::string::npos && url[user_end] == '@') {
    auto user = text::percent_decode(std::string_view(url).substr(user_begin, user_end - user_begin));
    if (!user)
      return fail_as(ErrorCode::invalid_input, std::move(user.error()), "read the proxy's user and password");
    rules.authorization_ = "Basic " + text::base64_encode(bytes_of(*user));
    url.erase(user_begin, user_end + 1 - user_begin);
  }
  auto parsed = parse_url(url);
  if (!parsed)
    return fail_as(ErrorCode::invalid_input, std::move(parsed.error()), "read the proxy's address");
  rules.proxy_ = std::move(*parsed);
  for (auto part : text::split(exceptions, ',')) {
    auto trimmed = text::trim(part);
    if (!trimmed.empty()) rules.exceptions_.push_back(parse_exception(trimmed));
  }
  return rules;
}

ProxyRules::Exception ProxyRules::parse_exception(std::string_view text) {
  Exception exception;
  auto bracketed = text.starts_with('[') && text.contains(']');
  auto single_colon = text.find(':') != std::string_view::npos && text.find(':') == text.rfind(':');
  if (bracketed || single_colon) {
    auto split = bracketed ? text.find(']') + 1 : text.find(':');
    auto rest = text.substr(split);
    if (rest.starts_with(':')) exception.port = parse_port(rest.substr(1));
    text = bracketed ? text.substr(1, split - 2) : text.substr(0, split);
  }
  if (auto network = Network::parse(text)) {
    exception.network = *network;
    return exception;
  }
  if (text.starts_with("*.")) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  exception.name = text::to_lower(text);
  return exception;
}

bool ProxyRules::Exception::covers(const Url& url) const {
  if (port && *port != url.port) return false;
  if (network) {
    auto address = url.address ? parse_address(url.host) : fail(ErrorCode::malformed, "a name");
    return address && network->contains(*address);
  }
  return name == "*" || url.host == name ||
         (url.host.ends_with(name) && url.host[url.host.size() - name.size() - 1] == '.');
}

bool ProxyRules::apply_to(const Url& url) const {
  if (!proxy_ || !url.secure()) return false;
  return std::ranges::none_of(exceptions_, [&](const Exception& exception) { return exception.covers(url); });
}

}  // namespace kontor::platform::http
