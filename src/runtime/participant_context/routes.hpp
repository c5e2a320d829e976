#pragma once

#include "platform/routing/router.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::participant_context {

/// Binds the Management API's routes about participant contexts. `contexts` must outlive the router.
void bind_routes(platform::routing::Router& router, ParticipantContexts& contexts);

}  // namespace kontor::runtime::participant_context
