#pragma once

#include "protocol/api/identity/token_service_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API about secure token services that participants keep elsewhere. The reference
/// has none.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, TokenService> get_token_service{
    {.name = "get-token-service",
     .path = "/api/identity/v1beta/participants/{participantContextId}/tokenservice",
     .concern = Concern::participant_data,
     .scope = "identity-api:participants:read",
     .summary = "Reads where tokens in a participant's name are had, where it keeps its keys elsewhere."}};
inline constexpr Route<TokenService, Nothing> set_token_service{
    {.name = "set-token-service",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/tokenservice",
     .concern = Concern::participant_data,
     .scope = "identity-api:participants:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Names another secure token service of a participant that keeps its keys elsewhere; the "
                "secret is one that the participant wrote under this name.",
     .example = R"({"tokenUrl":"https://example.org/token","clientId":"did:web:example.org:own",)"
                R"("clientSecretAlias":"token-service"})"}};

}  // namespace kontor::protocol::api::identity
