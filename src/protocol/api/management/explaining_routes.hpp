#pragma once

#include "protocol/api/management/explaining.hpp"
#include "protocol/api/management/routes.hpp"

/// Routes beyond the reference: why something was refused, and whether something would be.
namespace kontor::protocol::api::management {

inline constexpr auto explain_negotiation = route<Nothing, NegotiationExplanation>(
    {.name = "explain-negotiation",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}/"
             "explanation",
     .scope = "management-api:negotiations:read",
     .summary =
         "Says why a negotiation ended: by whom, with which reason, and where a policy refused, by which "
         "constraint and value.",
     .answer_example =
         R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"NegotiationExplanation",)"
         R"("state":"TERMINATED","stateTimestamp":1769860800000,"endedBy":"US",)"
         R"("reason":"the contract policy is not fulfilled","refusal":{"scope":"contract.negotiation",)"
         R"("counterParty":"did:web:example.org:example","reason":"no MembershipCredential"}})"});

inline constexpr auto explain_transfer = route<Nothing, TransferExplanation>(
    {.name = "explain-transfer",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}/"
             "explanation",
     .scope = "management-api:transfers:read",
     .summary = "Says why a transfer ended: by whom, with which reason, and where the terms of the agreement "
                "are not fulfilled any more, by which constraint and value; why its data plane was chosen, "
                "and how that one stands."});

inline constexpr auto select_dataplane = route<DataPlaneQuestion, DataPlaneSelection>(
    {.name = "select-dataplane",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/dataplanes/selection",
     .concern = Concern::participant_context,
     .scope = "management-api:dataplanes:read",
     .summary =
         "Says which data plane a transfer would get now, and of each why or why not; changes nothing.",
     .example = R"({"transferType":"HttpData-PULL","labels":[]})"});

inline constexpr std::string_view dry_run_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"PolicyDryRun",)"
    R"("counterPartyId":"did:web:example.org:example","credentials":[{"@context":[)"
    R"("https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","MembershipCredential"],)"
    R"("issuer":"did:web:example.org:issuer","credentialSubject":{"id":"did:web:example.org:example"}}]})";
/// What credentials hold is their readers' matter.
inline constexpr Exemptions of_a_dry_run{.free_form = "/credentials/0/"};

inline constexpr auto evaluate_policy = route<DryRunRequest, PolicyEvaluation>(
    {.name = "evaluate-policy-definition",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}/"
             "evaluate",
     .scope = "management-api:policies:read",
     .summary = "Evaluates a policy for a counter-party, step by step, and changes nothing.",
     .example = dry_run_example,
     .exempt = of_a_dry_run});
inline constexpr auto validate_policy = route<Nothing, PolicyValidation>(
    {.name = "validate-policy-definition",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}/"
             "validate",
     .scope = "management-api:policies:read",
     .summary = "Says whether everything in a policy is understood, as expressions are now."});
inline constexpr auto plan_policy = route<PolicyPlanRequest, PolicyPlan>(
    {.name = "plan-policy-evaluation",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/policydefinitions/{policyDefinitionId}/"
             "evaluationplan",
     .scope = "management-api:policies:read",
     .summary = "Says what would be asked of a counter-party in a scope, and what is of no account there.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"PolicyEvaluationPlanRequest","policyScope":"contract.negotiation"})"});
inline constexpr auto ask_visibility = route<DryRunRequest, AssetVisibility>(
    {.name = "ask-asset-visibility",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/assets/{assetId}/visibility",
     .scope = "management-api:assets:read",
     .summary = "Says whether a counter-party would see an asset and get an agreement, and why not.",
     .example = dry_run_example,
     .exempt = of_a_dry_run});

}  // namespace kontor::protocol::api::management
