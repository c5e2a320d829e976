#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dataplane/sdk/known_control_plane.hpp"
#include "platform/async/clock.hpp"
#include "platform/routing/router.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/api/token/messages.hpp"
#include "protocol/dps/registration.hpp"

namespace kontor::dataplane::sdk {

/// How a plane and the control planes at which it registers believe each other with no authorization server
/// between them: the plane signs what it calls back with, by a key that it registers, and gives tokens of its
/// own for signals to who shows the id and the token of the configuration. Used on the io thread. [DPS
/// Profiles, oauth2_client_credentials]
class OwnProof {
 public:
  struct Services {
    platform::async::Clock& clock;
    Random& random;
    platform::vault::Vault& vault;
  };
  struct Named {
    std::string plane;  ///< the id of the data plane
    ContextId context;  ///< in which its key is
  };
  OwnProof(Services services, Named named, std::vector<KnownControlPlane> control_planes)
      : services_(services), named_(std::move(named)), control_planes_(std::move(control_planes)) {}

  /// Makes the key where there is none.
  Task<Result<void>> prepare();

  /// What is registered at a control plane; nothing where whoever shows no token may signal.
  std::optional<protocol::dps::Authorization> profile_for(const std::string& control_plane,
                                                          const std::string& token_endpoint);
  /// The header's value for a callback; empty for a control plane that this plane did not register at.
  Task<Result<std::string>> authorization_for(std::string control_plane);

  /// Errors: unauthenticated, invalid_input (another grant).
  Task<Result<protocol::api::token::TokenResponse>> give(protocol::api::token::TokenRequest request);
  /// The control plane that a token was given to. Errors: unauthenticated.
  Result<std::string> whose(const std::string& token) const;

 private:
  Task<Result<std::string>> sign(std::string subject, std::string audience);

  Services services_;
  Named named_;
  std::vector<KnownControlPlane> control_planes_;
  std::set<std::string> registered_;
  std::optional<protocol::jose::Jwk> key_;
};

/// `POST /token`. `proof` must outlive the router.
void bind_token_route(platform::routing::Router& router, OwnProof& proof);

}  // namespace kontor::dataplane::sdk
