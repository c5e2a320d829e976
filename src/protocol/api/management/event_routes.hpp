#pragma once

#include "protocol/api/management/routes.hpp"

namespace kontor::protocol::api::management {

/// What happens in a participant's context, live. Beyond the reference, which has callbacks only.
inline constexpr auto stream_events = route<Nothing, Nothing>(
    {.name = "stream-events",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/events",
     .scope = "management-api:events:read",
     .answers = "text/event-stream",
     .summary = "Tells what happens as it happens, as server-sent events; Last-Event-ID resumes."});

}  // namespace kontor::protocol::api::management
