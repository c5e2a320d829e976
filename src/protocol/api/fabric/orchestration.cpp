#include "base/text/characters.hpp"
#include "protocol/api/fabric/provision_manager.hpp"

namespace kontor::protocol::api::fabric {
namespace {

void write_entry(json::ObjectWriter& out, const OrchestrationEntry& entry) {
  out.field("id", entry.id)
      .field("correlationId", entry.correlation_id)
      .field("definitionId", entry.definition_id)
      .field("state", entry.state)
      .field("stateTimestamp", entry.state_timestamp)
      .field("createdTimestamp", entry.created_timestamp)
      .field("orchestrationType", entry.orchestration_type);
}

void read_entry(json::ObjectReader& in, OrchestrationEntry& out) {
  in.required("id", out.id)
      .required("correlationId", out.correlation_id)
      .optional("definitionId", out.definition_id)
      .required("state", out.state)
      .optional("stateTimestamp", out.state_timestamp)
      .optional("createdTimestamp", out.created_timestamp)
      .required("orchestrationType", out.orchestration_type);
}

}  // namespace

Result<void> read(const json::Node& node, OrchestrationState& out) {
  std::uint32_t number = 0;
  if (auto done = json::read(node, number); !done) return done;
  if (number > static_cast<std::uint32_t>(OrchestrationState::errored)) {
    return invalid(node.pointer(), "{} is no state of an orchestration", number);
  }
  out = static_cast<OrchestrationState>(number);
  return {};
}

json::Value write(OrchestrationState state) {
  return static_cast<std::int64_t>(state);
}

Result<void> read(const json::Node& node, OrchestrationStep& out) {
  json::ObjectReader in(node);
  in.optional("activities", out.activities);
  return in.done();
}

json::Value write(const OrchestrationStep& step) {
  return json::ObjectWriter().field("activities", step.activities).done();
}

Result<void> read(const json::Node& node, ActivityReport& out) {
  json::ObjectReader in(node);
  in.required("status", out.status)
      .optional("attempts", out.attempts)
      .optional("startedAt", out.started_at)
      .optional("endedAt", out.ended_at)
      .optional("detail", out.detail);
  return in.done();
}

json::Value write(const ActivityReport& report) {
  return json::ObjectWriter()
      .field("status", report.status)
      .field("attempts", report.attempts)
      .field("startedAt", report.started_at)
      .field("endedAt", report.ended_at)
      .non_empty("detail", report.detail)
      .done();
}

Result<void> read(const json::Node& node, OrchestrationEntry& out) {
  json::ObjectReader in(node);
  read_entry(in, out);
  return in.done();
}

json::Value write(const OrchestrationEntry& entry) {
  json::ObjectWriter out;
  write_entry(out, entry);
  return out.done();
}

Result<void> read(const json::Node& node, Orchestration& out) {
  json::ObjectReader in(node);
  read_entry(in, out.entry);
  std::map<std::string, json::Value> completed;
  in.optional("steps", out.steps)
      .optional("processingData", out.processing_data)
      .optional("outputData", out.output_data)
      .optional("completed", completed)
      .optional("status", out.status)
      .optional("activities", out.activities)
      .optional("errorDetail", out.error_detail);
  out.completed.clear();
  for (const auto& [id, nothing] : completed) out.completed.emplace_back(id);
  return in.done();
}

json::Value write(const Orchestration& orchestration) {
  json::Object completed;
  for (const auto& id : orchestration.completed) completed.emplace(id.str(), json::Object());
  json::ObjectWriter out;
  write_entry(out, orchestration.entry);
  return out.field("steps", orchestration.steps)
      .field("processingData", orchestration.processing_data)
      .field("outputData", orchestration.output_data)
      .field("completed", completed)
      .field("status", orchestration.status)
      .field("activities", orchestration.activities)
      .non_empty("errorDetail", orchestration.error_detail)
      .done();
}

Result<void> read(const json::Node& node, OperatorReason& out) {
  json::ObjectReader in(node);
  in.required("reason", out.reason);
  if (in.ok() && (out.reason.empty() || text::characters(out.reason) > 1000)) {
    in.refuse("reason", "must say why, in at most 1000 characters");
  }
  return in.done();
}

json::Value write(const OperatorReason& reason) {
  return json::ObjectWriter().field("reason", reason.reason).done();
}

Result<void> read(const json::Node& node, ActivityOutcome& out) {
  json::ObjectReader in(node);
  in.required("success", out.success)
      .optional("errorDetail", out.error_detail)
      .optional("values", out.values)
      .optional("outputs", out.outputs);
  if (in.ok() && !out.success && out.error_detail.empty())
    in.refuse("errorDetail", "must say why the activity failed");
  return in.done();
}

json::Value write(const ActivityOutcome& outcome) {
  return json::ObjectWriter()
      .field("success", outcome.success)
      .non_empty("errorDetail", outcome.error_detail)
      .field("values", outcome.values)
      .field("outputs", outcome.outputs)
      .done();
}

Result<void> read(const json::Node& node, Health& out) {
  json::ObjectReader in(node);
  in.required("message", out.message);
  return in.done();
}

json::Value write(const Health& health) {
  return json::ObjectWriter().field("message", health.message).done();
}

}  // namespace kontor::protocol::api::fabric
