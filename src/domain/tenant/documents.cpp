#include "domain/tenant/documents.hpp"

#include <algorithm>

#include "base/json/stored.hpp"

namespace kontor::domain::tenant {

Cell changed(Cell cell, const api::CellPatch& patch, Instant now) {
  if (patch.state && *patch.state != cell.state) {
    cell.state = *patch.state;
    cell.state_timestamp = now;
  }
  api::apply(patch.diff, cell.properties);
  return cell;
}

Result<CellId> only_active_cell(std::span<const Cell> cells) {
  const auto is_active = [](const Cell& cell) { return cell.state == DeploymentState::active; };
  const auto count = std::ranges::count_if(cells, is_active);
  if (count == 1) return std::ranges::find_if(cells, is_active)->id;
  return invalid("/cellId", "is required: there are {} active cells", count);
}

std::optional<DataspaceProfile> deployed_to(DataspaceProfile profile, const Cell& cell, api::DeploymentId id,
                                            Instant now) {
  const auto is_here = [&](const api::DataspaceDeployment& deployment) {
    return deployment.cell_id == cell.id && deployment.state != DeploymentState::disposed;
  };
  if (std::ranges::any_of(profile.deployments, is_here)) return std::nullopt;
  profile.deployments.push_back({.id = std::move(id),
                                 .version = 0,
                                 .state = DeploymentState::active,
                                 .state_timestamp = now,
                                 .cell_id = cell.id,
                                 .external_cell_id = cell.external_id,
                                 .properties = {}});
  return profile;
}

const entity::Kind& TenantDocument::kind() {
  static constexpr entity::Field fields[] = {{.name = "id", .path = "id"}};
  static constexpr entity::Kind kind{
      .name = "tenant", .fields = fields, .free_properties = "properties", .audited = true};
  return kind;
}

std::string TenantDocument::encode(const Entity& tenant) {
  return json::encode(tenant);
}
Result<Tenant> TenantDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Tenant>(stored);
}

const entity::Kind& CellDocument::kind() {
  static constexpr entity::Field fields[] = {
      {.name = "id", .path = "id"},
      {.name = "externalId", .path = "externalId", .indexed = true},
      {.name = "state", .path = "state"},
      {.name = "stateTimestamp", .path = "stateTimestamp", .type = entity::FieldType::instant}};
  static constexpr entity::Kind kind{
      .name = "cell", .fields = fields, .free_properties = "properties", .audited = true};
  return kind;
}

std::string CellDocument::encode(const Entity& cell) {
  return json::encode(cell);
}
Result<Cell> CellDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Cell>(stored);
}

const entity::Kind& DataspaceProfileDocument::kind() {
  static constexpr entity::Field fields[] = {{.name = "id", .path = "id"},
                                             {.name = "deployments.cellId", .path = "deployments[].cellId"},
                                             {.name = "deployments.state", .path = "deployments[].state"}};
  static constexpr entity::Kind kind{
      .name = "dataspace-profile", .fields = fields, .free_properties = "properties", .audited = true};
  return kind;
}

std::string DataspaceProfileDocument::encode(const Entity& profile) {
  return json::encode(profile);
}

Result<DataspaceProfile> DataspaceProfileDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<DataspaceProfile>(stored);
}

}  // namespace kontor::domain::tenant
