#pragma once

#include "protocol/api/route.hpp"
#include "protocol/api/token/mappings.hpp"

/// The administration of token exchange, at the paths that clients of such services know. What a scope means
/// holds for the whole installation, so it is the administrator's.
namespace kontor::protocol::api::token {

inline constexpr Route<Nothing, std::vector<ResourceMapping>> list_resource_mappings{
    {.name = "list-resource-mappings",
     .path = "/api/v1/mappings",
     .concern = Concern::clients,
     .scope = "sts-api:mappings:read",
     .summary = "Lists which outside clients act for which participant contexts."}};
inline constexpr Route<ResourceMapping, Nothing> create_resource_mapping{
    {.name = "create-resource-mapping",
     .method = Method::post,
     .path = "/api/v1/mappings",
     .concern = Concern::clients,
     .scope = "sts-api:mappings:write",
     .body = BodyFormat::json,
     .success = 201,
     .summary = "Lets an outside client act for a participant context.",
     .example = R"({"clientIdentifier":"system:serviceaccount:example:new","participantContext":"example",)"
                R"("scopes":["example-read"],"audiences":[]})"}};
inline constexpr Route<ResourceMapping, Nothing> replace_resource_mapping{
    {.name = "replace-resource-mapping",
     .method = Method::put,
     .path = "/api/v1/mappings/{clientIdentifier}/{participantContext}",
     .concern = Concern::clients,
     .scope = "sts-api:mappings:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Replaces what an outside client may do for a participant context.",
     .example = R"({"clientIdentifier":"system:serviceaccount:example:agent","participantContext":"example",)"
                R"("scopes":["example-read"],"audiences":[]})"}};
inline constexpr Route<Nothing, Nothing> delete_resource_mapping{
    {.name = "delete-resource-mapping",
     .method = Method::del,
     .path = "/api/v1/mappings/{clientIdentifier}/{participantContext}",
     .concern = Concern::clients,
     .scope = "sts-api:mappings:write",
     .success = 204,
     .summary = "An outside client does not act for a participant context any more."}};
inline constexpr Route<Nothing, Nothing> delete_client_mappings{
    {.name = "delete-resource-mappings-of-client",
     .method = Method::del,
     .path = "/api/v1/mappings/{clientIdentifier}",
     .concern = Concern::clients,
     .scope = "sts-api:mappings:write",
     .success = 204,
     .summary = "An outside client acts for nobody any more."}};
inline constexpr Route<Nothing, std::vector<ScopeMapping>> list_scope_mappings{
    {.name = "list-scope-mappings",
     .path = "/api/v1/scopes",
     .concern = Concern::installation,
     .scope = "sts-api:scopes:read",
     .summary = "Lists what scopes put into exchanged tokens."}};
inline constexpr Route<AnyJson, Nothing> put_scope_mappings{
    {.name = "put-scope-mappings",
     .method = Method::post,
     .path = "/api/v1/scopes",
     .concern = Concern::installation,
     .scope = "sts-api:scopes:write",
     .body = BodyFormat::json,
     .success = 201,
     .summary =
         "Says what a scope puts into exchanged tokens, anew or for the first time; one or a list of them.",
     .example = R"({"scope":"example-read","claims":{"scope":"identity-api:read management-api:read"}})",
     .exempt = {.free_form = "/claims/"}}};
inline constexpr Route<ScopeMapping, Nothing> replace_scope_mapping{
    {.name = "replace-scope-mapping",
     .method = Method::put,
     .path = "/api/v1/scopes/{scope}",
     .concern = Concern::installation,
     .scope = "sts-api:scopes:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Says anew what a scope puts into exchanged tokens.",
     .example = R"({"scope":"example-read","claims":{"scope":"identity-api:read management-api:read"}})",
     .exempt = {.free_form = "/claims/"}}};
inline constexpr Route<Nothing, Nothing> delete_scope_mapping{
    {.name = "delete-scope-mapping",
     .method = Method::del,
     .path = "/api/v1/scopes/{scope}",
     .concern = Concern::installation,
     .scope = "sts-api:scopes:write",
     .success = 204,
     .summary = "A scope puts nothing into exchanged tokens any more."}};

}  // namespace kontor::protocol::api::token
