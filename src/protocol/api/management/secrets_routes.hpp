#pragma once

#include "protocol/api/management/routes.hpp"
#include "protocol/api/management/secrets.hpp"

/// The routes of the Management API about secrets; beyond EDC's v5beta.
namespace kontor::protocol::api::management {

inline constexpr std::string_view secret_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Secret",)"
    R"("@id":"example-secret","value":"example value"})";
inline constexpr auto create_secret =
    route<Secret, IdResponse>({.name = "create-secret",
                               .method = Method::post,
                               .path = "/api/mgmt/v5beta/participants/{participantContextId}/secrets",
                               .scope = "management-api:secrets:write",
                               .summary = "Keeps a secret, which is never shown again.",
                               .example = secret_example});
inline constexpr auto update_secret =
    route<Secret, Nothing>({.name = "replace-secret",
                            .method = Method::put,
                            .path = "/api/mgmt/v5beta/participants/{participantContextId}/secrets/{secretId}",
                            .scope = "management-api:secrets:write",
                            .success = 204,
                            .summary = "Replaces a secret's value.",
                            .example = secret_example});
inline constexpr auto query_secrets = route<QueryRequest, std::vector<KeptSecret>>(
    {.name = "query-secrets",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/secrets/request",
     .scope = "management-api:secrets:read",
     .summary = "Finds secrets, without their values.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_secret = route<Nothing, KeptSecret>(
    {.name = "get-secret",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/secrets/{secretId}",
     .scope = "management-api:secrets:read",
     .summary = "Tells whether there is a secret, without its value."});
inline constexpr auto delete_secret = route<Nothing, Nothing>(
    {.name = "delete-secret",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/secrets/{secretId}",
     .scope = "management-api:secrets:write",
     .success = 204,
     .summary = "Destroys a secret."});

}  // namespace kontor::protocol::api::management
