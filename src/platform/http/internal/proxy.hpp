#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/guard.hpp"
#include "platform/http/url.hpp"

namespace kontor::platform::http {

/// The proxy for https addresses and the hosts that go without it.
class ProxyRules {
 public:
  /// `proxy` is a URL, `http://` when it names no scheme, with user information where the proxy asks for a
  /// password. `exceptions` is a list as in NO_PROXY: host names (they include the names below them),
  /// addresses, networks in CIDR form, each with or without a port; `*` stands for all. Errors:
  /// invalid_input.
  static Result<ProxyRules> make(std::string_view proxy, std::string_view exceptions);

  bool apply_to(const Url& url) const;
  const Url& proxy() const { return *proxy_; }
  /// The Proxy-Authorization field's value; empty when there is none.
  const std::string& authorization() const { return authorization_; }

 private:
  struct Exception {
    std::string name;
    std::optional<Network> network;
    std::optional<std::uint16_t> port;

    bool covers(const Url& url) const;
  };
  static Exception parse_exception(std::string_view text);

  std::optional<Url> proxy_;
  std::string authorization_;
  std::vector<Exception> exceptions_;
};

}  // namespace kontor::platform::http
