#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about what was issued.
namespace kontor::protocol::api::issuer {

inline constexpr Route<Nothing, AnyJson> list_credentials{
    of_issuer({.name = "list-issued-credentials",
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentials",
               .scope = "issuer-admin-api:credentials:read",
               .query = "holderId type",
               .summary = "Lists issued credentials; holderId and type as query parameters narrow it."})};
inline constexpr Route<Nothing, Nothing> revoke_credential{of_issuer(
    {.name = "revoke-credential",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/revoke",
     .scope = "issuer-admin-api:credentials:write",
     .success = 204,
     .summary = "Revokes a credential for ever."})};

}  // namespace kontor::protocol::api::issuer
