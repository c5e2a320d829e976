#pragma once

#include "platform/routing/router.hpp"
#include "runtime/contract_negotiation/negotiations.hpp"

namespace kontor::runtime::contract_negotiation {

/// The negotiation protocol, both roles. `negotiations` must outlive the router.
void bind_dsp_routes(platform::routing::Router& router, Negotiations& negotiations);
/// Negotiations and agreements of the Management API.
void bind_management_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                            Negotiations& negotiations);

}  // namespace kontor::runtime::contract_negotiation
