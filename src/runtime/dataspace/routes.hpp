#pragma once

#include "platform/routing/router.hpp"
#include "runtime/dataspace/discovery.hpp"

namespace kontor::runtime::dataspace {

/// Everything that the routes need; must outlive the router.
struct RouteServices {
  platform::engine::Engine& engine;
  Dataspaces& dataspaces;
  Discovery& discovery;
};

/// Dataspace profiles, scopes and discovery of the Management API.
void bind_routes(platform::routing::Router& router, RouteServices services);

}  // namespace kontor::runtime::dataspace
