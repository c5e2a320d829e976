#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes about the onboarding applications that an issuer's `application` attestation rests on. Who
/// applies (`applications`), who authorises (`authorisations`) and who issues (`credentials`,
/// `issuanceprocesses`) have scopes of their own.
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
inline constexpr auto query_applications =
    query_of({.name = "query-applications",
              .path = "/api/admin/v1beta/participants/{participantContextId}/applications/query",
              .scope = "issuer-admin-api:applications:read",
              .summary = "Finds applications, such as those that wait for a reviewer (state submitted)."});
inline constexpr Route<Nothing, AnyJson> get_application{
    of_issuer({.name = "get-application",
               .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}",
               .scope = "issuer-admin-api:applications:read",
               .summary = "Reads an application with its history."})};
inline constexpr Route<Nothing, AnyJson> get_application_status{of_issuer(
    {.name = "get-application-status",
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/status",
     .concern = Concern::provisioning,
     .scope = "issuer-admin-api:applications:read",
     .summary = "What the applicant may know: the state, since when, and the last comment."})};
inline constexpr Route<Nothing, AnyJson> review_application{of_issuer(
    {.name = "review-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/review",
     .scope = "issuer-admin-api:authorisations:write",
     .summary = "The caller takes the application into review, or over from another reviewer."})};
inline constexpr std::string_view decision_example = R"({"comment":"all documents are in order"})";
inline constexpr Route<AnyJson, AnyJson> request_application_changes{
    of_issuer({.name = "request-application-changes",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/applications/"
                       "{applicationId}/request-changes",
               .scope = "issuer-admin-api:authorisations:write",
               .summary = "The governance says what the applicant has to change.",
               .example = R"({"comment":"name the commercial register"})"})};
inline constexpr Route<AnyJson, AnyJson> resubmit_application{of_issuer(
    {.name = "resubmit-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/resubmit",
     .concern = Concern::provisioning,
     .scope = "issuer-admin-api:applications:write",
     .summary = "The applicant states anew what changes were requested of.",
     .example = R"({"holderName":"Example","credentialType":"MembershipCredential","properties":{},)"
                R"("documents":[{"name":"extract of the register","mediaType":"application/pdf",)"
                R"("reference":"https://example.org/extract.pdf","sha256":)"
                R"("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],)"
                R"("comment":"the register is named"})"})};
inline constexpr Route<AnyJson, AnyJson> withdraw_application{of_issuer(
    {.name = "withdraw-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/withdraw",
     .concern = Concern::provisioning,
     .scope = "issuer-admin-api:applications:write",
     .summary = "The applicant takes the application back.",
     .example = R"({"comment":"we apply elsewhere"})"})};
inline constexpr Route<AnyJson, AnyJson> approve_application{of_issuer(
    {.name = "approve-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/approve",
     .scope = "issuer-admin-api:authorisations:write",
     .summary = "The governance approves: the credential may be issued.",
     .example = decision_example})};
inline constexpr Route<AnyJson, AnyJson> reject_application{of_issuer(
    {.name = "reject-application",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/applications/{applicationId}/reject",
     .scope = "issuer-admin-api:authorisations:write",
     .summary = "The governance rejects, with a reason.",
     .example = decision_example})};

}  // namespace kontor::protocol::api::issuer
