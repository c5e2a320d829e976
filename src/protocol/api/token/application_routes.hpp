#pragma once

#include "protocol/api/route.hpp"
#include "protocol/api/token/applications.hpp"
#include "protocol/api/token/messages.hpp"

/// The routes by which a participant registers its applications.
namespace kontor::protocol::api::token {

inline constexpr Route<ApplicationDefinition, SharingApplication> register_application{
    {.name = "register-sharing-application",
     .method = Method::post,
     .path = "/api/sts/v1/participants/{participantContextId}/applications",
     .concern = Concern::participant_data,
     .scope = "sts-api:applications:write",
     .body = BodyFormat::json,
     .success = 201,
     .summary = "Registers an application of the participant; a secret that is made here is told once. What "
                "people want to know of it may stand in `description`, 1 to 256 characters.",
     .example = R"({"name":"reporting","description":"Monthly figures; ask the controllers",)"
                R"("scopes":["management-api:catalog:read"]})"}};
inline constexpr Route<Nothing, std::vector<SharingApplication>> list_sharing_applications{
    {.name = "list-sharing-applications",
     .path = "/api/sts/v1/participants/{participantContextId}/applications",
     .concern = Concern::participant_data,
     .scope = "sts-api:applications:read",
     .summary = "Lists the participant's applications, without secrets."}};
inline constexpr Route<Nothing, SharingApplication> get_sharing_application{
    {.name = "get-sharing-application",
     .path = "/api/sts/v1/participants/{participantContextId}/applications/{applicationId}",
     .concern = Concern::participant_data,
     .scope = "sts-api:applications:read",
     .summary = "Reads an application, without its secret."}};
inline constexpr Route<ApplicationDefinition, SharingApplication> change_sharing_application{
    {.name = "change-sharing-application",
     .method = Method::put,
     .path = "/api/sts/v1/participants/{participantContextId}/applications/{applicationId}",
     .concern = Concern::participant_data,
     .scope = "sts-api:applications:write",
     .body = BodyFormat::json,
     .summary = "Replaces an application's name, description, scopes and keys; a scope that it loses it "
                "loses at once, and without `description` it has none any more.",
     .example = R"({"name":"reporting","description":"Monthly figures; ask the controllers",)"
                R"("scopes":["management-api:catalog:read"]})"}};
inline constexpr Route<ClientSecret, Nothing> set_application_secret{
    {.name = "set-sharing-application-secret",
     .method = Method::put,
     .path = "/api/sts/v1/participants/{participantContextId}/applications/{applicationId}/secret",
     .concern = Concern::participant_data,
     .scope = "sts-api:applications:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Gives an application a secret that the caller made; the one before is good no more, or for "
                "as long as is said.",
     .example = R"({"clientSecret":"64-random-hexadecimal-digits-or-more","previousGoodForSeconds":86400})"}};
inline constexpr Route<Nothing, Nothing> revoke_application{
    {.name = "revoke-sharing-application",
     .method = Method::del,
     .path = "/api/sts/v1/participants/{participantContextId}/applications/{applicationId}",
     .concern = Concern::participant_data,
     .scope = "sts-api:applications:write",
     .success = 204,
     .summary =
         "Revokes an application: it gets no more tokens, and those that it has are refused at once."}};

}  // namespace kontor::protocol::api::token
