#pragma once

#include <string>

#include "platform/async/clock.hpp"
#include "platform/http/secret_client.hpp"
#include "protocol/dps/registration.hpp"

namespace kontor::platform::auth {

/// Tokens that a plane of others takes, by the authorization profile that it registered with. Each message
/// gets a token of its own: deployed receivers refuse a `jti` that they have seen. [DPS Profiles,
/// authorization profiles]
class PlaneTokens {
 public:
  explicit PlaneTokens(http::SecretClient& client) : client_(&client) {}

  /// The value for an Authorization header: `Bearer …`; empty where the plane registered with no profile. The
  /// profile's client secret is in clear. `audience` is the plane that is called. Errors: invalid_input (a
  /// profile that we cannot get tokens by), peer_refused, peer_unavailable, timeout,
  /// address_refused.
  Task<Result<std::string>> authorization(std::optional<protocol::dps::Authorization> profile,
                                          std::string audience, async::Deadline deadline);

 private:
  http::SecretClient* client_;
};

}  // namespace kontor::platform::auth
