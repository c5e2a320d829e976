#pragma once

#include "protocol/api/route.hpp"

/// The public side of the data plane: where the counter-party of a pull fetches. The answer is the source's,
/// so the routes have no types. [DPS Profiles, HTTP]
namespace kontor::protocol::api::data {

inline constexpr RouteInfo pull_data{.name = "pull-data",
                                     .listener = Listener::open,
                                     .path = "/api/data/{flowId}",
                                     .access = Access::flow,
                                     .errors = ErrorBody::dps,
                                     .summary = "The data of a flow that has started; GET and HEAD."};
inline constexpr RouteInfo pull_data_part{
    .name = "pull-data-part",
    .listener = Listener::open,
    .path = "/api/data/{flowId}/{path*}",
    .access = Access::flow,
    .errors = ErrorBody::dps,
    .summary = "What lies below the data of a flow, where its source allows paths."};

}  // namespace kontor::protocol::api::data
