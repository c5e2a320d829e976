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
     .summary = "The offers that the caller's credentials entitle it to."});
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
                        .summary = "A consumer opens a negotiation."}));
inline constexpr auto offer_negotiation =
    route<messages::ContractOfferMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-offer",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/offers",
                        .success = 201,
                        .summary = "A provider opens a negotiation."}));
inline constexpr auto get_negotiation = route<Nothing, messages::ContractNegotiation>(
    of_negotiation({.name = "dsp-negotiation",
                    .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}",
                    .summary = "The state of a negotiation."}));
inline constexpr auto counter_request =
    route<messages::ContractRequestMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-counter-request",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/request",
                        .summary = "A consumer answers an offer with its own."}));
inline constexpr auto counter_offer = route<messages::ContractOfferMessage, messages::ContractNegotiation>(
    of_negotiation({.name = "dsp-negotiation-counter-offer",
                    .method = Method::post,
                    .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/offers",
                    .summary = "A provider answers a request with an offer."}));
inline constexpr auto agree = route<messages::ContractAgreementMessage, messages::ContractNegotiation>(
    of_negotiation({.name = "dsp-negotiation-agreement",
                    .method = Method::post,
                    .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/agreement",
                    .summary = "The provider agrees."}));
inline constexpr auto verify =
    route<messages::ContractAgreementVerificationMessage, messages::ContractNegotiation>(of_negotiation(
        {.name = "dsp-negotiation-verification",
         .method = Method::post,
         .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/agreement/verification",
         .summary = "The consumer has verified the agreement."}));
inline constexpr auto negotiation_event =
    route<messages::ContractNegotiationEventMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-event",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/events",
                        .summary = "The consumer accepts an offer, or the provider finalizes."}));
inline constexpr auto terminate_negotiation =
    route<messages::ContractNegotiationTerminationMessage, messages::ContractNegotiation>(
        of_negotiation({.name = "dsp-negotiation-termination",
                        .method = Method::post,
                        .path = "/api/dsp/{participantContextId}/{profile}/negotiations/{pid}/termination",
                        .summary = "Either party ends the negotiation."}));

consteval RouteInfo of_transfer(RouteInfo info) {
  info.errors = ErrorBody::dsp_transfer;
  return info;
}
inline constexpr auto request_transfer = route<messages::TransferRequestMessage, messages::TransferProcess>(
    of_transfer({.name = "dsp-transfer-request",
                 .method = Method::post,
                 .path = "/api/dsp/{participantContextId}/{profile}/transfers/request",
                 .success = 201,
                 .summary = "A consumer asks for the data of an agreement."}));
inline constexpr auto get_transfer = route<Nothing, messages::TransferProcess>(
    of_transfer({.name = "dsp-transfer",
                 .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}",
                 .summary = "The state of a transfer process."}));
inline constexpr auto start_transfer = route<messages::TransferStartMessage, messages::TransferProcess>(
    of_transfer({.name = "dsp-transfer-start",
                 .method = Method::post,
                 .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/start",
                 .summary = "The data flows, or flows again."}));
inline constexpr auto complete_transfer =
    route<messages::TransferCompletionMessage, messages::TransferProcess>(
        of_transfer({.name = "dsp-transfer-completion",
                     .method = Method::post,
                     .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/completion",
                     .summary = "All data has passed."}));
inline constexpr auto suspend_transfer =
    route<messages::TransferSuspensionMessage, messages::TransferProcess>(
        of_transfer({.name = "dsp-transfer-suspension",
                     .method = Method::post,
                     .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/suspension",
                     .summary = "Either party pauses the transfer."}));
inline constexpr auto terminate_transfer =
    route<messages::TransferTerminationMessage, messages::TransferProcess>(
        of_transfer({.name = "dsp-transfer-termination",
                     .method = Method::post,
                     .path = "/api/dsp/{participantContextId}/{profile}/transfers/{pid}/termination",
                     .summary = "Either party ends the transfer."}));

}  // namespace kontor::protocol::api::dsp_binding
