#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/async/clock.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/dcp/scope.hpp"
#include "runtime/identity/token_service.hpp"

namespace kontor::runtime::identity {

/// A token that a participant's own secure token service is asked for. With scopes the audience may ask for
/// credentials of these; with `access_token` the audience's own is handed back.
struct TokenOrder {
  ContextId context;
  TokenService service;
  Did issuer;  ///< the participant
  Did audience;
  std::vector<protocol::dcp::Scope> scopes = {};
  std::optional<std::string> access_token = {};
};

/// Gets self-issued tokens of participants that keep their keys elsewhere, by the client credentials grant in
/// the form of DCP. What comes is handed on only where it speaks for the participant to the audience. The
/// address is a participant's: it passes the SSRF guard. Errors: peer_unavailable, timeout, unavailable (the
/// secret has not been written yet), peer_refused (an answer that is final, or no token of the participant
/// for the audience), address_refused.
class OutsideTokens {
 public:
  OutsideTokens(platform::http::SecretClient& client, platform::vault::Vault& vault,
                platform::async::Clock& clock)
      : client_(client), vault_(vault), clock_(clock) {}

  Task<Result<std::string>> ask(TokenOrder order);

 private:
  platform::http::SecretClient& client_;
  platform::vault::Vault& vault_;
  platform::async::Clock& clock_;
};

}  // namespace kontor::runtime::identity
