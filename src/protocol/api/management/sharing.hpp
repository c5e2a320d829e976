#pragma once

#include "protocol/api/management/publishing.hpp"
#include "protocol/dsp/types.hpp"

/// What a participant does with others: catalogs, negotiations, agreements, transfers.
namespace kontor::protocol::api::management {

struct CatalogRequest {
  CounterParty counter_party;
  std::vector<std::string> additional_scopes;
  std::optional<query::Query> query;
};
Result<void> read(const json::Node& node, CatalogRequest& out);
json::Value write(const CatalogRequest& request);

struct DatasetRequest {
  dsp::DatasetId id;
  CounterParty counter_party;
};
Result<void> read(const json::Node& node, DatasetRequest& out);
json::Value write(const DatasetRequest& request);

/// The counter-party's id is the offer's assigner; `providerId` and `counterPartyId` of older clients stand
/// in for it.
struct ContractRequest {
  CounterParty counter_party;
  odrl::Policy offer;
  std::vector<CallbackAddress> callback_addresses;
};
Result<void> read(const json::Node& node, ContractRequest& out);
json::Value write(const ContractRequest& request);

/// An offer of our participant to a consumer of its choice.
struct OfferRequest {
  CounterParty counter_party;
  odrl::Policy offer;
  std::vector<CallbackAddress> callback_addresses;
};
Result<void> read(const json::Node& node, OfferRequest& out);
json::Value write(const OfferRequest& request);

/// Other terms for a negotiation that waits for a decision.
struct CounterOffer {
  odrl::Policy offer;
};
Result<void> read(const json::Node& node, CounterOffer& out);
json::Value write(const CounterOffer& counter);

struct ContractNegotiation {
  dsp::Pid id;
  dsp::Role role = dsp::Role::consumer;
  std::string state;
  CounterParty counter_party;
  std::vector<CallbackAddress> callback_addresses;
  dsp::DatasetId asset_id;
  std::optional<std::string> agreement_id;    ///< local id of the contract agreement
  std::optional<std::string> correlation_id;  ///< the peer's pid
  std::optional<std::string> error_detail;
  std::optional<Instant> waits_until;  ///< somebody has to decide until then
  std::optional<odrl::Policy> offer;   ///< the terms on the table, while somebody may decide about them
  Instant created_at;
};
Result<void> read(const json::Node& node, ContractNegotiation& out);
json::Value write(const ContractNegotiation& negotiation);

struct ContractAgreement {
  std::string id;
  dsp::AgreementId agreement_id;
  dsp::DatasetId asset_id;
  std::string provider_id;
  std::string consumer_id;
  Instant signed_at;
  odrl::Policy policy;
  json::Object claims;
  std::optional<Instant> ended_at;
  std::optional<std::string> ended_by;  ///< `US` or `COUNTER_PARTY`
  std::optional<std::string> end_reason;
};
Result<void> read(const json::Node& node, ContractAgreement& out);
json::Value write(const ContractAgreement& agreement);

struct TransferRequest {
  CounterParty counter_party;  ///< without id: the agreement knows it
  std::string contract_id;     ///< local id of the contract agreement
  std::string transfer_type;
  std::vector<CallbackAddress> callback_addresses;
  json::Object private_properties;
  std::optional<DataplaneMetadata> dataplane_metadata;
  std::optional<json::Object> data_destination;
};
Result<void> read(const json::Node& node, TransferRequest& out);
json::Value write(const TransferRequest& request);

struct TransferProcess {
  dsp::Pid id;
  dsp::Role role = dsp::Role::consumer;
  std::string state;
  Instant state_at;
  std::optional<std::string> correlation_id;
  dsp::DatasetId asset_id;
  std::string contract_id;
  std::string transfer_type;
  std::optional<std::string> error_detail;
  std::vector<CallbackAddress> callback_addresses;
  std::optional<DataplaneMetadata> dataplane_metadata;
  std::optional<Instant> waits_until;  ///< somebody has to decide until then
};
Result<void> read(const json::Node& node, TransferProcess& out);
json::Value write(const TransferProcess& process);

/// The state alone, of a negotiation or a transfer.
struct StateResponse {
  std::string type = "NegotiationState";
  std::string state;
};
Result<void> read(const json::Node& node, StateResponse& out);
json::Value write(const StateResponse& response);

/// Ends or suspends; which of the two and of what is the route.
struct ReasonRequest {
  std::string type = "TerminateNegotiation";
  std::optional<std::string> reason;
};
Result<void> read(const json::Node& node, ReasonRequest& out);
json::Value write(const ReasonRequest& request);

/// Where a started transfer's data is to be had, as the counter-party sent it. Holds secrets.
struct TransferAddress {
  dsp::DataAddress address;
};
Result<void> read(const json::Node& node, TransferAddress& out);
json::Value write(const TransferAddress& address);

}  // namespace kontor::protocol::api::management
