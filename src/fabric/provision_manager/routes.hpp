#pragma once

#include "fabric/provision_manager/orchestrations.hpp"
#include "platform/routing/router.hpp"

namespace kontor::fabric::provision_manager {

/// Bind the routes of the Provision Manager's API; what they are bound to must outlive the router.
void bind_definition_routes(platform::routing::Router& router, Definitions& definitions);
void bind_orchestration_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                               Orchestrations& orchestrations);

}  // namespace kontor::fabric::provision_manager
