#pragma once

#include "protocol/api/management/routes.hpp"

/// The routes of the Management API v5beta about catalogs, negotiations, agreements and transfers.
namespace kontor::protocol::api::management {

inline constexpr auto request_catalog = route<CatalogRequest, AnyJson>(
    {.name = "request-catalog",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/catalog/request",
     .scope = "management-api:catalog:read",
     .summary = "Asks a provider for its catalog and passes it on.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"CatalogRequest","profile":"http-dsp-profile-2025-1",)"
                R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
                R"("counterPartyId":"did:web:example.org:example"})"});
inline constexpr auto request_dataset = route<DatasetRequest, AnyJson>(
    {.name = "request-dataset",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/catalog/dataset/request",
     .scope = "management-api:catalog:read",
     .summary = "Asks a provider for one dataset and passes it on.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"DatasetRequest","@id":"example-asset","profile":"http-dsp-profile-2025-1",)"
                R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
                R"("counterPartyId":"did:web:example.org:example"})"});

inline constexpr auto create_negotiation = route<ContractRequest, IdResponse>(
    {.name = "request-contract",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations",
     .scope = "management-api:negotiations:write",
     .summary = "Opens a negotiation about an offer of a catalog.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"ContractRequest","profile":"http-dsp-profile-2025-1",)"
                R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
                R"("policy":{"@type":"Offer","@id":"ZGVmaW5pdGlvbg==:YXNzZXQ=:dW5pcXVl",)"
                R"("assigner":"did:web:example.org:example","target":"asset",)"
                R"("permission":[{"action":"use"}]}})"});
inline constexpr auto query_negotiations = route<QueryRequest, std::vector<ContractNegotiation>>(
    {.name = "query-negotiations",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/request",
     .scope = "management-api:negotiations:read",
     .summary = "Finds negotiations.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_negotiation = route<Nothing, ContractNegotiation>(
    {.name = "get-negotiation",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}",
     .scope = "management-api:negotiations:read",
     .summary = "Reads a negotiation; with Prefer: wait=N answers once it has ended."});
inline constexpr auto get_negotiation_state = route<Nothing, StateResponse>(
    {.name = "get-negotiation-state",
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}/state",
     .scope = "management-api:negotiations:read",
     .summary = "Reads a negotiation's state; with Prefer: wait=N answers once it has ended."});
inline constexpr auto get_negotiation_agreement =
    route<Nothing, ContractAgreement>({.name = "get-negotiation-agreement",
                                       .path = "/api/mgmt/v5beta/participants/{participantContextId}/"
                                               "contractnegotiations/{negotiationId}/agreement",
                                       .scope = "management-api:negotiations:read",
                                       .summary = "Reads the agreement of a negotiation."});
inline constexpr auto terminate_negotiation = route<ReasonRequest, Nothing>(
    {.name = "terminate-negotiation",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}/"
             "terminate",
     .scope = "management-api:negotiations:write",
     .success = 204,
     .summary = "Ends a negotiation.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"TerminateNegotiation","reason":"changed our mind"})"});
// Beyond the reference, which has no commands for a person's decision.
inline constexpr auto offer_contract = route<OfferRequest, IdResponse>(
    {.name = "offer-contract",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/offers",
     .scope = "management-api:negotiations:write",
     .summary = "Opens a negotiation as provider, by an offer to a consumer.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"OfferRequest","profile":"http-dsp-profile-2025-1",)"
                R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
                R"("counterPartyId":"did:web:example.org:example",)"
                R"("policy":{"@type":"Offer","@id":"urn:uuid:offer","target":"example-asset",)"
                R"("permission":[{"action":"use"}]}})"});
inline constexpr auto approve_negotiation = route<Nothing, Nothing>(
    {.name = "approve-negotiation",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}/"
             "approve",
     .scope = "management-api:negotiations:write",
     .success = 204,
     .summary = "Takes the terms on the table: the next step towards the agreement."});
inline constexpr auto counter_negotiation = route<CounterOffer, Nothing>(
    {.name = "counter-negotiation",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}/"
             "counter",
     .scope = "management-api:negotiations:write",
     .success = 204,
     .summary = "Answers the terms on the table with others about the same dataset.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"CounterOffer","policy":{"@type":"Offer","@id":"urn:uuid:counter",)"
                R"("target":"asset","permission":[{"action":"use"}]}})"});
inline constexpr auto delete_negotiation = route<Nothing, Nothing>(
    {.name = "delete-negotiation",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractnegotiations/{negotiationId}",
     .scope = "management-api:negotiations:write",
     .success = 204,
     .summary = "Deletes a negotiation that was terminated without agreement."});

inline constexpr auto query_agreements = route<QueryRequest, std::vector<ContractAgreement>>(
    {.name = "query-agreements",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractagreements/request",
     .scope = "management-api:agreements:read",
     .summary = "Finds contract agreements.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_agreement = route<Nothing, ContractAgreement>(
    {.name = "get-agreement",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/contractagreements/{agreementId}",
     .scope = "management-api:agreements:read",
     .summary = "Reads a contract agreement."});
inline constexpr auto get_agreement_negotiation = route<Nothing, ContractNegotiation>(
    {.name = "get-agreement-negotiation",
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/contractagreements/{agreementId}/negotiation",
     .scope = "management-api:agreements:read",
     .summary = "Reads the negotiation that led to an agreement."});

inline constexpr auto terminate_agreement = route<ReasonRequest, Nothing>(
    {.name = "terminate-agreement",
     .method = Method::post,
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/contractagreements/{agreementId}/terminate",
     .scope = "management-api:agreements:write",
     .success = 204,
     .summary = "Ends an agreement in force: its transfers stop, new ones are refused, the counter-party is "
                "told.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"TerminateAgreement","reason":"the contract was breached"})"});

inline constexpr auto create_transfer = route<TransferRequest, IdResponse>(
    {.name = "request-transfer",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses",
     .scope = "management-api:transfers:write",
     .summary = "Asks for the data of an agreement.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"TransferRequest","profile":"http-dsp-profile-2025-1",)"
                R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
                R"("contractId":"example-agreement","transferType":"HttpData-PULL"})"});
inline constexpr auto query_transfers = route<QueryRequest, std::vector<TransferProcess>>(
    {.name = "query-transfers",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/request",
     .scope = "management-api:transfers:read",
     .summary = "Finds transfer processes.",
     .example = query_example,
     .exempt = {.optional_body = true}});
inline constexpr auto get_transfer = route<Nothing, TransferProcess>(
    {.name = "get-transfer",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}",
     .scope = "management-api:transfers:read",
     .summary = "Reads a transfer process; with Prefer: wait=N answers once it is started or has ended."});
inline constexpr auto get_transfer_state = route<Nothing, StateResponse>(
    {.name = "get-transfer-state",
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}/state",
     .scope = "management-api:transfers:read",
     .summary = "Reads a transfer process's state."});
inline constexpr auto get_transfer_address = route<Nothing, TransferAddress>(
    {.name = "get-transfer-data-address",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}/"
             "dataaddress",
     .scope = "management-api:transfers:read",
     .summary =
         "Reads where a started transfer's data is to be had, with an access token that is good: one that "
         "is about to expire is renewed first."});
inline constexpr std::string_view terminate_transfer_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"TerminateTransfer","reason":"no longer needed"})";
inline constexpr auto terminate_transfer =
    route<ReasonRequest, Nothing>({.name = "terminate-transfer",
                                   .method = Method::post,
                                   .path = "/api/mgmt/v5beta/participants/{participantContextId}/"
                                           "transferprocesses/{transferProcessId}/terminate",
                                   .scope = "management-api:transfers:write",
                                   .success = 204,
                                   .summary = "Ends a transfer: access is refused from then on.",
                                   .example = terminate_transfer_example});
inline constexpr auto suspend_transfer = route<ReasonRequest, Nothing>(
    {.name = "suspend-transfer",
     .method = Method::post,
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}/suspend",
     .scope = "management-api:transfers:write",
     .success = 204,
     .summary = "Pauses a transfer.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"SuspendTransfer","reason":"maintenance"})"});
inline constexpr auto resume_transfer = route<Nothing, Nothing>(
    {.name = "resume-transfer",
     .method = Method::post,
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}/resume",
     .scope = "management-api:transfers:write",
     .success = 204,
     .summary = "Goes on with a transfer that was suspended."});
inline constexpr auto approve_transfer = route<Nothing, Nothing>(
    {.name = "approve-transfer",
     .method = Method::post,
     .path =
         "/api/mgmt/v5beta/participants/{participantContextId}/transferprocesses/{transferProcessId}/approve",
     .scope = "management-api:transfers:write",
     .success = 204,
     .summary = "Starts a transfer that a consumer asked for and that waits for a decision."});

}  // namespace kontor::protocol::api::management
