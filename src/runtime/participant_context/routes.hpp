#pragma once

#include "platform/routing/router.hpp"
#include "runtime/identity/archive.hpp"
#include "runtime/identity/identity_contexts.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::participant_context {

/// Binds the Management API's routes about participant contexts. All must outlive the router.
void bind_routes(platform::routing::Router& router, ParticipantContexts& contexts,
                 identity::IdentityContexts& identities);
/// Binds the route by which a participant takes along what its connector has. All must outlive the router.
void bind_export_route(platform::routing::Router& router, ParticipantContexts& contexts,
                       identity::Archives& archives);

}  // namespace kontor::runtime::participant_context
