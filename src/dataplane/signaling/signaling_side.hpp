#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/signaling/data_flows.hpp"
#include "dataplane/signaling/token_renewal.hpp"

namespace kontor::dataplane::signaling {

/// What signalling stands on; all of it outlives the side that is made of it.
struct Foundation {
  platform::engine::Engine& engine;
  platform::vault::Vault& vault;
  platform::http::Client& client;
  platform::http::SecretClient& secret_client;
  platform::auth::TokenSource& own_tokens;
  platform::routing::Router& router;
  platform::did::Resolver& resolver;
  Random& random;
};

struct SideOptions {
  std::string public_url;         ///< base of the address at which tokens are renewed
  std::string own_control_plane;  ///< where callbacks to it go; empty: there is none, or it is told nothing
  std::optional<Duration> token_lifetime;  ///< none: as long as the flow
  platform::auth::PlaneTokensConfig exchange;
};

/// A data plane's side of Data Plane Signaling, with its machine in the engine and its routes in the router:
/// everything but what moves the data. The product's data plane (`SignalingAssembly`) and a program over the
/// SDK (`dataplane/sdk`) are made of it. Before it is used, `DataFlows::serve_with` and
/// `AccessTokens::prepare`.
struct SignalingSide {
  std::unique_ptr<AccessTokens> tokens;
  std::unique_ptr<ControlPlanes> control_planes;
  std::unique_ptr<DataFlows> flows;
  std::unique_ptr<TokenRenewal> renewal;
};
SignalingSide make_side(const Foundation& on, SideOptions options);
/// What it keeps in the store.
std::vector<const entity::Kind*> kinds_of_side();

}  // namespace kontor::dataplane::signaling
