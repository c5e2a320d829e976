#pragma once

#include <vector>

#include "protocol/api/fabric/paging.hpp"
#include "protocol/api/fabric/route_defaults.hpp"
#include "protocol/api/fabric/tenant_manager.hpp"

/// The routes of the Tenant Manager. Lists take `?offset=…&limit=…`; lists of tenants and answers to queries
/// carry `Link` and `X-Total-Count` (paging.hpp).
namespace kontor::protocol::api::fabric {

inline constexpr Route<Nothing, std::vector<Tenant>> list_tenants{
    of_tenant_manager({.name = "list-tenants",
                       .method = Method::get,
                       .path = "/api/v1alpha1/tenants",
                       .query = "offset limit",
                       .summary = "Lists the tenants, a page at a time."})};

inline constexpr Route<NewTenant, Tenant> create_tenant{
    of_tenant_manager({.name = "create-tenant",
                       .method = Method::post,
                       .path = "/api/v1alpha1/tenants",
                       .success = 201,
                       .summary = "Creates a tenant.",
                       .example = R"({"properties":{"name":"Acme"}})",
                       .exempt = {.any_object = true, .free_form = "/properties/"}})};

inline constexpr Route<Query, std::vector<Tenant>> query_tenants{
    of_tenant_manager({.name = "query-tenants",
                       .method = Method::post,
                       .path = "/api/v1alpha1/tenants/query",
                       .scope = tenant_manager_read,
                       .summary = "Finds tenants.",
                       .example = R"({"predicate":"properties.name = 'Acme'","offset":0,"limit":50})"})};

inline constexpr Route<Nothing, Tenant> get_tenant{
    of_tenant_manager({.name = "get-tenant",
                       .method = Method::get,
                       .path = "/api/v1alpha1/tenants/{tenantId}",
                       .summary = "Reads a tenant."})};

inline constexpr Route<PropertiesDiff, Tenant> update_tenant{
    of_tenant_manager({.name = "update-tenant",
                       .method = Method::patch,
                       .path = "/api/v1alpha1/tenants/{tenantId}",
                       .summary = "Sets and removes properties of a tenant.",
                       .example = R"({"properties":{"name":"Acme Ltd"},"removed":["note"]})",
                       .exempt = {.any_object = true, .free_form = "/properties/"}})};

inline constexpr Route<Nothing, Nothing> delete_tenant{
    of_tenant_manager({.name = "delete-tenant",
                       .method = Method::del,
                       .path = "/api/v1alpha1/tenants/{tenantId}",
                       .summary = "Deletes a tenant whose participant profiles are all disposed."})};

inline constexpr Route<Nothing, std::vector<ParticipantProfile>> list_participant_profiles{
    of_tenant_manager({.name = "list-participant-profiles",
                       .method = Method::get,
                       .path = "/api/v1alpha1/tenants/{tenantId}/participant-profiles",
                       .query = "offset limit",
                       .summary = "Lists the participant profiles of a tenant."})};

inline constexpr Route<NewParticipantProfile, ParticipantProfile> deploy_participant_profile{
    of_tenant_manager(
        {.name = "deploy-participant-profile",
         .method = Method::post,
         .path = "/api/v1alpha1/tenants/{tenantId}/participant-profiles",
         .success = 202,
         .summary = "Creates a participant profile and starts its onboarding.",
         .example = R"({"identifier":"did:web:example.com:acme","participantRoles":{},)"
                    R"("vpaProperties":{"cfm.issuer":{"membershipType":"full"}},"properties":{}})",
         .exempt = {.free_form = "/properties/ /participantRoles/ /vpaProperties/cfm.issuer/"}})};

inline constexpr Route<Nothing, ParticipantProfile> get_participant_profile{
    of_tenant_manager({.name = "get-participant-profile",
                       .method = Method::get,
                       .path = "/api/v1alpha1/tenants/{tenantId}/participant-profiles/{participantProfileId}",
                       .summary = "Reads a participant profile with the state of its agents."})};

inline constexpr Route<Nothing, Nothing> dispose_participant_profile{
    of_tenant_manager({.name = "dispose-participant-profile",
                       .method = Method::del,
                       .path = "/api/v1alpha1/tenants/{tenantId}/participant-profiles/{participantProfileId}",
                       .success = 202,
                       .summary = "Starts the off-boarding of a participant."})};

inline constexpr Route<Query, std::vector<ParticipantProfile>> query_participant_profiles{
    of_tenant_manager({.name = "query-participant-profiles",
                       .method = Method::post,
                       .path = "/api/v1alpha1/participant-profiles/query",
                       .scope = tenant_manager_read,
                       .summary = "Finds participant profiles of all tenants.",
                       .example = R"({"predicate":"vpas.state = 'active'","offset":0,"limit":50})"})};

inline constexpr Route<Nothing, std::vector<Cell>> list_cells{
    of_tenant_manager({.name = "list-cells",
                       .method = Method::get,
                       .path = "/api/v1alpha1/cells",
                       .query = "offset limit",
                       .summary = "Lists the cells."})};

inline constexpr Route<NewCell, Cell> create_cell{of_tenant_manager(
    {.name = "create-cell",
     .method = Method::post,
     .path = "/api/v1alpha1/cells",
     .success = 201,
     .summary = "Makes a cell known.",
     .example = R"({"externalId":"eu-1","state":"active","stateTimestamp":"2026-01-01T00:00:00Z",)"
                R"("properties":{"labels":{"region":"eu"}}})",
     .exempt = {.free_form = "/properties/"}})};

inline constexpr Route<Nothing, Cell> get_cell{of_tenant_manager({.name = "get-cell",
                                                                  .method = Method::get,
                                                                  .path = "/api/v1alpha1/cells/{cellId}",
                                                                  .summary = "Reads a cell."})};

inline constexpr Route<CellPatch, Cell> update_cell{
    of_tenant_manager({.name = "update-cell",
                       .method = Method::patch,
                       .path = "/api/v1alpha1/cells/{cellId}",
                       .summary = "Changes the state or the properties of a cell.",
                       .example = R"({"state":"offline","properties":{},"removed":[]})",
                       .exempt = {.any_object = true}})};

inline constexpr Route<Nothing, Nothing> delete_cell{
    of_tenant_manager({.name = "delete-cell",
                       .method = Method::del,
                       .path = "/api/v1alpha1/cells/{cellId}",
                       .summary = "Forgets a cell on which nothing is deployed."})};

inline constexpr Route<Nothing, std::vector<DataspaceProfile>> list_dataspace_profiles{
    of_tenant_manager({.name = "list-dataspace-profiles",
                       .method = Method::get,
                       .path = "/api/v1alpha1/dataspace-profiles",
                       .query = "offset limit",
                       .summary = "Lists the dataspace profiles."})};

inline constexpr Route<NewDataspaceProfile, DataspaceProfile> create_dataspace_profile{of_tenant_manager(
    {.name = "create-dataspace-profile",
     .method = Method::post,
     .path = "/api/v1alpha1/dataspace-profiles",
     .success = 201,
     .summary = "Describes a dataspace: its protocols and the credentials of its participants.",
     .example = R"({"dataspaceSpec":{"protocolStack":["dsp-2025-1"],"credentialSpecs":[{"id":"membership",)"
                R"("type":"MembershipCredential","issuer":"did:web:issuer.example","format":"VC1_0_JWT"}]},)"
                R"("artifacts":[],"properties":{"name":"Example"}})",
     .exempt = {.any_object = true, .free_form = "/properties/"}})};

inline constexpr Route<Nothing, DataspaceProfile> get_dataspace_profile{
    of_tenant_manager({.name = "get-dataspace-profile",
                       .method = Method::get,
                       .path = "/api/v1alpha1/dataspace-profiles/{dataspaceProfileId}",
                       .summary = "Reads a dataspace profile."})};

inline constexpr Route<Nothing, Nothing> delete_dataspace_profile{
    of_tenant_manager({.name = "delete-dataspace-profile",
                       .method = Method::del,
                       .path = "/api/v1alpha1/dataspace-profiles/{dataspaceProfileId}",
                       .summary = "Deletes a dataspace profile that no participant uses."})};

inline constexpr Route<NewDataspaceDeployment, Nothing> deploy_dataspace_profile{
    of_tenant_manager({.name = "deploy-dataspace-profile",
                       .method = Method::post,
                       .path = "/api/v1alpha1/dataspace-profiles/{dataspaceProfileId}/deployments",
                       .success = 202,
                       .summary = "Offers a dataspace on a cell; a second time changes nothing.",
                       .example = R"({"cellId":"cell-1"})",
                       .exempt = {.optional_body = true, .any_object = true}})};

}  // namespace kontor::protocol::api::fabric
