#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

namespace kontor::protocol::api::issuer {

/// Lines of JSON, the last of them a signature over all others.
inline constexpr RouteInfo export_issuer = of_issuer(
    {.name = "export-issuer",
     .path = "/api/admin/v1beta/participants/{participantContextId}/export",
     .scope = "issuer-admin-api:read",
     .answers = "application/x-ndjson",
     .summary = "Everything that an issuer has: what it issues, to whom and on what grounds, and its status "
                "lists, as a signed archive without secrets."});

}  // namespace kontor::protocol::api::issuer
