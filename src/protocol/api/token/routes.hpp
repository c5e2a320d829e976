#pragma once

#include "protocol/api/route.hpp"
#include "protocol/api/token/messages.hpp"

/// The routes of the token service.
namespace kontor::protocol::api::token {

inline constexpr Route<TokenRequest, TokenResponse> request_token{
    {.name = "request-token",
     .method = Method::post,
     .path = "/token",
     .access = Access::client,
     .errors = ErrorBody::oauth,
     .body = BodyFormat::form,
     .summary = "Exchanges a client's credentials for an access token (RFC 6749 §4.4).",
     .example = R"({"grant_type":"client_credentials","client_id":"example","client_secret":"secret"})"}};
inline constexpr Route<Nothing, jose::Jwks> get_jwks{
    {.name = "token-jwks",
     .path = "/.well-known/jwks.json",
     .access = Access::open,
     .errors = ErrorBody::oauth,
     .summary = "The keys that access tokens are signed with."}};
inline constexpr Route<Nothing, Discovery> get_discovery{
    {.name = "token-discovery",
     .path = "/.well-known/openid-configuration",
     .access = Access::open,
     .errors = ErrorBody::oauth,
     .summary = "Where the token service's endpoints are, and what they can do."}};
inline constexpr Route<Nothing, Discovery> get_authorization_server{
    {.name = "token-authorization-server",
     .path = "/.well-known/oauth-authorization-server",
     .access = Access::open,
     .errors = ErrorBody::oauth,
     .summary = "The same, where RFC 8414 looks for it."}};
inline constexpr Route<Client, Client> put_client{
    {.name = "put-client",
     .method = Method::put,
     .path = "/api/sts/v1/clients/{clientId}",
     .concern = Concern::clients,
     .scope = "sts-api:admin",
     .body = BodyFormat::json,
     .summary = "Creates a client or changes it; a secret that is made here is told once. From `validUntil` "
                "on it gets no more tokens, and none that it is given lasts longer; left out: it has no end.",
     .example = R"({"clientId":"example","role":"participant","participantContextId":"example","scopes":[],)"
                R"("validUntil":"2030-12-31T23:59:59Z"})",
     .exempt = {.upsert = true}}};
inline constexpr Route<ClientSecret, Nothing> set_client_secret{
    {.name = "set-client-secret",
     .method = Method::put,
     .path = "/api/sts/v1/clients/{clientId}/secret",
     .concern = Concern::clients,
     .scope = "sts-api:admin",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Gives a client a secret that the caller made; the one before is good no more, or for as "
                "long as is said.",
     .example = R"({"clientSecret":"64-random-hexadecimal-digits-or-more","previousGoodForSeconds":86400})"}};
inline constexpr Route<Nothing, std::vector<Client>> list_clients{
    {.name = "list-clients",
     .path = "/api/sts/v1/clients",
     .concern = Concern::clients,
     .scope = "sts-api:admin",
     .summary = "Lists clients, without secrets."}};
inline constexpr Route<Nothing, Nothing> delete_client{
    {.name = "delete-client",
     .method = Method::del,
     .path = "/api/sts/v1/clients/{clientId}",
     .concern = Concern::clients,
     .scope = "sts-api:admin",
     .success = 204,
     .summary = "Deletes a client: it gets no more tokens."}};

}  // namespace kontor::protocol::api::token
