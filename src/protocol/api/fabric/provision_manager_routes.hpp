#pragma once

#include <vector>

#include "protocol/api/fabric/paging.hpp"
#include "protocol/api/fabric/provision_manager.hpp"
#include "protocol/api/fabric/route_defaults.hpp"

/// The routes of the Provision Manager. What an operator can do to a running orchestration (cancel, retry,
/// compensate, skip, complete) is ours; the rest is the Connector Fabric Manager's.
namespace kontor::protocol::api::fabric {

inline constexpr Route<Nothing, std::vector<ActivityDefinition>> list_activity_definitions{
    of_provision_manager({.name = "list-activity-definitions",
                          .method = Method::get,
                          .path = "/api/v1alpha1/activity-definitions",
                          .summary = "Lists the kinds of work that agents can do."})};

inline constexpr Route<ActivityDefinition, Nothing> put_activity_definition{
    of_provision_manager({.name = "put-activity-definition",
                          .method = Method::post,
                          .path = "/api/v1alpha1/activity-definitions",
                          .success = 201,
                          .summary = "Describes a kind of work; replaces the description of the same type.",
                          .example = R"({"type":"onboarding-activity","description":"Requests credentials",)"
                                     R"("inputSchema":{"required":["participantContextId"],)"
                                     R"("properties":{"participantContextId":{"type":"string"}}},)"
                                     R"("outputSchema":{"properties":{"holderPid":{"type":"string"}}}})",
                          .exempt = {.free_form = "/inputSchema/ /outputSchema/"}})};

inline constexpr Route<Nothing, Nothing> delete_activity_definition{
    of_provision_manager({.name = "delete-activity-definition",
                          .method = Method::del,
                          .path = "/api/v1alpha1/activity-definitions/{activityType}",
                          .summary = "Deletes a kind of work that no orchestration definition uses."})};

inline constexpr Route<Nothing, std::vector<OrchestrationDefinition>> list_orchestration_definitions{
    of_provision_manager(
        {.name = "list-orchestration-definitions",
         .method = Method::get,
         .path = "/api/v1alpha1/orchestration-definitions",
         .summary = "Lists the orchestration definitions, one for each orchestration type."})};

inline constexpr Route<OrchestrationTemplate, CreatedTemplate> put_orchestration_template{
    of_provision_manager(
        {.name = "put-orchestration-template",
         .method = Method::post,
         .path = "/api/v1alpha1/orchestration-definitions",
         .success = 201,
         .summary =
             "Stores a template: the activities of each orchestration type; replaces those of the same type.",
         .example = R"({"description":"Onboarding","activities":{"cfm.orchestration.vpa.deploy":)"
                    R"([{"id":"tokens","type":"jwtlet-activity","dependsOn":[]}]}})"})};

inline constexpr Route<Nothing, std::vector<OrchestrationDefinition>> get_orchestration_template{
    of_provision_manager({.name = "get-orchestration-template",
                          .method = Method::get,
                          .path = "/api/v1alpha1/orchestration-definitions/{templateRef}",
                          .summary = "Reads the orchestration definitions of a template."})};

inline constexpr Route<Nothing, Nothing> delete_orchestration_template{
    of_provision_manager({.name = "delete-orchestration-template",
                          .method = Method::del,
                          .path = "/api/v1alpha1/orchestration-definitions/{templateRef}",
                          .summary = "Deletes a template that no orchestration under way uses."})};

inline constexpr Route<OrchestrationManifest, Orchestration> start_orchestration{of_provision_manager(
    {.name = "start-orchestration",
     .method = Method::post,
     .path = "/api/v1alpha1/orchestrations",
     .success = 202,
     .summary = "Starts an orchestration; with an id that is known already, reads it.",
     .example = R"({"id":"5f2b7b0c-0d0e-4d43-9d0c-0d3a3f0f1a01","correlationId":"profile-1",)"
                R"("orchestrationType":"cfm.orchestration.vpa.deploy","payload":{}})"})};

inline constexpr Route<Nothing, Orchestration> get_orchestration{
    of_provision_manager({.name = "get-orchestration",
                          .method = Method::get,
                          .path = "/api/v1alpha1/orchestrations/{orchestrationId}",
                          .summary = "Reads an orchestration with the state of its activities."})};

inline constexpr Route<Query, std::vector<OrchestrationEntry>> query_orchestrations{of_provision_manager(
    {.name = "query-orchestrations",
     .method = Method::post,
     .path = "/api/v1alpha1/orchestrations/query",
     .scope = provision_manager_read,
     .summary = "Finds orchestrations.",
     .example = R"({"predicate":"correlationId = 'profile-1'","offset":0,"limit":50})"})};

inline constexpr Route<OperatorReason, Orchestration> cancel_orchestration{
    of_provision_manager({.name = "cancel-orchestration",
                          .method = Method::post,
                          .path = "/api/v1alpha1/orchestrations/{orchestrationId}/cancel",
                          .summary = "Ends an orchestration; no further activity is started.",
                          .example = R"({"reason":"ordered by mistake"})"})};

inline constexpr Route<Nothing, Orchestration> retry_orchestration{
    of_provision_manager({.name = "retry-orchestration",
                          .method = Method::post,
                          .path = "/api/v1alpha1/orchestrations/{orchestrationId}/retry",
                          .summary = "Runs the failed activities of an orchestration again.",
                          .exempt = {.optional_body = true, .any_object = true}})};

inline constexpr Route<Nothing, Orchestration> compensate_orchestration{
    of_provision_manager({.name = "compensate-orchestration",
                          .method = Method::post,
                          .path = "/api/v1alpha1/orchestrations/{orchestrationId}/compensate",
                          .summary = "Undoes what a failed or cancelled orchestration has done.",
                          .exempt = {.optional_body = true, .any_object = true}})};

inline constexpr Route<OperatorReason, Orchestration> skip_activity{of_provision_manager(
    {.name = "skip-activity",
     .method = Method::post,
     .path = "/api/v1alpha1/orchestrations/{orchestrationId}/activities/{activityId}/skip",
     .summary = "Lets an orchestration go on without one of its activities.",
     .example = R"({"reason":"done by hand"})"})};

inline constexpr Route<ActivityOutcome, Orchestration> complete_activity{of_provision_manager(
    {.name = "complete-activity",
     .method = Method::post,
     .path = "/api/v1alpha1/orchestrations/{orchestrationId}/activities/{activityId}/complete",
     .summary = "Reports the outcome of an activity that waits for somebody outside.",
     .example = R"({"success":true,"values":{},"outputs":{}})"})};

/// For probes, which have no token.
inline constexpr Route<Nothing, Health> provision_manager_health{
    {.name = "provision-manager-health",
     .method = Method::get,
     .path = "/health",
     .access = Access::open,
     .errors = ErrorBody::cfm,
     .summary = "Whether the provision manager serves."}};

}  // namespace kontor::protocol::api::fabric
