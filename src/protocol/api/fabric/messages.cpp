#include "protocol/api/fabric/messages.hpp"

#include <algorithm>

namespace kontor::protocol::api::fabric {

std::string activity_subject(std::string_view activity_type) {
  std::string subject = "event." + std::string(activity_type);
  std::ranges::replace(subject.begin() + 6, subject.end(), '.', '-');
  return subject;
}

std::string durable_name(std::string_view subject) {
  return std::string(subject.substr(subject.rfind('.') + 1));
}

Result<void> read(const json::Node& node, CredentialSpec& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("type", out.type)
      .required("issuer", out.issuer)
      .required("format", out.format)
      .optional("role", out.role);
  return in.done();
}

json::Value write(const CredentialSpec& spec) {
  return json::ObjectWriter()
      .field("id", spec.id)
      .field("type", spec.type)
      .field("issuer", spec.issuer)
      .field("format", spec.format)
      .field("role", spec.role)
      .done();
}

Result<void> read(const json::Node& node, VpaData& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("vpaType", out.type)
      .required("cellId", out.cell_id)
      .optional("externalCellId", out.external_cell_id)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const VpaData& vpa) {
  return json::ObjectWriter()
      .field("id", vpa.id)
      .field("vpaType", vpa.type)
      .field("cellId", vpa.cell_id)
      .field("externalCellId", vpa.external_cell_id)
      .field("properties", vpa.properties)
      .done();
}

Result<void> read(const json::Node& node, OrchestrationManifest& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("correlationId", out.correlation_id)
      .required("orchestrationType", out.orchestration_type)
      .optional("payload", out.payload);
  if (in.ok() && out.correlation_id.empty()) in.refuse("correlationId", "must not be empty");
  if (in.ok() && !is_type_name(out.orchestration_type))
    in.refuse("orchestrationType", "is no name of a type");
  return in.done();
}

json::Value write(const OrchestrationManifest& manifest) {
  return json::ObjectWriter()
      .field("id", manifest.id)
      .field("correlationId", manifest.correlation_id)
      .field("orchestrationType", manifest.orchestration_type)
      .field("payload", manifest.payload)
      .done();
}

Result<void> read(const json::Node& node, OrchestrationResponse& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("manifestId", out.manifest_id)
      .required("correlationId", out.correlation_id)
      .required("orchestrationType", out.orchestration_type)
      .required("success", out.success)
      .optional("errorDetail", out.error_detail)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const OrchestrationResponse& response) {
  json::ObjectWriter out;
  out.field("id", response.id)
      .field("manifestId", response.manifest_id)
      .field("correlationId", response.correlation_id)
      .field("orchestrationType", response.orchestration_type)
      .field("success", response.success)
      .non_empty("errorDetail", response.error_detail)
      .field("properties", response.properties);
  return out.done();
}

Result<void> read(const json::Node& node, Activity& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("type", out.type)
      .optional("discriminator", out.discriminator)
      .optional("dependsOn", out.depends_on)
      .optional("timeoutSeconds", out.timeout_seconds)
      .optional("attemptsMax", out.attempts_max);
  if (in.ok() && !is_type_name(out.type)) in.refuse("type", "is no name of a type");
  if (in.ok() && out.timeout_seconds == 0) in.refuse("timeoutSeconds", "must be at least 1");
  if (in.ok() && out.attempts_max == 0) in.refuse("attemptsMax", "must be at least 1");
  return in.done();
}

json::Value write(const Activity& activity) {
  return json::ObjectWriter()
      .field("id", activity.id)
      .field("type", activity.type)
      .non_empty("discriminator", activity.discriminator)
      .field("dependsOn", activity.depends_on)
      .field("timeoutSeconds", activity.timeout_seconds)
      .field("attemptsMax", activity.attempts_max)
      .done();
}

Result<void> read(const json::Node& node, ActivityMessage& out) {
  json::ObjectReader in(node);
  in.required(in.has("orchestrationID") ? "orchestrationID" : "orchestrationId", out.orchestration_id)
      .required("activity", out.activity);
  return in.done();
}

json::Value write(const ActivityMessage& message) {
  return json::ObjectWriter()
      .field("orchestrationID", message.orchestration_id)
      .field("activity", message.activity)
      .done();
}

}  // namespace kontor::protocol::api::fabric
