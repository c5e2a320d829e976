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
     .query = "type",
     .summary = "Lists the credentials that a participant holds; type as query parameter narrows it."}};
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
