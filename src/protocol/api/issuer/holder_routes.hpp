#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about those who may be issued to.
namespace kontor::protocol::api::issuer {

inline constexpr std::string_view holder_example =
    R"({"holderId":"did:web:example.org:holder","did":"did:web:example.org:holder",)"
    R"("name":"Example","properties":{}})";

inline constexpr Route<AnyJson, Nothing> create_holder{
    of_issuer({.name = "create-holder",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/holders",
               .concern = Concern::provisioning,
               .scope = "issuer-admin-api:holders:write",
               .success = 201,
               .summary = "Registers a party that credentials may be issued to.",
               .example = holder_example})};
inline constexpr Route<AnyJson, Nothing> update_holder{
    of_issuer({.name = "update-holder",
               .method = Method::put,
               .path = "/api/admin/v1beta/participants/{participantContextId}/holders",
               .concern = Concern::provisioning,
               .scope = "issuer-admin-api:holders:write",
               .summary = "Replaces the holder whose id the body names.",
               .example = holder_example})};
inline constexpr auto query_holders =
    query_of({.name = "query-holders",
              .path = "/api/admin/v1beta/participants/{participantContextId}/holders/query",
              .concern = Concern::provisioning,
              .scope = "issuer-admin-api:holders:read",
              .summary = "Finds holders."});
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
