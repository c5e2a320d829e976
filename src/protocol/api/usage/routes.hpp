#pragma once

#include "protocol/api/management/publishing.hpp"
#include "protocol/api/management/routes.hpp"
#include "protocol/api/usage/limits.hpp"
#include "protocol/api/usage/messages.hpp"

/// What passed a data plane, in the style of the Management API and beyond EDC's v5beta. Served by the data
/// plane, which alone knows.
namespace kontor::protocol::api::usage {

inline constexpr auto query_usage = management::route<management::QueryRequest, std::vector<FlowUsage>>(
    {.name = "query-usage",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/usage/request",
     .scope = "management-api:usage:read",
     .summary = "Finds what was fetched and sent, data flow by data flow, at most a second old.",
     .example = management::query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_agreement_usage = management::route<Nothing, AgreementUsage>(
    {.name = "get-agreement-usage",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/usage/agreements/{agreementId}",
     .scope = "management-api:usage:read",
     .summary = "What was fetched and sent under an agreement at this data plane, at most a second old, and "
                "how many of its flows are open now."});

inline constexpr auto get_usage_limits = management::route<Nothing, ContextLimits>(
    {.name = "get-usage-limits",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/usage/limits",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .summary = "A participant's own limits at this data plane; where it has none, everybody's hold."});
inline constexpr auto set_usage_limits = management::route<ContextLimits, Nothing>(
    {.name = "set-usage-limits",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/usage/limits",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Replaces a participant's own limits, which go before everybody's: of each flow and of all "
                "together.",
     .example = R"({"eachFlow":{"bytesPerSecond":1000000,"bytesMax":1000000000,"requestsMax":10},)"
                R"("allFlows":{"bytesPerSecond":10000000,"requestsMax":100}})",
     .exempt = {.upsert = true}});
inline constexpr auto reset_usage_limits = management::route<Nothing, Nothing>(
    {.name = "reset-usage-limits",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/usage/limits",
     .concern = Concern::participant_context,
     .scope = "management-api:admin",
     .success = 204,
     .summary = "Removes a participant's own limits: everybody's hold."});

}  // namespace kontor::protocol::api::usage
