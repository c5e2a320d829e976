#pragma once

#include "protocol/api/management/routes.hpp"

namespace kontor::protocol::api::management {

/// Lines of JSON, the last of them a signature over all others.
inline constexpr RouteInfo export_participant = of_management(
    {.name = "export-participant-context",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/export",
     .scope = "management-api:read",
     .answers = "application/x-ndjson",
     .summary = "Everything that a participant has at its connector, as a signed archive without secrets."});

}  // namespace kontor::protocol::api::management
