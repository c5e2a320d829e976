#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about holders' requests and what became of them.
namespace kontor::protocol::api::issuer {

inline constexpr auto query_issuance_processes =
    query_of({.name = "query-issuance-processes",
              .path = "/api/admin/v1beta/participants/{participantContextId}/issuanceprocesses/query",
              .scope = "issuer-admin-api:issuanceprocesses:read",
              .summary = "Finds issuance processes."});
inline constexpr Route<Nothing, AnyJson> get_issuance_process{of_issuer(
    {.name = "get-issuance-process",
     .path = "/api/admin/v1beta/participants/{participantContextId}/issuanceprocesses/{issuanceProcessId}",
     .scope = "issuer-admin-api:issuanceprocesses:read",
     .summary = "Reads an issuance process."})};
inline constexpr Route<Nothing, Nothing> approve_issuance_process{
    of_issuer({.name = "approve-issuance-process",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/issuanceprocesses/"
                       "{issuanceProcessId}/approve",
               .scope = "issuer-admin-api:issuanceprocesses:write",
               .success = 204,
               .summary = "Approves a request that waits for it: the credentials are issued."})};
inline constexpr Route<AnyJson, Nothing> reject_issuance_process{of_issuer(
    {.name = "reject-issuance-process",
     .method = Method::post,
     .path =
         "/api/admin/v1beta/participants/{participantContextId}/issuanceprocesses/{issuanceProcessId}/reject",
     .scope = "issuer-admin-api:issuanceprocesses:write",
     .success = 204,
     .summary = "Rejects a request that waits for an approval; the holder is told the reason.",
     .example = R"({"reason":"the membership has ended"})"})};

}  // namespace kontor::protocol::api::issuer
