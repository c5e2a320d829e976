#pragma once

#include "protocol/api/route.hpp"
#include "protocol/dsp/catalog.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/transfer.hpp"
#include "protocol/dsp/version.hpp"

/// The endpoints of the Dataspace Protocol 2025-1, one tree per participant and dataspace profile for both
/// roles. [DSP 2025-1, HTTPS bindings]
namespace kontor::protocol::api::dsp_binding {

namespace messages = protocol::dsp;

consteval RouteInfo of_dsp(RouteInfo info) {
  info.listener = Listener::open;
  if (info.access == Access::token) info.access = Access::peer;
  if (info.method == Method::post) info.body = BodyFormat::json;
  return info;
}

template <class Request, class Response>
consteval Route<Request, Response> route(RouteInfo info) {
  return {of_dsp(info)};
}

// ---- examples of messages

inline constexpr std::string_view catalog_request_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"CatalogRequestMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a01","filter":[]})";
inline constexpr std::string_view contract_request_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"ContractRequestMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a02","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","callbackAddress":"https://example.org/dsp",)"
    R"("offer":{"@type":"Offer","@id":"ZGVm:YXNzZXQ=:dW5pcXVl","assigner":"did:web:example.org:provider",)"
    R"("target":"asset","permission":[{"action":"use"}]}})";
inline constexpr std::string_view first_contract_request_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"ContractRequestMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a03","consumerPid":"urn:uuid:consumer",)"
    R"("callbackAddress":"https://example.org/dsp","offer":{"@type":"Offer","@id":"ZGVm:YXNzZXQ=:dW5pcXVl",)"
    R"("assigner":"did:web:example.org:provider","target":"asset","permission":[{"action":"use"}]}})";
inline constexpr std::string_view contract_offer_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"ContractOfferMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a04","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","callbackAddress":"https://example.org/dsp",)"
    R"("offer":{"@type":"Offer","@id":"ZGVm:YXNzZXQ=:dW5pcXVl","assigner":"did:web:example.org:provider",)"
    R"("target":"asset","permission":[{"action":"use"}]}})";
inline constexpr std::string_view contract_agreement_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"ContractAgreementMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a05","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","agreement":{"@type":"Agreement","@id":"urn:uuid:agreement",)"
    R"("assigner":"did:web:example.org:provider","assignee":"did:web:example.org:consumer","target":"asset",)"
    R"("timestamp":"2026-01-01T00:00:00Z","permission":[{"action":"use"}]}})";
inline constexpr std::string_view verification_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
    R"("@type":"ContractAgreementVerificationMessage","@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a06",)"
    R"("providerPid":"urn:uuid:provider","consumerPid":"urn:uuid:consumer"})";
inline constexpr std::string_view negotiation_event_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
    R"("@type":"ContractNegotiationEventMessage","@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a07",)"
    R"("providerPid":"urn:uuid:provider","consumerPid":"urn:uuid:consumer","eventType":"FINALIZED"})";
inline constexpr std::string_view negotiation_termination_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
    R"("@type":"ContractNegotiationTerminationMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a08","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","code":"1","reason":["no longer offered"]})";
/// Peers write codes as numbers and reasons in every form (DSP 2025-1: `reason` is a list of anything).
inline constexpr Exemptions of_a_reason{.free_form = "/code /reason"};
inline constexpr std::string_view transfer_request_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"TransferRequestMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a09","consumerPid":"urn:uuid:consumer",)"
    R"("agreementId":"urn:uuid:agreement","format":"HttpData-PULL",)"
    R"("callbackAddress":"https://example.org/dsp"})";
inline constexpr std::string_view transfer_start_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"TransferStartMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a10","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","dataAddress":{"@type":"DataAddress","endpointType":"HttpData",)"
    R"("endpoint":"https://example.org/data","endpointProperties":[{"@type":"EndpointProperty",)"
    R"("name":"authorization","value":"token"}]}})";
/// Early SDKs write numbers.
inline constexpr Exemptions of_an_address{.free_form = "/dataAddress/endpointProperties/0/value"};
inline constexpr std::string_view transfer_completion_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"TransferCompletionMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a11","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer"})";
inline constexpr std::string_view transfer_suspension_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"TransferSuspensionMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a12","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","code":"1","reason":["maintenance"]})";
inline constexpr std::string_view transfer_termination_example =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"TransferTerminationMessage",)"
    R"("@id":"urn:uuid:0f4b3a52-6d3c-4f0e-9b3a-3d1c8d3f1a13","providerPid":"urn:uuid:provider",)"
    R"("consumerPid":"urn:uuid:consumer","code":"1","reason":["no longer needed"]})";

// ---- the routes

inline constexpr auto get_versions = route<Nothing, messages::VersionResponse>(
    {.name = "dsp-versions",
     .path = "/api/dsp/{participantContextId}/.well-known/dspace-version",
     .access = Access::open,
     .errors = ErrorBody::dsp_catalog,
     .summary = "Which versions and profiles a participant speaks."});

inline constexpr auto request_catalog = route<messages::CatalogRequestMessage, messages::Catalog>(
    {.name = "dsp-catalog-request",
     .method = Method::post,
     .path = "/api/dsp/{participantContextId}/{profile}/catalog/request",
     .errors = ErrorBody::dsp_catalog,
     .query = "continuationToken",
     .summary = "The offers that the caller's credentials entitle it to.",
     .example = catalog_request_example});
inline constexpr auto get_dataset = route<Nothing, messages::RootDataset>(
    {.name = "dsp-dataset",
     .path = "/api/dsp/{participantContextId}/{profile}/catalog/datasets/{datasetId}",
     .errors = ErrorBody::dsp_catalog,
     .summary = "One dataset with the offers that the caller may see."});

consteval RouteInfo of_negotiation(RouteInfo info) {
  info.errors = ErrorBody::dsp_negotiation;
  return info;
}
inline constexpr auto request_negotiation =
    route<messages::ContractRequestMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-request",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/request",
                        .success = 201,
                        .summary = "A consumer opens a negotiation.",
                        .example = first_contract_request_example}));
inline constexpr auto offer_negotiation =
    route<messages::ContractOfferMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-offer",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/offers",
                        .success = 201,
                        .summary = "A provider opens a negotiation.",
                        .example = contract_offer_example}));
inline constexpr auto get_negotiation = route<Nothing, messages::ContractNegotiation>(
    of_negotiation({.name = "dsp-negotiation",
                    .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}",
                    .summary = "The state of a negotiation."}));
inline constexpr auto counter_request =
    route<messages::ContractRequestMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-counter-request",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/request",
                        .summary = "A consumer answers an offer with its own.",
                        .example = contract_request_example}));
inline constexpr auto counter_offer = route<messages::ContractOfferMessage, messages::ContractNegotiation>(
    of_negotiation({.name = "dsp-negotiation-counter-offer",
                    .method = Method::post,
                    .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/offers",
                    .summary = "A provider answers a request with an offer.",
                    .example = contract_offer_example}));
inline constexpr auto agree = route<messages::ContractAgreementMessage, messages::ContractNegotiation>(
    of_negotiation({.name = "dsp-negotiation-agreement",
                    .method = Method::post,
                    .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/agreement",
                    .summary = "The provider agrees.",
                    .example = contract_agreement_example}));
inline constexpr auto verify =
    route<messages::ContractAgreementVerificationMessage, messages::ContractNegotiation>(of_negotiation(
        {.name = "dsp-negotiation-verification",
         .method = Method::post,
         .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/agreement/verification",
         .summary = "The consumer has verified the agreement.",
         .example = verification_example}));
inline constexpr auto negotiation_event =
    route<messages::ContractNegotiationEventMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-event",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/events",
                        .summary = "The consumer accepts an offer, or the provider finalizes.",
                        .example = negotiation_event_example}));
inline constexpr auto terminate_negotiation =
    route<messages::ContractNegotiationTerminationMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-termination",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/termination",
                        .summary = "Either party ends the negotiation.",
                        .example = negotiation_termination_example,
                        .exempt = of_a_reason}));

/// Not in the protocol, which knows no end of an agreement in force: a foreign connector answers 404 to it,
/// and learns of the end by that of its transfers. The message is that of a negotiation.
inline constexpr auto terminate_agreement =
    route<messages::ContractNegotiationTerminationMessage, messages::ContractNegotiation>(of_negotiation(
        {.name = "dsp-agreement-termination",
         .method = Method::post,
         .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/agreement/termination",
         .summary = "Either party ends the agreement of a negotiation.",
         .example = negotiation_termination_example,
         .exempt = of_a_reason}));

consteval RouteInfo of_transfer(RouteInfo info) {
  info.errors = ErrorBody::dsp_transfer;
  return info;
}
inline constexpr auto request_transfer = route<messages::TransferRequestMessage, messages::TransferProcess>(
    of_transfer({.name = "dsp-transfer-request",
                 .method = Method::post,
                 .path = "/api/dsp/{participantContextId}/{profile}/transfers/request",
                 .success = 201,
                 .summary = "A consumer asks for the data of an agreement.",
                 .example = transfer_request_example}));
inline constexpr auto get_transfer = route<Nothing, messages::TransferProcess>(
    of_transfer({.name = "dsp-transfer",
                 .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}",
                 .summary = "The state of a transfer process."}));
inline constexpr auto start_transfer = route<messages::TransferStartMessage, messages::TransferProcess>(
    of_transfer({.name = "dsp-transfer-start",
                 .method = Method::post,
                 .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/start",
                 .summary = "The data flows, or flows again.",
                 .example = transfer_start_example,
                 .exempt = of_an_address}));
inline constexpr auto complete_transfer =
    route<messages::TransferCompletionMessage, messages::TransferProcess>(
        of_transfer({.name = "dsp-transfer-completion",
                     .method = Method::post,
                     .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/completion",
                     .summary = "All data has passed.",
                     .example = transfer_completion_example}));
inline constexpr auto suspend_transfer =
    route<messages::TransferSuspensionMessage, messages::TransferProcess>(
        of_transfer({.name = "dsp-transfer-suspension",
                     .method = Method::post,
                     .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/suspension",
                     .summary = "Either party pauses the transfer.",
                     .example = transfer_suspension_example,
                     .exempt = of_a_reason}));
inline constexpr auto terminate_transfer =
    route<messages::TransferTerminationMessage, messages::TransferProcess>(
        of_transfer({.name = "dsp-transfer-termination",
                     .method = Method::post,
                     .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/termination",
                     .summary = "Either party ends the transfer.",
                     .example = transfer_termination_example,
                     .exempt = of_a_reason}));

}  // namespace kontor::protocol::api::dsp_binding
