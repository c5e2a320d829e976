#pragma once

#include "protocol/api/management/partner_groups.hpp"
#include "protocol/api/management/routes.hpp"

/// Routes beyond the reference's participant-scoped API: groups of partners.
namespace kontor::protocol::api::management {

inline constexpr std::string_view partner_group_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"PartnerGroup",)"
    R"("@id":"example-group","members":["did:web:example.org:example"]})";

inline constexpr auto create_partner_group = route<PartnerGroup, IdResponse>(
    {.name = "create-partner-group",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/partnergroups",
     .scope = "management-api:policies:write",
     .summary = "Puts partners into a group that policies can name as BusinessPartnerGroup.",
     .example = partner_group_example});
inline constexpr auto query_partner_groups = route<QueryRequest, std::vector<PartnerGroup>>(
    {.name = "query-partner-groups",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/partnergroups/request",
     .scope = "management-api:policies:read",
     .summary = "Finds groups of partners.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_partner_group = route<Nothing, PartnerGroup>(
    {.name = "get-partner-group",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/partnergroups/{partnerGroupId}",
     .scope = "management-api:policies:read",
     .summary = "Reads a group of partners."});
inline constexpr auto update_partner_group = route<PartnerGroup, Nothing>(
    {.name = "update-partner-group",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/partnergroups/{partnerGroupId}",
     .scope = "management-api:policies:write",
     .success = 204,
     .summary = "Replaces the members of a group.",
     .example = partner_group_example});
inline constexpr auto delete_partner_group = route<Nothing, Nothing>(
    {.name = "delete-partner-group",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/partnergroups/{partnerGroupId}",
     .scope = "management-api:policies:write",
     .success = 204,
     .summary = "Deletes a group; nobody is in it from then on."});

}  // namespace kontor::protocol::api::management
