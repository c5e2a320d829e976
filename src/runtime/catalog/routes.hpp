#pragma once

#include "platform/routing/router.hpp"
#include "runtime/catalog/catalogs.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"

namespace kontor::runtime::catalog {

/// Everything that the routes need; must outlive the router.
struct RouteServices {
  platform::engine::Engine& engine;
  participant_context::ParticipantContexts& contexts;
  policy::PolicyEngine& policies;
  dsp_endpoint::DspPeers& peers;
  Catalogs& catalogs;
};

struct PublishingServices {
  platform::engine::Engine& engine;
  participant_context::ParticipantContexts& contexts;
  policy::PolicyEngine& policies;
};
/// Assets, policy definitions and contract definitions of the Management API.
void bind_publishing_routes(platform::routing::Router& router, PublishingServices services);
/// All three at once, so that an asset is offered.
void bind_publication_routes(platform::routing::Router& router, PublishingServices services);
/// What policies would say about a counter-party.
struct DryRunServices {
  platform::engine::Engine& engine;
  policy::PolicyEngine& policies;
  ContractDefinitions& definitions;
};
void bind_dry_run_routes(platform::routing::Router& router, DryRunServices services);
/// The catalog protocol, as provider, and the Management API's requests, as consumer.
void bind_catalog_routes(platform::routing::Router& router, RouteServices services);

}  // namespace kontor::runtime::catalog
