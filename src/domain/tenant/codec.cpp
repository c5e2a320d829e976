#include "domain/tenant/codec.hpp"

namespace kontor::domain::tenant {

Result<void> read(const json::Node& node, Vpa& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("version", out.version)
      .required("type", out.type)
      .required("state", out.state)
      .required("stateTimestamp", out.state_since)
      .required("cellId", out.cell_id)
      .optional("externalCellId", out.external_cell_id)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const Vpa& vpa) {
  return json::ObjectWriter()
      .field("id", vpa.id)
      .field("version", vpa.version)
      .field("type", vpa.type)
      .field("state", vpa.state)
      .field("stateTimestamp", vpa.state_since)
      .field("cellId", vpa.cell_id)
      .non_empty("externalCellId", vpa.external_cell_id)
      .non_empty("properties", vpa.properties)
      .done();
}

Result<void> read(const json::Node& node, ParticipantProfile& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("identifier", out.identifier)
      .required("tenantId", out.tenant_id)
      .optional("dataspaceProfileIds", out.dataspaces)
      .optional("participantRoles", out.participant_roles)
      .optional("credentials", out.credentials)
      .required("vpas", out.vpas)
      .optional("properties", out.properties)
      .required("error", out.error)
      .optional("errorDetail", out.error_detail)
      .required("deployment", out.deployment)
      .optional("disposal", out.disposal);
  return in.done();
}

json::Value write(const ParticipantProfile& profile) {
  return json::ObjectWriter()
      .field("id", profile.id)
      .field("identifier", profile.identifier)
      .field("tenantId", profile.tenant_id)
      .non_empty("dataspaceProfileIds", profile.dataspaces)
      .non_empty("participantRoles", profile.participant_roles)
      .non_empty("credentials", profile.credentials)
      .field("vpas", profile.vpas)
      .non_empty("properties", profile.properties)
      .field("error", profile.error)
      .non_empty("errorDetail", profile.error_detail)
      .field("deployment", profile.deployment)
      .field("disposal", profile.disposal)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  StartOrchestration start;
  in.constant("effect", "start-orchestration").required("manifest", start.manifest);
  out = std::move(start);
  return in.done();
}

json::Value write(const Effect& effect) {
  return json::ObjectWriter()
      .field("effect", "start-orchestration")
      .field("manifest", std::get<StartOrchestration>(effect).manifest)
      .done();
}

}  // namespace kontor::domain::tenant
