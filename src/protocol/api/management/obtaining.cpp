#include "protocol/api/management/obtaining.hpp"

namespace kontor::protocol::api::management {
namespace {

constexpr std::size_t accepted_max = 20;

/// Both have the counter-party, the dataset and the type of transfer.
template <class Body>
void read_subject(json::ObjectReader& in, Body& out) {
  in.required("counterPartyId", out.counter_party.id)
      .required("counterPartyAddress", out.counter_party.address)
      .required("assetId", out.asset_id)
      .optional("transferType", out.transfer_type);
  read_profile(in, out.counter_party.profile);
}

template <class Body>
void write_subject(json::ObjectWriter& out, const Body& body) {
  out.field("counterPartyId", body.counter_party.id)
      .field("counterPartyAddress", body.counter_party.address)
      .field("profile", body.counter_party.profile)
      .field("assetId", body.asset_id)
      .field("transferType", body.transfer_type);
}

}  // namespace

Result<void> read(const json::Node& node, ObtainRequest& out) {
  auto in = open_body(node, {"ObtainRequest"});
  read_subject(in, out);
  in.optional("acceptedPolicies", out.accepted);
  if (in.ok() && out.counter_party.id.empty()) in.refuse("counterPartyId", "is required");
  if (in.ok() && out.accepted.size() > accepted_max)
    in.refuse("acceptedPolicies", "has more than " + std::to_string(accepted_max) + " elements");
  return in.done();
}

json::Value write(const ObtainRequest& request) {
  auto out = body_of("ObtainRequest");
  write_subject(out, request);
  return out.non_empty("acceptedPolicies", request.accepted).done();
}

Result<void> read(const json::Node& node, ObtainingFailure& out) {
  json::ObjectReader in(node);
  in.required("hop", out.hop).required("code", out.code).required("reason", out.reason);
  return in.optional("counterPartySaid", out.said).done();
}

json::Value write(const ObtainingFailure& failure) {
  return json::ObjectWriter()
      .field("hop", failure.hop)
      .field("code", failure.code)
      .field("reason", failure.reason)
      .field("counterPartySaid", failure.said)
      .done();
}

Result<void> read(const json::Node& node, Obtaining& out) {
  auto in = open_body(node, {"Obtaining"});
  std::int64_t state_at = 0;
  in.required("@id", out.id).required("state", out.state).required("stateTimestamp", state_at);
  read_subject(in, out);
  in.optional("contractAgreementId", out.agreement_id)
      .optional("contractNegotiationId", out.negotiation_id)
      .optional("transferProcessId", out.transfer_id)
      .optional("dataAddress", out.access)
      .optional("failure", out.failure);
  out.state_at = Instant{std::chrono::milliseconds(state_at)};
  return in.done();
}

json::Value write(const Obtaining& obtaining) {
  auto out = body_of("Obtaining");
  out.field("@id", obtaining.id).field("state", obtaining.state);
  out.field("stateTimestamp", epoch_milliseconds(obtaining.state_at));
  write_subject(out, obtaining);
  return out.field("contractAgreementId", obtaining.agreement_id)
      .field("contractNegotiationId", obtaining.negotiation_id)
      .field("transferProcessId", obtaining.transfer_id)
      .field("dataAddress", obtaining.access)
      .field("failure", obtaining.failure)
      .done();
}

}  // namespace kontor::protocol::api::management
