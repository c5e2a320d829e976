#pragma once

#include <string_view>

#include "protocol/api/route.hpp"

/// Signalling to a data plane that cannot be reached: it dials. The connection changes sides with the answer
/// 101, and the control plane asks on it what it would ask at the plane's address.
namespace kontor::protocol::api::signaling {

/// The endpoint of a data plane that is asked over its tunnel; behind it the plane's id.
inline constexpr std::string_view tunnel_endpoint = "tunnel:";

inline constexpr RouteInfo open_tunnel{
    .name = "open-tunnel",
    .listener = Listener::signaling,
    .path = "/api/signaling/v1/{participantContextId}/dataplanes/{dataplaneId}/tunnel",
    .access = Access::token,
    .concern = Concern::signaling,
    .scope = "signaling-api:tunnels:write",
    .errors = ErrorBody::dps,
    .success = 101,
    .summary = "A line of the tunnel of a data plane: with Upgrade: kontor-tunnel/1, by the plane itself."};

}  // namespace kontor::protocol::api::signaling
