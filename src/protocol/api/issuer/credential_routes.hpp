#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about what was issued.
namespace kontor::protocol::api::issuer {

/// Why a credential's status changes, for the record; an empty body is legal.
inline constexpr std::string_view reason_example = R"({"reason":"under review"})";

inline constexpr Route<Nothing, AnyJson> list_credentials{
    of_issuer({.name = "list-issued-credentials",
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentials",
               .scope = "issuer-admin-api:credentials:read",
               .query = "holderId type",
               .summary = "Lists issued credentials, at most 1,000; holderId and type as query parameters "
                          "narrow it."})};
inline constexpr auto query_credentials =
    query_of({.name = "query-issued-credentials",
              .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/query",
              .scope = "issuer-admin-api:credentials:read",
              .summary = "Finds issued credentials."});
inline constexpr Route<AnyJson, Nothing> offer_credentials{
    of_issuer({.name = "offer-credentials",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/offer",
               .scope = "issuer-admin-api:credentials:write",
               .success = 204,
               .summary = "Offers credentials to a holder; with Prefer: wait=N answers once it took them or "
                          "refused.",
               .example = R"({"holderId":"example-holder","credentials":["example-definition"]})"})};
inline constexpr Route<Nothing, AnyJson> get_credential_status{of_issuer(
    {.name = "get-issued-credential-status",
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/status",
     .scope = "issuer-admin-api:credentials:read",
     .summary = "Tells whether a credential still stands."})};
inline constexpr Route<AnyJson, Nothing> suspend_credential{of_issuer(
    {.name = "suspend-credential",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/suspend",
     .scope = "issuer-admin-api:credentials:write",
     .success = 204,
     .summary = "Suspends a credential, for a while.",
     .example = reason_example,
     .exempt = {.optional_body = true}})};
inline constexpr Route<AnyJson, Nothing> resume_credential{of_issuer(
    {.name = "resume-credential",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/resume",
     .scope = "issuer-admin-api:credentials:write",
     .success = 204,
     .summary = "Ends the suspension of a credential.",
     .example = reason_example,
     .exempt = {.optional_body = true}})};
inline constexpr Route<Nothing, AnyJson> reissue_credential{of_issuer(
    {.name = "reissue-credential",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/reissue",
     .scope = "issuer-admin-api:credentials:write",
     .success = 202,
     .summary = "Makes another credential of what holds now and delivers it; when the holder has it, the "
                "one before is revoked."})};
inline constexpr Route<AnyJson, Nothing> revoke_credential{of_issuer(
    {.name = "revoke-credential",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/revoke",
     .scope = "issuer-admin-api:credentials:write",
     .success = 204,
     .summary = "Revokes a credential for ever.",
     .example = reason_example,
     .exempt = {.optional_body = true}})};

}  // namespace kontor::protocol::api::issuer
