#pragma once

#include <string>
#include <vector>

#include "base/id/id.hpp"
#include "platform/async/clock.hpp"
#include "platform/http/secret_client.hpp"
#include "protocol/dps/registration.hpp"

namespace kontor::platform::auth {

/// How this process gets tokens by token exchange.
struct PlaneTokensConfig {
  std::string subject_token_file = {};  ///< of this process's workload credential; empty: there is none
  /// Where that credential may be shown: an address that only a registration names never sees it.
  std::vector<std::string> exchange_endpoints = {};
};

/// The plane that is called.
struct CalledPlane {
  std::string id;
  ContextId context;                                    ///< for whom it is called
  std::optional<protocol::dps::Authorization> profile;  ///< with its client secret in clear; none: no token
};

/// Tokens that a plane of others takes, by the authorization profile that it registered with. Each message
/// gets a token of its own: deployed receivers refuse a `jti` that they have seen. The subject token is read
/// anew for each exchange, because whoever writes the file replaces it. [DPS Profiles, authorization
/// profiles; RFC 6749 §4.4; RFC 8693]
class PlaneTokens {
 public:
  explicit PlaneTokens(http::SecretClient& client, PlaneTokensConfig config = {})
      : client_(&client), config_(std::move(config)) {}

  /// The value for an Authorization header: `Bearer …`; empty where the plane registered with no profile.
  /// Errors: invalid_input (a profile that we cannot get tokens by), peer_refused, peer_unavailable, timeout,
  /// address_refused, unavailable (the
  /// subject token cannot be read).
  Task<Result<std::string>> authorization(CalledPlane plane, async::Deadline deadline);

 private:
  struct Ask {
    std::string url;
    std::string form;
    http::Trust trust = http::Trust::foreign;
  };
  Result<Ask> ask_by_exchange(const CalledPlane& plane) const;

  http::SecretClient* client_;
  PlaneTokensConfig config_;
};

}  // namespace kontor::platform::auth
