#pragma once

#include <string>

#include "platform/engine/engine.hpp"
#include "platform/routing/router.hpp"
#include "protocol/api/secure_token/messages.hpp"
#include "protocol/api/token/messages.hpp"
#include "runtime/client_secrets/client_secrets.hpp"
#include "runtime/identity/identity_contexts.hpp"
#include "runtime/identity/self_issued_tokens.hpp"

namespace kontor::runtime::secure_token_service {

/// Makes self-issued tokens for connectors that are not ours: whoever knows the secret of a participant's
/// account speaks in the participant's name. The account's client id is the DID. Each answer is made anew and
/// signed with the participant's own key, by the same code as our own messages. [DCP 1.0, secure token
/// service API]
class SecureTokens {
 public:
  struct Services {
    platform::engine::Engine& engine;
    identity::IdentityContexts& contexts;
    identity::Signing& signing;
    identity::SelfIssuedTokens& tokens;
  };
  SecureTokens(Services services, std::size_t hashing_threads);

  /// Errors: unauthenticated for an unknown client and a wrong secret alike, and for a participant that is
  /// not active; invalid_input for an audience that is no DID, and where the participant has no key that
  /// signs tokens; forbidden for scopes that cannot be read, and at /grant_type; too_many_requests.
  Task<Result<protocol::api::token::TokenResponse>> issue(protocol::api::secure_token::TokenRequest request,
                                                          std::string address);

  /// A secret for the context's account, which is opened if need be; the one before is good for `overlap`
  /// more. Errors: not_found, invalid_input for a short one.
  Task<Result<void>> set_secret(platform::engine::Command command, crypto::Secret secret, Duration overlap);
  /// Errors: not_found.
  Task<Result<void>> close(platform::engine::Command command);

 private:
  Task<Result<ContextId>> authenticate(client_secrets::Credentials claimed);
  Task<Result<client_secrets::KeptSecrets>> secrets_of(const ContextId& context, const Did& client);
  Task<Result<std::string>> make(ContextId context, Did audience, std::vector<protocol::dcp::Scope> scopes,
                                 std::optional<std::string> access_token);

  Services services_;
  client_secrets::ClientSecrets secrets_;
};

/// The token endpoint and the accounts. `tokens` must outlive the router.
void bind_routes(platform::routing::Router& router, SecureTokens& tokens);

}  // namespace kontor::runtime::secure_token_service
