#pragma once

#include "protocol/api/identity/credential_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta about the credentials that participants hold and ask for.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, std::vector<CredentialResource>> list_credentials{
    {.name = "list-credentials",
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:read",
     .query = "type state",
     .summary = "Lists the credentials that a participant holds; type and state as query parameters narrow "
                "it, state=REVOKED to those that are revoked at the moment."}};
inline constexpr Route<Nothing, std::vector<CredentialResource>> list_all_credentials{
    {.name = "list-all-credentials",
     .path = "/api/identity/v1beta/credentials",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .query = "offset limit",
     .summary = "Lists the credentials of all participants; offset and limit as query parameters."}};
inline constexpr Route<Nothing, CredentialResource> get_credential{
    {.name = "get-held-credential",
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials/{credentialId}",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:read",
     .summary = "Reads a credential that a participant holds."}};
inline constexpr Route<CredentialManifest, Nothing> add_credential{
    {.name = "add-credential",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Keeps a credential that was issued elsewhere; it is checked like one that is delivered.",
     .example = R"({"participantContextId":"of-the-example","verifiableCredentialContainer":)"
                R"({"rawVc":"a-token-of-the-example","format":"VC1_0_JWT"},"metadata":{"source":"example"}})",
     .exempt = {.free_form = "/metadata/"}}};
inline constexpr Route<CredentialManifest, Nothing> replace_credential{
    {.name = "replace-credential",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Puts another credential in the place of the one with this id.",
     .example = R"({"id":"credential-of-the-example","verifiableCredentialContainer":)"
                R"({"rawVc":"a-token-of-the-example"}})"}};
inline constexpr Route<Nothing, Nothing> delete_credential{
    {.name = "delete-credential",
     .method = Method::del,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials/{credentialId}",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:write",
     .success = 204,
     .summary = "Deletes a credential that a participant holds; it is presented no more."}};
inline constexpr Route<CredentialRequest, Nothing> request_credentials{
    {.name = "request-credentials",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials/request",
     .concern = Concern::participant_context,
     .scope = "identity-api:credentials:write",
     .body = BodyFormat::json,
     .success = 201,
     .summary = "Asks an issuer for credentials; the answer's Location is the request.",
     .example = R"({"issuerDid":"did:web:example.org:issuer","credentials":[{"id":"membership",)"
                R"("type":"MembershipCredential","format":"VC1_0_JWT"}]})"}};
inline constexpr Route<Nothing, CredentialRequestStatus> get_credential_request{
    {.name = "get-credential-request",
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentials/request/{holderPid}",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:read",
     .summary = "Reads a credential request; with Prefer: wait=N answers once it is issued or refused."}};

}  // namespace kontor::protocol::api::identity
