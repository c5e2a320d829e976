#pragma once

#include "protocol/api/identity/messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta.
namespace kontor::protocol::api::identity {

inline constexpr Route<ParticipantManifest, CreatedParticipant> create_participant{
    {.name = "create-identity-context",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .body = BodyFormat::json,
     .summary = "Creates a participant's identity: keys, DID document, services.",
     .example = R"({"participantContextId":"example","did":"did:web:example.org:example","active":true,)"
                R"("key":{"keyId":"key-1","privateKeyAlias":"example-key-1",)"
                R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp256r1"}},"serviceEndpoints":[]})"}};
inline constexpr Route<Nothing, std::vector<ParticipantContext>> list_participants{
    {.name = "list-identity-contexts",
     .path = "/api/identity/v1beta/participants",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .query = "offset limit",
     .summary = "Lists identities; offset and limit as query parameters."}};
inline constexpr Route<Nothing, ParticipantContext> get_participant{
    {.name = "get-identity-context",
     .path = "/api/identity/v1beta/participants/{participantContextId}",
     .concern = Concern::participant_context,
     .scope = "identity-api:participants:read",
     .summary = "Reads an identity."}};
inline constexpr Route<Nothing, Nothing> set_participant_state{
    {.name = "set-identity-context-state",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/state",
     .concern = Concern::participant_context,
     .scope = "identity-api:participants:write",
     .success = 204,
     .query = "isActive",
     .summary = "Activates (isActive=true) or deactivates an identity; a deactivated one has no DID document "
                "and signs nothing."}};
inline constexpr Route<Nothing, std::vector<KeyPairResource>> list_key_pairs{
    {.name = "list-key-pairs",
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:read",
     .summary = "Lists a participant's key pairs."}};
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

inline constexpr Route<Nothing, Nothing> clear_caches{
    {.name = "clear-caches",
     .method = Method::post,
     .path = "/api/identity/v1beta/caches/clear",
     .scope = "identity-api:admin",
     .success = 204,
     .summary =
         "Forgets what is kept of others: DID documents, status lists, presentations. For administrators."}};

}  // namespace kontor::protocol::api::identity
