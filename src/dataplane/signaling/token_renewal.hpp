#pragma once

#include <string>

#include "dataplane/signaling/access_tokens.hpp"
#include "domain/data_flow/decide.hpp"
#include "platform/did/resolver.hpp"
#include "platform/engine/engine.hpp"
#include "platform/routing/router.hpp"
#include "protocol/dps/http_profile.hpp"

namespace kontor::dataplane::signaling {

/// Gives the counter-party of a pull new tokens. It proves with a token of its own making, signed by a key of
/// its DID document, that it is the participant that the flow is for and has the access token. [DPS Profiles,
/// Token Renewal]
class TokenRenewal {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::did::Resolver& resolver;
    AccessTokens& tokens;
  };
  explicit TokenRenewal(Services services) : services_(services) {}

  /// Errors: invalid_input (another grant type), unauthenticated (no proof, or of somebody else), forbidden
  /// at /refresh_token (one that is not in force, whoever shows it).
  Task<Result<protocol::dps::TokenRenewalResponse>> renew(platform::routing::Call call,
                                                          protocol::dps::TokenRenewalRequest request);

 private:
  Task<Result<domain::data_flow::DataFlow>> find(ContextId context, std::string refresh_token_sha256);
  Task<Result<void>> prove(const platform::routing::Call& call, const domain::data_flow::DataFlow& flow);

  Services services_;
};

/// Binds the public route. `renewal` must outlive the router.
void bind_renewal_route(platform::routing::Router& router, TokenRenewal& renewal);

}  // namespace kontor::dataplane::signaling
