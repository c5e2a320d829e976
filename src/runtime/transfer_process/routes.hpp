#pragma once

#include "platform/routing/router.hpp"
#include "runtime/transfer_process/transfers.hpp"

namespace kontor::runtime::transfer_process {

/// The transfer protocol, both roles, and the data planes' callbacks. `transfers` must outlive the router.
void bind_dsp_routes(platform::routing::Router& router, Transfers& transfers);
void bind_signaling_routes(platform::routing::Router& router, Transfers& transfers);
/// Which data plane would be chosen, and why a transfer is where it is, of the Management API.
void bind_explaining_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                            DataPlanes& planes);
/// Transfer processes of the Management API.
void bind_management_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                            Transfers& transfers);

}  // namespace kontor::runtime::transfer_process
