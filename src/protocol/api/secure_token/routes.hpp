#pragma once

#include "protocol/api/route.hpp"
#include "protocol/api/secure_token/messages.hpp"
#include "protocol/api/token/messages.hpp"

/// The routes of the secure token service: its token endpoint, and the accounts that use it.
namespace kontor::protocol::api::secure_token {

inline constexpr Route<TokenRequest, token::TokenResponse> request_token{
    {.name = "request-self-issued-token",
     .method = Method::post,
     .path = "/api/sts/token",
     .access = Access::client,
     .errors = ErrorBody::oauth,
     .body = BodyFormat::form,
     .summary =
         "Makes a self-issued token in a participant's name, for a connector that is not ours (DCP 1.0): "
         "with bearer_access_scope the audience may see credentials of these scopes; with token the "
         "audience's own access token is handed back.",
     .example = R"({"grant_type":"client_credentials","client_id":"did:web:example.org:holder",)"
                R"("client_secret":"64-random-hexadecimal-digits-or-more",)"
                R"("audience":"did:web:example.org:verifier",)"
                R"("bearer_access_scope":"org.eclipse.dspace.dcp.vc.type:MembershipCredential:read"})"}};
inline constexpr Route<token::ClientSecret, Nothing> set_account_secret{
    {.name = "set-account-secret",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/account",
     .concern = Concern::participant_data,
     .scope = "identity-api:participants:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary =
         "Gives a participant's account at the secure token service a secret that the caller made; a "
         "participant that has no account gets one. The secret before is good no more, or for as long as "
         "is said.",
     .example = R"({"clientSecret":"64-random-hexadecimal-digits-or-more"})"}};
inline constexpr Route<Nothing, Nothing> close_account{
    {.name = "close-account",
     .method = Method::del,
     .path = "/api/identity/v1beta/participants/{participantContextId}/account",
     .concern = Concern::participant_data,
     .scope = "identity-api:participants:write",
     .success = 204,
     .summary = "Closes a participant's account: the secure token service makes no more tokens for it."}};

}  // namespace kontor::protocol::api::secure_token
