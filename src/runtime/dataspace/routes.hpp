#pragma once

#include "platform/routing/router.hpp"
#include "runtime/dataspace/body_schemas.hpp"
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

/// Whose credentials are believed under a profile, entry by entry.
void bind_trusted_issuer_routes(platform::routing::Router& router, platform::engine::Engine& engine);

struct SchemaServices {
  platform::engine::Engine& engine;
  BodySchemas& schemas;
};
/// Cached documents and schema validators; from then on the bodies of the Management API are held against
/// them.
void bind_schema_routes(platform::routing::Router& router, SchemaServices services);

}  // namespace kontor::runtime::dataspace
