#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes about the onboarding applications that an issuer's `application` attestation rests on.
namespace kontor::protocol::api::issuer {

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
