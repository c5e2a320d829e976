#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id/id.hpp"
#include "platform/http/tunnel.hpp"
#include "platform/routing/router.hpp"
#include "protocol/dps/types.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::transfer_process {

/// The name of the tunnel of a data plane: no context reaches a plane of another.
std::string tunnel_of(const ContextId& context, const protocol::dps::DataPlaneId& plane);

/// Which that is.
struct TunnelOwner {
  ContextId context;
  protocol::dps::DataPlaneId plane;
};
std::optional<TunnelOwner> owner_of(std::string_view tunnel);

/// Where data planes that cannot be reached open their tunnels: each its own, when it is registered in its
/// context. Both must outlive the router.
void bind_tunnel_route(platform::routing::Router& router, platform::http::Tunnels& tunnels,
                       participant_context::ParticipantContexts& contexts);

}  // namespace kontor::runtime::transfer_process
