#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about what may be issued.
namespace kontor::protocol::api::issuer {

inline constexpr std::string_view definition_example =
    R"({"id":"example-definition","credentialType":"ExampleCredential",)"
    R"("format":"VC1_0_JWT","validity":31536000,"attestations":["example-attestation"],)"
    R"("rules":[],"mappings":[],"approvalRequired":false,"suspendable":true})";

inline constexpr Route<AnyJson, Nothing> create_credential_definition{
    of_issuer({.name = "create-credential-definition",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions",
               .scope = "issuer-admin-api:credentialdefinitions:write",
               .success = 201,
               .summary = "Defines a credential: its attestations, rules and mappings.",
               .example = definition_example})};
inline constexpr Route<AnyJson, Nothing> update_credential_definition{of_issuer(
    {.name = "update-credential-definition",
     .method = Method::put,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions",
     .scope = "issuer-admin-api:credentialdefinitions:write",
     .summary = "Replaces the definition whose id the body names; what was issued stays what it is.",
     .example = definition_example})};
inline constexpr auto query_credential_definitions =
    query_of({.name = "query-credential-definitions",
              .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions/query",
              .scope = "issuer-admin-api:credentialdefinitions:read",
              .summary = "Finds credential definitions."});
inline constexpr Route<Nothing, AnyJson> get_credential_definition{
    of_issuer({.name = "get-credential-definition",
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions/"
                       "{credentialDefinitionId}",
               .scope = "issuer-admin-api:credentialdefinitions:read",
               .summary = "Reads a credential definition."})};
inline constexpr Route<AnyJson, AnyJson> evaluate_credential_definition{of_issuer(
    {.name = "evaluate-credential-definition",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions/"
             "{credentialDefinitionId}/evaluate",
     .scope = "issuer-admin-api:credentialdefinitions:read",
     .summary = "Says what a request of a holder would bring; nothing is issued and nothing changes.",
     .example = R"({"holderId":"example-holder","claims":{"level":"full"}})",
     .exempt = {.free_form = "/claims/"}})};
inline constexpr Route<Nothing, Nothing> delete_credential_definition{
    of_issuer({.name = "delete-credential-definition",
               .method = Method::del,
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions/"
                       "{credentialDefinitionId}",
               .scope = "issuer-admin-api:credentialdefinitions:write",
               .success = 204,
               .summary = "Removes a definition; what was issued stays what it is."})};

}  // namespace kontor::protocol::api::issuer
