#pragma once

#include "protocol/api/route.hpp"
#include "protocol/dps/http_profile.hpp"

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

/// Bearer: a token of the client's own making, which holds the access token. [DPS Profiles, Token Renewal]
inline constexpr Route<dps::TokenRenewalRequest, dps::TokenRenewalResponse> renew_data_token{
    {.name = "renew-data-token",
     .listener = Listener::open,
     .method = Method::post,
     .path = "/api/data-token",
     .access = Access::flow,
     .errors = ErrorBody::oauth,
     .body = BodyFormat::form,
     .query = "grant_type refresh_token",
     .summary = "A new token for a flow whose token expires, for the participant that the flow is for.",
     .example = R"({"grant_type":"refresh_token","refresh_token":"token-of-the-data-address"})",
     .exempt = {.optional_body = true}}};

}  // namespace kontor::protocol::api::data
