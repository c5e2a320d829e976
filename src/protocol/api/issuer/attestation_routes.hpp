#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about where claims come from.
namespace kontor::protocol::api::issuer {

inline constexpr Route<AnyJson, Nothing> create_attestation{
    of_issuer({.name = "create-attestation",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/attestations",
               .scope = "issuer-admin-api:attestations:write",
               .success = 201,
               .summary = "Defines where claims come from.",
               .example = R"({"id":"example-attestation","attestationType":"holder","configuration":{}})"})};
inline constexpr auto query_attestations =
    query_of({.name = "query-attestations",
              .path = "/api/admin/v1beta/participants/{participantContextId}/attestations/query",
              .scope = "issuer-admin-api:attestations:read",
              .summary = "Finds attestations."});
inline constexpr Route<Nothing, Nothing> delete_attestation{
    of_issuer({.name = "delete-attestation",
               .method = Method::del,
               .path = "/api/admin/v1beta/participants/{participantContextId}/attestations/{attestationId}",
               .scope = "issuer-admin-api:attestations:write",
               .success = 204,
               .summary = "Removes an attestation on which no credential definition rests."})};

}  // namespace kontor::protocol::api::issuer
