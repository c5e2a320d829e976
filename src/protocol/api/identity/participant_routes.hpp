#pragma once

#include "protocol/api/identity/participant_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta about participant contexts.
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
inline constexpr Route<std::vector<std::string>, Nothing> set_participant_scopes{
    {.name = "set-identity-context-scopes",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/scopes",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Replaces the scopes of an identity: what tokens that have scopes may do in its name here.",
     .example = R"(["identity-api:read","identity-api:keypairs:write"])"}};
inline constexpr Route<std::vector<std::string>, Nothing> set_participant_roles{
    {.name = "set-identity-context-roles",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/roles",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "The same by roles, as earlier versions have it: admin, provisioner, participant.",
     .example = R"(["participant"])"}};
/// Lines of JSON, the last of them a signature over all others.
inline constexpr RouteInfo export_participant{
    .name = "export-identity-context",
    .path = "/api/identity/v1beta/participants/{participantContextId}/export",
    .concern = Concern::participant_data,
    .scope = "identity-api:participants:read",
    .answers = "application/x-ndjson",
    .summary =
        "Everything that a participant has at the identity services, as a signed archive without secrets."};
inline constexpr Route<Nothing, Nothing> delete_participant{
    {.name = "delete-identity-context",
     .method = Method::del,
     .path = "/api/identity/v1beta/participants/{participantContextId}",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .success = 204,
     .summary =
         "Deletes an identity with everything that belongs to it: keys, DID document, account, "
         "credentials. It ends at once; what is still to be removed then is removed whatever happens."}};

}  // namespace kontor::protocol::api::identity
