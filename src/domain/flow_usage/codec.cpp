#include "domain/flow_usage/decide.hpp"

namespace kontor::domain::flow_usage {
Result<void> read(const json::Node& node, Access& out) {
  json::ObjectReader in(node);
  in.required("grant", out.grant).optional("address", out.address);
  return in.done();
}

json::Value write(const Access& access) {
  return json::ObjectWriter().field("grant", access.grant).non_empty("address", access.address).done();
}

Result<void> read(const json::Node& node, Writer& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("lastReport", out.last_report);
  return in.done();
}

json::Value write(const Writer& writer) {
  return json::ObjectWriter().field("id", writer.id).field("lastReport", writer.last_report).done();
}

namespace {

void write_about(json::ObjectWriter& out, const About& about) {
  out.field("flowId", about.flow).non_empty("agreementId", about.agreement.str());
  out.non_empty("datasetId", about.dataset.str()).non_empty("counterPartyId", about.counter_party);
}

void write_counters(json::ObjectWriter& out, const Counters& counters) {
  out.field("requests", counters.requests).field("refused", counters.refused);
  out.field("sentBytes", counters.sent_bytes).field("receivedBytes", counters.received_bytes);
}

}  // namespace

const entity::Kind& Machine::kind() {
  static constexpr entity::Field fields[] = {
      {.name = "flowId", .path = "flowId"},
      {.name = "agreementId", .path = "agreementId", .indexed = true},
      {.name = "datasetId", .path = "datasetId"},
      {.name = "counterPartyId", .path = "counterPartyId"},
      {.name = "since", .path = "since", .type = entity::FieldType::instant},
      {.name = "lastAt", .path = "lastAt", .type = entity::FieldType::instant},
  };
  static constexpr entity::Kind kind{.name = "flow-usage",
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 400),
                                     .audited = true,
                                     .protocol = entity::Protocol::dps};
  return kind;
}

Result<void> read(const json::Node& node, FlowUsage& out) {
  json::ObjectReader in(node);
  std::string agreement;
  std::string dataset;
  in.required("flowId", out.about.flow)
      .optional("agreementId", agreement)
      .optional("datasetId", dataset)
      .optional("counterPartyId", out.about.counter_party)
      .required("requests", out.counters.requests)
      .required("refused", out.counters.refused)
      .required("sentBytes", out.counters.sent_bytes)
      .required("receivedBytes", out.counters.received_bytes)
      .required("since", out.since)
      .required("lastAt", out.last_at)
      .optional("grants", out.grants)
      .optional("lastAccess", out.last_access)
      .optional("lastRefusal", out.last_refusal)
      .optional("refusedTold", out.refused_told)
      .optional("refusalsToldAt", out.refusals_told_at)
      .optional("writers", out.writers)
      .optional("endedAt", out.ended_at)
      .optional("settled", out.settled);
  out.about.agreement = AgreementId(std::move(agreement));
  out.about.dataset = DatasetId(std::move(dataset));
  return in.done();
}

json::Value write(const FlowUsage& usage) {
  json::ObjectWriter out;
  write_about(out, usage.about);
  write_counters(out, usage.counters);
  out.field("since", usage.since).field("lastAt", usage.last_at).non_empty("grants", usage.grants);
  out.field("lastAccess", usage.last_access).non_empty("lastRefusal", usage.last_refusal);
  out.field("refusedTold", usage.refused_told).field("refusalsToldAt", usage.refusals_told_at);
  out.non_empty("writers", usage.writers).field("endedAt", usage.ended_at).field("settled", usage.settled);
  return out.done();
}

std::string Machine::event_body(const Entity& usage, std::string_view happened) {
  json::ObjectWriter out;
  write_about(out, usage.about);
  write_counters(out, usage.counters);
  if (happened == access_begun) out.field("access", usage.last_access);
  if (happened == access_refused) out.field("reason", usage.last_refusal);
  if (happened == usage_settled) out.field("since", usage.since).field("endedAt", usage.ended_at);
  return json::serialize(out.done());
}

}  // namespace kontor::domain::flow_usage
