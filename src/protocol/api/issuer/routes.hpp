#pragma once

#include "protocol/api/route.hpp"

/// The routes of the Issuer administration API v1beta, and of the onboarding applications that an issuer's
/// `application` attestation rests on. The bodies are the issuer's own documents (domain/issuance,
/// domain/application), so they are open here and read by the issuer service.
namespace kontor::protocol::api::issuer {

consteval RouteInfo of_issuer(RouteInfo info) {
  if (info.concern == Concern::nothing) info.concern = Concern::governance;
  if (!info.example.empty()) info.body = BodyFormat::json;
  return info;
}

inline constexpr Route<AnyJson, Nothing> create_holder{
    of_issuer({.name = "create-holder",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/holders",
               .concern = Concern::provisioning,
               .scope = "issuer-admin-api:holders:write",
               .success = 201,
               .summary = "Registers a party that credentials may be issued to.",
               .example = R"({"holderId":"did:web:example.org:holder","did":"did:web:example.org:holder",)"
                          R"("name":"Example","properties":{}})"})};
inline constexpr Route<Nothing, AnyJson> get_holder{
    of_issuer({.name = "get-holder",
               .path = "/api/admin/v1beta/participants/{participantContextId}/holders/{holderId}",
               .concern = Concern::provisioning,
               .scope = "issuer-admin-api:holders:read",
               .summary = "Reads a holder."})};
inline constexpr Route<Nothing, Nothing> delete_holder{
    of_issuer({.name = "delete-holder",
               .method = Method::del,
               .path = "/api/admin/v1beta/participants/{participantContextId}/holders/{holderId}",
               .concern = Concern::provisioning,
               .scope = "issuer-admin-api:holders:write",
               .success = 204,
               .summary = "Removes a holder; its credentials stay what they are."})};
inline constexpr Route<AnyJson, Nothing> create_attestation{
    of_issuer({.name = "create-attestation",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/attestations",
               .scope = "issuer-admin-api:attestations:write",
               .success = 201,
               .summary = "Defines where claims come from.",
               .example = R"({"id":"example-attestation","attestationType":"holder","configuration":{}})"})};
inline constexpr Route<AnyJson, Nothing> create_credential_definition{of_issuer(
    {.name = "create-credential-definition",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions",
     .scope = "issuer-admin-api:credentialdefinitions:write",
     .success = 201,
     .summary = "Defines a credential: its attestations, rules and mappings.",
     .example = R"({"id":"example-definition","credentialType":"ExampleCredential",)"
                R"("format":"VC1_0_JWT","validity":31536000,"attestations":["example-attestation"],)"
                R"("rules":[],"mappings":[]})"})};
inline constexpr Route<Nothing, AnyJson> list_credentials{
    of_issuer({.name = "list-issued-credentials",
               .path = "/api/admin/v1beta/participants/{participantContextId}/credentials",
               .scope = "issuer-admin-api:credentials:read",
               .query = "holderId type",
               .summary = "Lists issued credentials; holderId and type as query parameters narrow it."})};
inline constexpr Route<Nothing, Nothing> revoke_credential{of_issuer(
    {.name = "revoke-credential",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentials/{credentialId}/revoke",
     .scope = "issuer-admin-api:credentials:write",
     .success = 204,
     .summary = "Revokes a credential for ever."})};

inline constexpr Route<AnyJson, AnyJson> submit_application{
    of_issuer({.name = "submit-application",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/applications",
               .concern = Concern::provisioning,
               .scope = "issuer-admin-api:applications:write",
               .success = 201,
               .summary = "An organisation applies for a credential.",
               .example = R"({"applicant":"did:web:example.org:holder","holderName":"Example",)"
                          R"("credentialType":"MembershipCredential","properties":{},"documents":[]})"})};
inline constexpr Route<Nothing, AnyJson> list_applications{
    of_issuer({.name = "list-applications",
               .path = "/api/admin/v1beta/participants/{participantContextId}/applications",
               .scope = "issuer-admin-api:applications:read",
               .summary = "Lists applications."})};
inline constexpr Route<Nothing, AnyJson> get_application{
    of_issuer({.name = "get-application",
               .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}",
               .scope = "issuer-admin-api:applications:read",
               .summary = "Reads an application with its history."})};
inline constexpr std::string_view decision_example = R"({"comment":"all documents are in order"})";
inline constexpr Route<AnyJson, AnyJson> approve_application{of_issuer(
    {.name = "approve-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/approve",
     .scope = "issuer-admin-api:applications:write",
     .summary = "The governance approves: the credential may be issued.",
     .example = decision_example})};
inline constexpr Route<AnyJson, AnyJson> reject_application{of_issuer(
    {.name = "reject-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/reject",
     .scope = "issuer-admin-api:applications:write",
     .summary = "The governance rejects, with a reason.",
     .example = decision_example})};

}  // namespace kontor::protocol::api::issuer
