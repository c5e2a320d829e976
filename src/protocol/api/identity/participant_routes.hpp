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

}  // namespace kontor::protocol::api::identity
