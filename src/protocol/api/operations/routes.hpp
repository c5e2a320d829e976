#pragma once

#include "protocol/api/operations/messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Operations API v1. An entity is named by its context, its kind and its id.
namespace kontor::protocol::api::operations {

inline constexpr Route<Nothing, QuarantinePage> list_quarantine{
    {.name = "list-quarantine",
     .path = "/api/operations/v1/quarantine",
     .concern = Concern::operations,
     .scope = "operations-api:quarantine:read",
     .query = "kind limit cursor",
     .summary =
         "Lists what was set aside in all contexts; kind narrows it, limit (1 to 500) and cursor page."}};
inline constexpr Route<Nothing, Nothing> retry_quarantined{
    {.name = "retry-quarantined",
     .method = Method::post,
     .path = "/api/operations/v1/quarantine/{participantContextId}/{kind}/{entityId}/retry",
     .concern = Concern::operations,
     .scope = "operations-api:quarantine:write",
     .success = 204,
     .summary = "Takes an entity back: its effects run again in order, and what was due to it happens."}};
inline constexpr Route<Nothing, RestingPeers> list_resting_peers{
    {.name = "list-resting-peers",
     .path = "/api/operations/v1/resting-peers",
     .concern = Concern::operations,
     .scope = "operations-api:peers:read",
     .summary =
         "Lists the counter-parties that did not answer this process several times in a row: why, since "
         "when, and when they are asked again."}};

}  // namespace kontor::protocol::api::operations
