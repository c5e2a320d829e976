#include "protocol/api/fabric/tenant_manager.hpp"

namespace kontor::protocol::api::fabric {

Result<void> read(const json::Node& node, Tenant& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).optional("version", out.version).optional("properties", out.properties);
  return in.done();
}

json::Value write(const Tenant& tenant) {
  return json::ObjectWriter()
      .field("id", tenant.id)
      .field("version", tenant.version)
      .field("properties", tenant.properties)
      .done();
}

Result<void> read(const json::Node& node, NewTenant& out) {
  json::ObjectReader in(node);
  in.optional("properties", out.properties);
  return in.done();
}

json::Value write(const NewTenant& tenant) {
  return json::ObjectWriter().field("properties", tenant.properties).done();
}

Result<void> read(const json::Node& node, PropertiesDiff& out) {
  json::ObjectReader in(node);
  in.optional("properties", out.properties).optional("removed", out.removed);
  return in.done();
}

json::Value write(const PropertiesDiff& diff) {
  return json::ObjectWriter().field("properties", diff.properties).field("removed", diff.removed).done();
}

Result<void> read(const json::Node& node, Cell& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .optional("version", out.version)
      .optional("externalId", out.external_id)
      .required("state", out.state)
      .optional("stateTimestamp", out.state_timestamp)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const Cell& cell) {
  return json::ObjectWriter()
      .field("id", cell.id)
      .field("version", cell.version)
      .field("externalId", cell.external_id)
      .field("state", cell.state)
      .field("stateTimestamp", cell.state_timestamp)
      .field("properties", cell.properties)
      .done();
}

Result<void> read(const json::Node& node, NewCell& out) {
  json::ObjectReader in(node);
  in.optional("externalId", out.external_id)
      .required("state", out.state)
      .optional("stateTimestamp", out.state_timestamp)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const NewCell& cell) {
  return json::ObjectWriter()
      .non_empty("externalId", cell.external_id)
      .field("state", cell.state)
      .field("stateTimestamp", cell.state_timestamp)
      .field("properties", cell.properties)
      .done();
}

Result<void> read(const json::Node& node, CellPatch& out) {
  json::ObjectReader in(node);
  in.optional("state", out.state)
      .optional("properties", out.diff.properties)
      .optional("removed", out.diff.removed);
  return in.done();
}

json::Value write(const CellPatch& patch) {
  return json::ObjectWriter()
      .field("state", patch.state)
      .field("properties", patch.diff.properties)
      .field("removed", patch.diff.removed)
      .done();
}

Result<void> read(const json::Node& node, DataspaceSpec& out) {
  json::ObjectReader in(node);
  in.optional("protocolStack", out.protocol_stack).optional("credentialSpecs", out.credential_specs);
  return in.done();
}

json::Value write(const DataspaceSpec& spec) {
  return json::ObjectWriter()
      .field("protocolStack", spec.protocol_stack)
      .field("credentialSpecs", spec.credential_specs)
      .done();
}

Result<void> read(const json::Node& node, DataspaceDeployment& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .optional("version", out.version)
      .required("state", out.state)
      .optional("stateTimestamp", out.state_timestamp)
      .required("cellId", out.cell_id)
      .optional("externalCellId", out.external_cell_id)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const DataspaceDeployment& deployment) {
  return json::ObjectWriter()
      .field("id", deployment.id)
      .field("version", deployment.version)
      .field("state", deployment.state)
      .field("stateTimestamp", deployment.state_timestamp)
      .field("cellId", deployment.cell_id)
      .field("externalCellId", deployment.external_cell_id)
      .field("properties", deployment.properties)
      .done();
}

Result<void> read(const json::Node& node, DataspaceProfile& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .optional("version", out.version)
      .optional("dataspaceSpec", out.spec)
      .optional("artifacts", out.artifacts)
      .optional("deployments", out.deployments)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const DataspaceProfile& profile) {
  return json::ObjectWriter()
      .field("id", profile.id)
      .field("version", profile.version)
      .field("dataspaceSpec", profile.spec)
      .field("artifacts", profile.artifacts)
      .field("deployments", profile.deployments)
      .field("properties", profile.properties)
      .done();
}

Result<void> read(const json::Node& node, NewDataspaceProfile& out) {
  json::ObjectReader in(node);
  in.optional("dataspaceSpec", out.spec)
      .optional("artifacts", out.artifacts)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const NewDataspaceProfile& profile) {
  return json::ObjectWriter()
      .field("dataspaceSpec", profile.spec)
      .field("artifacts", profile.artifacts)
      .field("properties", profile.properties)
      .done();
}

void apply(const PropertiesDiff& diff, json::Object& properties) {
  for (const auto& member : diff.properties) properties.insert_or_assign(member.key(), member.value());
  for (const auto& key : diff.removed) properties.erase(key);
}

}  // namespace kontor::protocol::api::fabric
