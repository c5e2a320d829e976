#include "protocol/api/usage/messages.hpp"

namespace kontor::protocol::api::usage {
namespace {

void write_counters(json::ObjectWriter& out, const Counters& counters) {
  out.field("requests", counters.requests).field("refused", counters.refused);
  out.field("sentBytes", counters.sent_bytes).field("receivedBytes", counters.received_bytes);
}

void read_counters(json::ObjectReader& in, Counters& out) {
  in.required("requests", out.requests).required("refused", out.refused);
  in.required("sentBytes", out.sent_bytes).required("receivedBytes", out.received_bytes);
}

}  // namespace

Result<void> read(const json::Node& node, FlowUsage& out) {
  json::ObjectReader in(node);
  in.required("flowId", out.flow).required("agreementId", out.agreement).required("datasetId", out.dataset);
  in.required("counterPartyId", out.counter_party);
  read_counters(in, out.counters);
  in.required("since", out.since).required("lastAt", out.last_at).optional("endedAt", out.ended_at);
  in.optional("lastRefusal", out.last_refusal);
  return in.done();
}

Result<void> read(const json::Node& node, AgreementUsage& out) {
  json::ObjectReader in(node);
  in.required("agreementId", out.agreement).required("flows", out.flows);
  in.required("openFlows", out.open_flows);
  read_counters(in, out.counters);
  in.optional("since", out.since).optional("lastAt", out.last_at);
  return in.done();
}

json::Value write(const FlowUsage& usage) {
  json::ObjectWriter out;
  out.field("flowId", usage.flow).field("agreementId", usage.agreement).field("datasetId", usage.dataset);
  out.field("counterPartyId", usage.counter_party);
  write_counters(out, usage.counters);
  out.field("since", usage.since).field("lastAt", usage.last_at).field("endedAt", usage.ended_at);
  return out.non_empty("lastRefusal", usage.last_refusal).done();
}

json::Value write(const AgreementUsage& usage) {
  json::ObjectWriter out;
  out.field("agreementId", usage.agreement).field("flows", usage.flows);
  out.field("openFlows", usage.open_flows);
  write_counters(out, usage.counters);
  return out.field("since", usage.since).field("lastAt", usage.last_at).done();
}

}  // namespace kontor::protocol::api::usage
