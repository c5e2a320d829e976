#pragma once

#include "protocol/api/management/participants.hpp"
#include "protocol/api/management/sharing.hpp"
#include "protocol/api/route.hpp"
#include "protocol/dsp/catalog.hpp"

/// The routes of the Management API v5beta.
namespace kontor::protocol::api::management {

/// Fills in what all of them have in common.
consteval RouteInfo of_management(RouteInfo info) {
  const bool has_body =
      info.method == Method::post || info.method == Method::put || info.method == Method::patch;
  info.listener = Listener::administration;
  info.access = Access::token;
  if (info.concern == Concern::nothing) info.concern = Concern::participant_data;
  info.errors = ErrorBody::edc;
  if (has_body && info.body == BodyFormat::none && !info.example.empty()) info.body = BodyFormat::json;
  return info;
}

template <class Request, class Response>
consteval Route<Request, Response> route(RouteInfo info) {
  return {of_management(info)};
}

inline constexpr std::string_view query_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"QuerySpec","limit":10})";

// ---- participant contexts

inline constexpr auto create_participant = route<ParticipantContext, IdResponse>(
    {.name = "create-participant-context",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .summary = "Creates a participant context in the control plane.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"ParticipantContext","@id":"example",)"
                R"("identity":"did:web:example.org:example","properties":{}})"});
inline constexpr auto list_participants = route<Nothing, std::vector<ParticipantContext>>(
    {.name = "list-participant-contexts",
     .path = "/api/mgmt/v5beta/participants",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .query = "offset limit",
     .summary = "Lists participant contexts; offset and limit as query parameters."});
inline constexpr auto get_participant =
    route<Nothing, ParticipantContext>({.name = "get-participant-context",
                                        .path = "/api/mgmt/v5beta/participants/{participantContextId}",
                                        .concern = Concern::participant_context,
                                        .scope = "management-api:admin",
                                        .summary = "Reads a participant context."});
inline constexpr auto update_participant = route<ParticipantContext, Nothing>(
    {.name = "update-participant-context",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Replaces the properties of a participant context.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"ParticipantContext","identity":"did:web:example.org:example","properties":{}})"});
inline constexpr auto delete_participant = route<Nothing, Nothing>(
    {.name = "delete-participant-context",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Deletes a participant context with everything that it owns in the control plane."});
inline constexpr auto get_config = route<Nothing, ParticipantContextConfig>(
    {.name = "get-participant-context-config",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/config",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .summary = "Reads a context's configuration, without its private entries."});
inline constexpr std::string_view config_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"ParticipantContextConfig","entries":{"example.key":"value"}})";
inline constexpr auto put_config = route<ParticipantContextConfig, Nothing>(
    {.name = "replace-participant-context-config",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/config",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Replaces a context's configuration.",
     .example = config_example});
inline constexpr auto patch_config = route<ParticipantContextConfig, Nothing>(
    {.name = "merge-participant-context-config",
     .method = Method::patch,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/config",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Merges entries into a context's configuration; null removes a key.",
     .example = config_example});
inline constexpr auto put_dataplane = route<dps::DataPlaneRegistrationMessage, Nothing>(
    {.name = "register-dataplane",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/dataplanes",
     .concern = Concern::participant_context,
     .scope = "management-api:dataplanes:write",
     .summary =
         "Registers a data plane for the context, changes it, or with leaseSeconds says that it is still "
         "there.",
     .example = R"({"dataplaneId":"example",)"
                R"("endpoint":"http://127.0.0.1:8081/api/v1/example/dataflows",)"
                R"("profiles":["HttpData-PULL"],"labels":["location=fra"],"leaseSeconds":60,"load":25})",
     .exempt = {.upsert = true}});
inline constexpr auto list_dataplanes = route<Nothing, std::vector<dps::DataPlaneRegistrationMessage>>(
    {.name = "list-dataplanes",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/dataplanes",
     .concern = Concern::participant_context,
     .scope = "management-api:dataplanes:read",
     .summary = "Lists the data planes of the context, without their secrets."});
inline constexpr auto delete_dataplane = route<Nothing, Nothing>(
    {.name = "deregister-dataplane",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/dataplanes/{dataplaneId}",
     .concern = Concern::participant_context,
     .scope = "management-api:dataplanes:write",
     .summary = "Removes a data plane."});

// ---- publishing

inline constexpr std::string_view asset_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Asset",)"
    R"("@id":"example-asset","properties":{"name":"Country codes",)"
    R"("contenttype":"application/json"},"privateProperties":{},)"
    R"("dataAddress":{"@type":"DataAddress","type":"HttpData",)"
    R"("baseUrl":"https://example.org/data"}})";
/// Properties are the participant's own, and the rest of an address is for the data plane of its type to
/// read.
inline constexpr Exemptions of_an_asset{.free_form = "/properties/ /privateProperties/ /dataAddress/baseUrl"};
inline constexpr std::string_view id_response_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"IdResponse",)"
    R"("@id":"example-asset","createdAt":1769860800000})";
inline constexpr auto create_asset =
    route<Asset, IdResponse>({.name = "create-asset",
                              .method = Method::post,
                              .path = "/api/mgmt/v5beta/participants/{participantContextId}/assets",
                              .scope = "management-api:assets:write",
                              .summary = "Creates an asset.",
                              .example = asset_example,
                              .answer_example = id_response_example,
                              .exempt = of_an_asset});
inline constexpr auto update_asset =
    route<Asset, Nothing>({.name = "update-asset",
                           .method = Method::put,
                           .path = "/api/mgmt/v5beta/participants/{participantContextId}/assets",
                           .scope = "management-api:assets:write",
                           .success = 204,
                           .summary = "Replaces an asset; the id is that of the body.",
                           .example = asset_example,
                           .exempt = of_an_asset});
inline constexpr auto query_assets = route<QueryRequest, std::vector<Asset>>(
    {.name = "query-assets",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/assets/request",
     .scope = "management-api:assets:read",
     .summary = "Finds assets.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_asset =
    route<Nothing, Asset>({.name = "get-asset",
                           .path = "/api/mgmt/v5beta/participants/{participantContextId}/assets/{assetId}",
                           .scope = "management-api:assets:read",
                           .summary = "Reads an asset."});
inline constexpr auto delete_asset =
    route<Nothing, Nothing>({.name = "delete-asset",
                             .method = Method::del,
                             .path = "/api/mgmt/v5beta/participants/{participantContextId}/assets/{assetId}",
                             .scope = "management-api:assets:write",
                             .success = 204,
                             .summary = "Deletes an asset that no agreement is about."});

inline constexpr std::string_view policy_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"PolicyDefinition","@id":"example-policy","policy":{"@type":"Set",)"
    R"("permission":[{"action":"use","constraint":[{"leftOperand":"MembershipCredential",)"
    R"("operator":"eq","rightOperand":"active"}]}]}})";
inline constexpr Exemptions of_a_policy{.free_form = "/policy/permission/0/constraint/0/rightOperand"};
inline constexpr auto create_policy = route<PolicyDefinition, IdResponse>(
    {.name = "create-policy-definition",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions",
     .scope = "management-api:policies:write",
     .summary = "Creates a policy definition; operands that nobody understands are refused.",
     .example = policy_example,
     .exempt = of_a_policy});
inline constexpr auto update_policy = route<PolicyDefinition, Nothing>(
    {.name = "update-policy-definition",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}",
     .scope = "management-api:policies:write",
     .success = 204,
     .summary = "Replaces a policy definition.",
     .example = policy_example,
     .exempt = of_a_policy});
inline constexpr auto query_policies = route<QueryRequest, std::vector<PolicyDefinition>>(
    {.name = "query-policy-definitions",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/request",
     .scope = "management-api:policies:read",
     .summary = "Finds policy definitions.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_policy = route<Nothing, PolicyDefinition>(
    {.name = "get-policy-definition",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}",
     .scope = "management-api:policies:read",
     .summary = "Reads a policy definition."});
inline constexpr auto delete_policy = route<Nothing, Nothing>(
    {.name = "delete-policy-definition",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}",
     .scope = "management-api:policies:write",
     .success = 204,
     .summary = "Deletes a policy definition that no contract definition uses."});
/// Beyond the reference.
inline constexpr auto get_policy_usage = route<Nothing, PolicyUsage>(
    {.name = "get-policy-definition-usage",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}/"
             "usage",
     .scope = "management-api:policies:read",
     .summary = "Says which contract definitions use a policy definition, as access policy and as contract "
                "policy: of each the first 100, and whether there are more.",
     .answer_example =
         R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"PolicyUsage",)"
         R"("policyId":"example-policy","accessPolicyOf":{"contractDefinitionIds":["example-definition"],)"
         R"("more":false},"contractPolicyOf":{"contractDefinitionIds":[],"more":false}})"});

inline constexpr std::string_view contract_definition_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"ContractDefinition","@id":"example-definition",)"
    R"("accessPolicyId":"example-policy","contractPolicyId":"example-policy",)"
    R"("assetsSelector":[{"@type":"Criterion","operandLeft":"id","operator":"=",)"
    R"("operandRight":"example-asset"}]})";
inline constexpr Exemptions of_a_selector{.free_form = "/assetsSelector/0/operandRight"};
inline constexpr auto create_contract_definition = route<ContractDefinition, IdResponse>(
    {.name = "create-contract-definition",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractdefinitions",
     .scope = "management-api:contractdefinitions:write",
     .summary = "Offers the assets of a selector under an access policy and a contract policy.",
     .example = contract_definition_example,
     .exempt = of_a_selector});
inline constexpr auto update_contract_definition = route<ContractDefinition, Nothing>(
    {.name = "update-contract-definition",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractdefinitions",
     .scope = "management-api:contractdefinitions:write",
     .success = 204,
     .summary = "Replaces a contract definition; the id is that of the body.",
     .example = contract_definition_example,
     .exempt = of_a_selector});
inline constexpr auto query_contract_definitions = route<QueryRequest, std::vector<ContractDefinition>>(
    {.name = "query-contract-definitions",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractdefinitions/request",
     .scope = "management-api:contractdefinitions:read",
     .summary = "Finds contract definitions.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_contract_definition = route<Nothing, ContractDefinition>(
    {.name = "get-contract-definition",
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/contractdefinitions/{contractDefinitionId}",
     .scope = "management-api:contractdefinitions:read",
     .summary = "Reads a contract definition."});
inline constexpr auto delete_contract_definition = route<Nothing, Nothing>(
    {.name = "delete-contract-definition",
     .method = Method::del,
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/contractdefinitions/{contractDefinitionId}",
     .scope = "management-api:contractdefinitions:write",
     .success = 204,
     .summary = "Takes an offer back; agreements that were made stay."});

}  // namespace kontor::protocol::api::management
