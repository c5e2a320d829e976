#pragma once

#include "platform/routing/router.hpp"
#include "runtime/secrets/secrets.hpp"

namespace kontor::runtime::secrets {

/// Secrets of the Management API. Both must outlive the router.
void bind_routes(platform::routing::Router& router, platform::engine::Engine& engine, Secrets& secrets);

}  // namespace kontor::runtime::secrets
