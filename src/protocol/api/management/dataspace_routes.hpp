#pragma once

#include "protocol/api/management/dataspace.hpp"
#include "protocol/api/management/routes.hpp"

/// The routes of the Management API v5beta about what holds for all participants of an installation, and how
/// counter-parties are found.
namespace kontor::protocol::api::management {

// ---- dataspace profiles

inline constexpr std::string_view profile_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"DataspaceProfile",)"
    R"("name":"example-profile","protocol":{"version":"2025-1","binding":"HTTPS",)"
    R"("namespace":"https://w3id.org/dspace/2025/1/"},"jsonLdContextsUrl":[],)"
    R"("trustedIssuers":[{"@id":"did:web:example.org:issuer","supportedTypes":["*"]}],)"
    R"("requiredCredentials":["MembershipCredential"],"acceptUndeclaredRelationships":false})";
inline constexpr auto create_profile = route<DataspaceProfile, DataspaceProfile>(
    {.name = "create-dsp-profile",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/dataspaceprofiles",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:write",
     .summary = "Declares a dataspace profile, which participants can be associated with.",
     .example = profile_example});
inline constexpr auto update_profile = route<DataspaceProfile, Nothing>(
    {.name = "replace-dsp-profile",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/dataspaceprofiles",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:write",
     .success = 204,
     .summary = "Replaces a dataspace profile; the name is that of the body.",
     .example = profile_example});
inline constexpr auto query_profiles =
    route<QueryRequest, std::vector<DataspaceProfile>>({.name = "query-dsp-profiles",
                                                        .method = Method::post,
                                                        .path = "/api/mgmt/v5beta/dataspaceprofiles/request",
                                                        .concern = Concern::participant_context,
                                                        .scope = "management-api:profiles:read",
                                                        .summary = "Finds dataspace profiles.",
                                                        .example = query_example,
                                                        .exempt = {.optional_body = true}});
inline constexpr auto get_profile =
    route<Nothing, DataspaceProfile>({.name = "get-dsp-profile",
                                      .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}",
                                      .concern = Concern::participant_context,
                                      .scope = "management-api:profiles:read",
                                      .summary = "Reads a dataspace profile."});
inline constexpr auto delete_profile = route<Nothing, Nothing>(
    {.name = "delete-dsp-profile",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:write",
     .success = 204,
     .summary = "Deletes a dataspace profile; whoever was associated with it is no more."});
inline constexpr auto get_participant_profiles = route<Nothing, std::vector<DataspaceProfile>>(
    {.name = "get-participant-dsp-profiles",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/profiles",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:read",
     .summary = "Lists the dataspace profiles that a participant takes part in."});
inline constexpr auto put_participant_profiles = route<AssociateDataspaceProfile, Nothing>(
    {.name = "associate-participant-dsp-profiles",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/profiles",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Says which dataspace profiles a participant takes part in.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"AssociateDataspaceProfile","profiles":["http-dsp-profile-2025-1"]})"});

// ---- discovery

inline constexpr auto discover = route<DiscoveryRequest, std::vector<DiscoveryResponse>>(
    {.name = "discover-counter-party",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/discover/request",
     .scope = "management-api:discovery:read",
     .summary = "Finds the profiles that a counter-party and the participant both have, with addresses.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"DiscoveryRequest","counterPartyId":"did:web:example.org:example"})"});

// ---- what counter-parties are asked for

inline constexpr std::string_view scope_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"DcpScope",)"
    R"("@id":"example-scope","value":"org.eclipse.dspace.dcp.vc.type:ExampleCredential:read",)"
    R"("type":"DEFAULT","profile":"example-profile"})";
inline constexpr auto create_scope =
    route<DcpScope, IdResponse>({.name = "create-dcp-scope",
                                 .method = Method::post,
                                 .path = "/api/mgmt/v5beta/dcpscopes",
                                 .concern = Concern::participant_context,
                                 .scope = "management-api:admin",
                                 .summary = "Adds credentials that counter-parties are asked for.",
                                 .example = scope_example});
inline constexpr auto update_scope = route<DcpScope, Nothing>({.name = "replace-dcp-scope",
                                                               .method = Method::put,
                                                               .path = "/api/mgmt/v5beta/dcpscopes/{scopeId}",
                                                               .concern = Concern::participant_context,
                                                               .scope = "management-api:admin",
                                                               .success = 204,
                                                               .summary = "Replaces a scope.",
                                                               .example = scope_example});
inline constexpr auto delete_scope =
    route<Nothing, Nothing>({.name = "delete-dcp-scope",
                             .method = Method::del,
                             .path = "/api/mgmt/v5beta/dcpscopes/{scopeId}",
                             .concern = Concern::participant_context,
                             .scope = "management-api:admin",
                             .success = 204,
                             .summary = "Asks for these credentials no more."});
inline constexpr auto query_scopes =
    route<QueryRequest, std::vector<DcpScope>>({.name = "query-dcp-scopes",
                                                .method = Method::post,
                                                .path = "/api/mgmt/v5beta/dcpscopes/request",
                                                .concern = Concern::participant_context,
                                                .scope = "management-api:admin",
                                                .summary = "Finds scopes.",
                                                .example = query_example,
                                                .exempt = {.optional_body = true}});

}  // namespace kontor::protocol::api::management
