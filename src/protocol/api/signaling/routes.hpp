#pragma once

#include "protocol/api/route.hpp"
#include "protocol/dps/agreement.hpp"
#include "protocol/dps/dialects.hpp"
#include "protocol/dps/messages.hpp"
#include "protocol/dps/registration.hpp"

/// The signalling routes. [DPS 1.0, HTTPS binding]
namespace kontor::protocol::api::signaling {

consteval RouteInfo of_signaling(RouteInfo info) {
  info.listener = Listener::signaling;
  info.access = Access::token;
  info.concern = Concern::signaling;
  info.scope = "signaling-api:admin";
  info.errors = ErrorBody::dps;
  if (info.method == Method::post || info.method == Method::put) info.body = BodyFormat::json;
  return info;
}

template <class Request, class Response>
consteval Route<Request, Response> route(RouteInfo info) {
  return {of_signaling(info)};
}

// ---- at the data plane, which keeps no register of contexts: whom the control plane names may have flows

inline constexpr auto prepare = route<dps::DataFlowPrepareMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-prepare",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/prepare",
     .summary = "The consumer's data plane gets ready.",
     .example = R"({"messageId":"1","participantId":"did:web:example.org:consumer",)"
                R"("counterPartyId":"did:web:example.org:provider","dataspaceContext":"example",)"
                R"("processId":"urn:uuid:1","agreementId":"urn:uuid:2","datasetId":"asset",)"
                R"("profile":"HttpData-PULL"})",
     .exempt = {.upsert = true}});
inline constexpr auto start = route<dps::DataFlowStartMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-start",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/start",
     .summary = "The provider's data plane opens access, or begins to send.",
     .example = R"({"messageId":"1","participantId":"did:web:example.org:provider",)"
                R"("counterPartyId":"did:web:example.org:consumer","dataspaceContext":"example",)"
                R"("processId":"urn:uuid:3","agreementId":"urn:uuid:2","datasetId":"asset",)"
                R"("profile":"HttpData-PULL","metadata":{"dataAddress":{"type":"HttpData",)"
                R"("baseUrl":"https://example.org/data"}}})",
     .exempt = {.upsert = true}});
inline constexpr auto started = route<dps::DataFlowStartedNotificationMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-started",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/{flowId}/started",
     .summary = "The provider has started: here is where to fetch.",
     .example = R"({"messageId":"1","dataAddress":{"@type":"DataAddress","endpointType":"HttpData",)"
                R"("endpoint":"https://example.org/data","endpointProperties":[]}})"});
inline constexpr auto suspend = route<dps::DataFlowSuspendMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-suspend",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/{flowId}/suspend",
     .summary = "Closes access until it is resumed.",
     .example = R"({"messageId":"1","reason":"maintenance"})"});
inline constexpr auto resume = route<dps::DataFlowResumeMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-resume",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/{flowId}/resume",
     .summary = "Opens access again, under a new token.",
     .example = R"({"messageId":"1"})"});
inline constexpr auto terminate = route<dps::DataFlowTerminateMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-terminate",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/{flowId}/terminate",
     .summary = "Closes access for good; answered when it is closed.",
     .example = R"({"messageId":"1","reason":"no longer needed"})"});
inline constexpr auto completed = route<dps::DataFlowCompletedMessage, dps::DataFlowStatusMessage>(
    {.name = "dps-completed",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows/{flowId}/completed",
     .summary = "The transfer is complete: closes access.",
     .example = R"({"messageId":"1"})",
     .exempt = {.optional_body = true, .any_object = true}});
inline constexpr auto status = route<Nothing, dps::DataFlowStatusResponseMessage>(
    {.name = "dps-status",
     .path = "/api/v1/{participantContextId}/dataflows/{flowId}/status",
     .summary = "The state of a data flow."});

// Before the specification, EDC started at the API's root, and asked whether anybody is there.
inline constexpr auto start_for_edc = route<dps::EdcStartMessage, dps::EdcStartAnswer>(
    {.name = "edc-start",
     .method = Method::post,
     .path = "/api/v1/{participantContextId}/dataflows",
     .summary = "As `start`, where control planes of EDC up to 0.14 look for it, in EDC's form.",
     .example = R"({"@context":{"@vocab":"https://w3id.org/edc/v0.0.1/ns/",)"
                R"("dspace":"https://w3id.org/dspace/v0.8/"},"@type":"DataFlowStartMessage",)"
                R"("processId":"urn:uuid:4","agreementId":"urn:uuid:2","datasetId":"asset",)"
                R"("participantId":"did:web:example.org:consumer","transferTypeDestination":"HttpData",)"
                R"("flowType":"PULL","callbackAddress":"https://example.org/control","properties":{},)"
                R"("sourceDataAddress":{"@type":"dspace:DataAddress","dspace:endpointType":"HttpData",)"
                R"("dspace:endpointProperties":{"@type":"dspace:EndpointProperty",)"
                R"("dspace:name":"https://w3id.org/edc/v0.0.1/ns/baseUrl",)"
                R"("dspace:value":"https://example.org/data"}}})",
     .exempt = {.upsert = true,
                .free_form = "/@context /@type /participantId /transferTypeDestination /flowType "
                             "/callbackAddress /properties /sourceDataAddress"}});
inline constexpr auto check_for_edc = route<Nothing, Nothing>(
    {.name = "edc-check",
     .path = "/api/v1/{participantContextId}/dataflows/check",
     .summary = "Says that the data plane is there, to control planes of EDC up to 0.17.",
     .exempt = {.upsert = true}});

inline constexpr auto put_controlplane = route<dps::ControlPlaneRegistrationMessage, Nothing>(
    {.name = "register-controlplane",
     .method = Method::put,
     .path = "/api/v1/{participantContextId}/controlplanes",
     .summary = "Registers a control plane, whose id is the subject of its tokens, or changes it.",
     .example = R"({"controlplaneId":"example","endpoint":"https://example.org/signaling"})",
     .exempt = {.upsert = true}});
inline constexpr auto delete_controlplane = route<Nothing, Nothing>(
    {.name = "deregister-controlplane",
     .method = Method::del,
     .path = "/api/v1/{participantContextId}/controlplanes/{controlplaneId}",
     .success = 204,
     .summary = "Removes a control plane: it may order nothing any more and is told nothing."});

// ---- at the control plane

/// What a data plane says of its flows; who signals at all may say it of all.
consteval RouteInfo of_reports(RouteInfo info) {
  info = of_signaling(info);
  info.scope = "signaling-api:reports:write";
  return info;
}
template <class Request, class Response>
consteval Route<Request, Response> report(RouteInfo info) {
  return {of_reports(info)};
}

inline constexpr auto flow_prepared = report<dps::DataFlowStatusMessage, Nothing>(
    {.name = "dps-callback-prepared",
     .method = Method::post,
     .path = "/api/signaling/v1/{participantContextId}/transfers/{transferProcessId}/dataflow/prepared",
     .summary = "The data plane is ready.",
     .example = R"({"messageId":"1","dataFlowId":"flow","state":"PREPARED"})"});
inline constexpr auto flow_started = report<dps::DataFlowStatusMessage, Nothing>(
    {.name = "dps-callback-started",
     .method = Method::post,
     .path = "/api/signaling/v1/{participantContextId}/transfers/{transferProcessId}/dataflow/started",
     .summary = "The data flows.",
     .example = R"({"messageId":"1","dataFlowId":"flow","state":"STARTED"})"});
inline constexpr auto flow_completed = report<dps::DataFlowStatusMessage, Nothing>(
    {.name = "dps-callback-completed",
     .method = Method::post,
     .path = "/api/signaling/v1/{participantContextId}/transfers/{transferProcessId}/dataflow/completed",
     .summary = "All data has passed.",
     .example = R"({"messageId":"1","dataFlowId":"flow","state":"COMPLETED"})"});
inline constexpr auto flow_errored = report<dps::DataFlowStatusMessage, Nothing>(
    {.name = "dps-callback-errored",
     .method = Method::post,
     .path = "/api/signaling/v1/{participantContextId}/transfers/{transferProcessId}/dataflow/errored",
     .summary = "Something is wrong that the data plane cannot mend.",
     .example =
         R"({"messageId":"1","dataFlowId":"flow","state":"TERMINATED","error":"the source is gone"})"});

// What data planes of EDC up to 0.17 report.
inline constexpr auto edc_completed = route<dps::DataFlowCompletedMessage, Nothing>(
    {.name = "edc-callback-complete",
     .method = Method::post,
     .path = "/api/signaling/v1/{participantContextId}/transferprocess/{transferProcessId}/complete",
     .summary = "All data has passed, says a data plane of EDC.",
     .example = R"({})",
     .exempt = {.optional_body = true, .any_object = true}});
inline constexpr auto edc_failed = route<dps::DataFlowFailure, Nothing>(
    {.name = "edc-callback-fail",
     .method = Method::post,
     .path = "/api/signaling/v1/{participantContextId}/transferprocess/{transferProcessId}/fail",
     .summary = "A data plane of EDC has given the data up, which ends the transfer.",
     .example = R"({"errorMessage":"the source is gone"})"});

inline constexpr auto flow_agreement = route<Nothing, dps::AgreementResponse>(
    {.name = "dps-agreement",
     .path = "/api/signaling/v1/{participantContextId}/transfers/{transferProcessId}/agreement",
     .summary = "The agreement that a transfer rests on, for the data plane that carries it."});

}  // namespace kontor::protocol::api::signaling
