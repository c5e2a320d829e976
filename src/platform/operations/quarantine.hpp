#pragma once

#include "platform/engine/engine.hpp"
#include "platform/routing/router.hpp"

namespace kontor::platform::operations {

/// Binds the routes of the Operations API that list what was set aside and take it back.
void bind_quarantine_routes(routing::Router& router, engine::Engine& engine);

}  // namespace kontor::platform::operations
