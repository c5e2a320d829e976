#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/http/client.hpp"

namespace kontor::platform::http {

/// The client for requests that carry a secret which may be used again, ours or a participant's: a client's
/// secret, a key in a header. To an address that a tenant or another party chose they go over TLS alone,
/// unless the operator lists the host: `host` for each of its ports, or `host:port`. Whoever sends such a
/// secret requires this client, so that the rule stands in one place.
class SecretClient final : public Client {
 public:
  /// `client` outlives it.
  SecretClient(Client& client, std::vector<std::string> plain_http_hosts)
      : client_(client), plain_http_hosts_(std::move(plain_http_hosts)) {}

  /// Errors: also address_refused, where a secret would go in the clear; nothing is sent then.
  Task<Result<Response>> send(Request request, SendOptions options) override;
  /// The same of an address alone, for who is given one to keep. Errors: malformed, address_refused.
  Result<void> check(std::string_view url) const;

 private:
  Client& client_;
  std::vector<std::string> plain_http_hosts_;
};

}  // namespace kontor::platform::http
