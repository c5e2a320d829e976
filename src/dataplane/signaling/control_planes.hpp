#pragma once

#include <functional>
#include <string>

#include "base/entity/decision.hpp"
#include "domain/data_flow/types.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "platform/auth/plane_tokens.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/engine/engine.hpp"
#include "platform/routing/router.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/dps/registration.hpp"

namespace kontor::dataplane::signaling {

/// A control plane of others that may order flows in a context. Its client secret, if any, is in the vault.
struct ControlPlaneDocument {
  using Entity = protocol::dps::ControlPlaneRegistrationMessage;
  static const entity::Kind& kind();
  static std::string encode(const Entity& registration);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// The control planes that a data plane knows. One that registered is who a caller with its id as the token's
/// subject speaks for; everybody else who may signal speaks for the installation's own. [DPS 1.0,
/// §registration]
class ControlPlanes {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    platform::auth::TokenSource& own_tokens;
    platform::http::Client& client;
    platform::http::SecretClient& secret_client;
  };
  /// `own_url`: where callbacks to the installation's own control plane go; empty: it is told nothing.
  ControlPlanes(Services services, std::string own_url, platform::auth::PlaneTokensConfig exchange = {})
      : services_(services),
        own_url_(std::move(own_url)),
        tokens_(services.secret_client, std::move(exchange)) {}

  using Registration = protocol::dps::ControlPlaneRegistrationMessage;
  Task<Result<void>> put(ContextId context, Registration registration, std::string actor);
  /// Flows that it ordered go on, and it is told nothing any more. Errors: not_found.
  Task<Result<void>> remove(ContextId context, protocol::dps::ControlPlaneId id, std::string actor);

  /// The header's value for a control plane that registered with no profile; empty: none. Before the first
  /// callback.
  using Proof = std::function<Task<Result<std::string>>(protocol::dps::ControlPlaneId)>;
  void prove_by(Proof proof) { proof_ = std::move(proof); }

  /// Those of all contexts with this id that registered with an authorization profile. Bounded.
  Task<Result<std::vector<platform::auth::RegisteredPlane>>> with_profile(std::string id);

  /// Who is told of a flow that this caller orders.
  Task<Result<domain::data_flow::ControlPlane>> of_caller(ContextId context, std::string subject);

  struct Way {
    std::string url;  ///< base of its callbacks, as of now; empty: it is told nothing
    std::string authorization;
    platform::http::Trust trust = platform::http::Trust::foreign;
    bool own = false;
    protocol::dps::Dialect dialect = protocol::dps::Dialect::rc3;
  };
  /// How a control plane is told. Errors: those of getting a token.
  Task<Result<Way>> way_to(ContextId context, domain::data_flow::ControlPlane plane,
                           platform::async::Deadline deadline);
  /// A token of the installation's own was not taken.
  void forget_own_token() { services_.own_tokens.forget(); }

 private:
  Task<Result<std::optional<Registration>>> find(ContextId context, protocol::dps::ControlPlaneId id);
  domain::data_flow::ControlPlane own(const ContextId& context) const;

  Services services_;
  std::string own_url_;
  platform::auth::PlaneTokens tokens_;
  Proof proof_;
};

/// Whether the flow was ordered by this control plane.
bool is_of(const domain::data_flow::DataFlow& flow, const domain::data_flow::ControlPlane& plane);

/// Binds the registration of control planes. `all` must outlive the router.
void bind_control_plane_routes(platform::routing::Router& router, ControlPlanes& all);

}  // namespace kontor::dataplane::signaling
