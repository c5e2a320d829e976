#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about those who may be issued to.
namespace kontor::protocol::api::issuer {

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

}  // namespace kontor::protocol::api::issuer
