#include "protocol/api/management/sharing.hpp"

namespace kontor::protocol::api::management {
namespace {

void read_counter_party(json::ObjectReader& in, CounterParty& out) {
  in.required("counterPartyAddress", out.address).optional("counterPartyId", out.id);
  read_profile(in, out.profile);
}

void write_counter_party(json::ObjectWriter& out, const CounterParty& party) {
  out.field("counterPartyAddress", party.address);
  if (!party.id.empty()) out.field("counterPartyId", party.id);
  out.field("profile", party.profile).field("protocol", party.profile);
}

}  // namespace

Result<void> read(const json::Node& node, CatalogRequest& out) {
  auto in = open_body(node, {"CatalogRequest"});
  read_counter_party(in, out.counter_party);
  in.one_or_many("additionalScopes", out.additional_scopes).optional("querySpec", out.query);
  if (in.ok() && out.counter_party.id.empty()) in.refuse("counterPartyId", "is required");
  return in.done();
}

json::Value write(const CatalogRequest& request) {
  auto out = body_of("CatalogRequest");
  write_counter_party(out, request.counter_party);
  out.non_empty("additionalScopes", request.additional_scopes);
  if (request.query) {
    if (auto spec = query::write_query_spec(*request.query)) out.field("querySpec", *spec);
  }
  return out.done();
}

Result<void> read(const json::Node& node, DatasetRequest& out) {
  auto in = open_body(node, {"DatasetRequest"});
  in.required("@id", out.id);
  read_counter_party(in, out.counter_party);
  if (in.ok() && out.counter_party.id.empty()) in.refuse("counterPartyId", "is required");
  return in.done();
}

json::Value write(const DatasetRequest& request) {
  auto out = body_of("DatasetRequest");
  out.field("@id", request.id);
  write_counter_party(out, request.counter_party);
  return out.done();
}

Result<void> read(const json::Node& node, ContractRequest& out) {
  auto in = open_body(node, {"ContractRequest"});
  read_counter_party(in, out.counter_party);
  if (out.counter_party.id.empty()) in.optional("providerId", out.counter_party.id);
  in.required("policy", out.offer);
  read_callbacks(in, out.callback_addresses);
  if (!in.ok()) return in.done();
  if (out.offer.type != odrl::PolicyType::offer) in.refuse("policy", "must be of type Offer");
  if (out.offer.id.empty()) in.refuse("policy", "needs the offer's @id, as the catalog has it");
  if (!out.offer.target) in.refuse("policy", "needs a target: the dataset's id");
  if (out.offer.assigner) {
    out.counter_party.id = *out.offer.assigner;
  } else if (!out.counter_party.id.empty()) {
    out.offer.assigner = out.counter_party.id;
  } else {
    in.refuse("policy", "needs an assigner: the provider's id");
  }
  return in.done();
}

namespace {

/// A policy of ours that goes into a message.
void check_offer(json::ObjectReader& in, const odrl::Policy& offer) {
  if (offer.type != odrl::PolicyType::offer) in.refuse("policy", "must be of type Offer");
  if (offer.id.empty()) in.refuse("policy", "needs an @id");
  if (!offer.target) in.refuse("policy", "needs a target: the dataset's id");
}

}  // namespace

Result<void> read(const json::Node& node, OfferRequest& out) {
  auto in = open_body(node, {"OfferRequest"});
  read_counter_party(in, out.counter_party);
  in.required("policy", out.offer);
  read_callbacks(in, out.callback_addresses);
  if (!in.ok()) return in.done();
  if (out.counter_party.id.empty()) in.refuse("counterPartyId", "is required");
  check_offer(in, out.offer);
  return in.done();
}

json::Value write(const OfferRequest& request) {
  auto out = body_of("OfferRequest");
  write_counter_party(out, request.counter_party);
  out.field("policy", request.offer);
  return out.non_empty("callbackAddresses", request.callback_addresses).done();
}

Result<void> read(const json::Node& node, CounterOffer& out) {
  auto in = open_body(node, {"CounterOffer"});
  in.required("policy", out.offer);
  if (in.ok()) check_offer(in, out.offer);
  return in.done();
}

json::Value write(const CounterOffer& counter) {
  return body_of("CounterOffer").field("policy", counter.offer).done();
}

json::Value write(const ContractRequest& request) {
  auto out = body_of("ContractRequest");
  write_counter_party(out, request.counter_party);
  out.field("policy", request.offer);
  return out.non_empty("callbackAddresses", request.callback_addresses).done();
}

Result<void> read(const json::Node& node, ContractNegotiation& out) {
  json::ObjectReader in(node);
  std::int64_t created_at = 0;
  in.required("@id", out.id).required("state", out.state).optional("counterPartyId", out.counter_party.id);
  in.optional("counterPartyAddress", out.counter_party.address)
      .optional("profile", out.counter_party.profile);
  in.one_or_many("callbackAddresses", out.callback_addresses).optional("assetId", out.asset_id);
  in.optional("contractAgreementId", out.agreement_id).optional("correlationId", out.correlation_id);
  in.optional("errorDetail", out.error_detail).optional("createdAt", created_at);
  in.optional("offer", out.offer).optional("waitsUntil", out.waits_until);
  if (auto role = in.member("type")) {
    if (auto done = json::read_enum(*role, dsp::role_names, out.role); !done) return done;
  }
  out.created_at = Instant{std::chrono::milliseconds(created_at)};
  return in.done();
}

json::Value write(const ContractNegotiation& negotiation) {
  auto out = body_of("ContractNegotiation");
  out.field("@id", negotiation.id).field("type", dsp::role_names.name(negotiation.role));
  out.field("state", negotiation.state);
  write_counter_party(out, negotiation.counter_party);
  out.field("callbackAddresses", negotiation.callback_addresses).field("assetId", negotiation.asset_id);
  out.field("contractAgreementId", negotiation.agreement_id)
      .field("correlationId", negotiation.correlation_id);
  out.field("errorDetail", negotiation.error_detail).field("offer", negotiation.offer);
  out.field("waitsUntil", negotiation.waits_until);
  return out.field("createdAt", epoch_milliseconds(negotiation.created_at)).done();
}

Result<void> read(const json::Node& node, ContractAgreement& out) {
  json::ObjectReader in(node);
  std::int64_t signed_at = 0;
  in.required("@id", out.id).required("agreementId", out.agreement_id).required("assetId", out.asset_id);
  in.required("providerId", out.provider_id).required("consumerId", out.consumer_id);
  in.required("contractSigningDate", signed_at).required("policy", out.policy).optional("claims", out.claims);
  in.optional("endedAt", out.ended_at)
      .optional("endedBy", out.ended_by)
      .optional("endReason", out.end_reason);
  out.signed_at = from_epoch_seconds(signed_at);
  return in.done();
}

json::Value write(const ContractAgreement& agreement) {
  return body_of("ContractAgreement")
      .field("@id", agreement.id)
      .field("agreementId", agreement.agreement_id)
      .field("assetId", agreement.asset_id)
      .field("providerId", agreement.provider_id)
      .field("consumerId", agreement.consumer_id)
      .field("contractSigningDate", epoch_seconds(agreement.signed_at))
      .field("policy", agreement.policy)
      .field("claims", agreement.claims)
      .field("endedAt", agreement.ended_at)
      .field("endedBy", agreement.ended_by)
      .field("endReason", agreement.end_reason)
      .done();
}

Result<void> read(const json::Node& node, TransferRequest& out) {
  auto in = open_body(node, {"TransferRequest"});
  read_counter_party(in, out.counter_party);
  in.required("contractId", out.contract_id).required("transferType", out.transfer_type);
  read_callbacks(in, out.callback_addresses);
  in.optional("privateProperties", out.private_properties)
      .optional("dataplaneMetadata", out.dataplane_metadata);
  in.optional("dataDestination", out.data_destination);
  return in.done();
}

json::Value write(const TransferRequest& request) {
  auto out = body_of("TransferRequest");
  write_counter_party(out, request.counter_party);
  out.field("contractId", request.contract_id).field("transferType", request.transfer_type);
  out.non_empty("callbackAddresses", request.callback_addresses);
  out.non_empty("privateProperties", request.private_properties);
  out.field("dataplaneMetadata", request.dataplane_metadata);
  return out.field("dataDestination", request.data_destination).done();
}

Result<void> read(const json::Node& node, TransferProcess& out) {
  json::ObjectReader in(node);
  std::int64_t state_at = 0;
  in.required("@id", out.id).required("state", out.state).optional("stateTimestamp", state_at);
  in.optional("correlationId", out.correlation_id).optional("assetId", out.asset_id);
  in.optional("contractId", out.contract_id).optional("transferType", out.transfer_type);
  in.optional("errorDetail", out.error_detail).one_or_many("callbackAddresses", out.callback_addresses);
  in.optional("dataplaneMetadata", out.dataplane_metadata).optional("waitsUntil", out.waits_until);
  if (auto role = in.member("type")) {
    if (auto done = json::read_enum(*role, dsp::role_names, out.role); !done) return done;
  }
  out.state_at = Instant{std::chrono::milliseconds(state_at)};
  return in.done();
}

json::Value write(const TransferProcess& process) {
  auto out = body_of("TransferProcess");
  out.field("@id", process.id)
      .field("type", dsp::role_names.name(process.role))
      .field("state", process.state);
  out.field("stateTimestamp", epoch_milliseconds(process.state_at));
  out.field("callbackAddresses", process.callback_addresses).field("correlationId", process.correlation_id);
  out.field("assetId", process.asset_id).field("contractId", process.contract_id);
  out.field("transferType", process.transfer_type).field("errorDetail", process.error_detail);
  out.field("waitsUntil", process.waits_until);
  return out.field("dataplaneMetadata", process.dataplane_metadata).done();
}

Result<void> read(const json::Node& node, StateResponse& out) {
  json::ObjectReader in(node);
  in.optional("@type", out.type).required("state", out.state);
  return in.done();
}

json::Value write(const StateResponse& response) {
  return body_of(response.type).field("state", response.state).done();
}

Result<void> read(const json::Node& node, ReasonRequest& out) {
  auto in =
      open_body(node, {"TerminateNegotiation", "TerminateTransfer", "SuspendTransfer", "TerminateAgreement"});
  in.required("@type", out.type).optional("reason", out.reason);
  return in.done();
}

json::Value write(const ReasonRequest& request) {
  return body_of(request.type).field("reason", request.reason).done();
}

Result<void> read(const json::Node& node, TransferAddress& out) {
  return read(node, out.address);
}
json::Value write(const TransferAddress& address) {
  return write(address.address);
}

}  // namespace kontor::protocol::api::management
