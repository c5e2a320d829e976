#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "protocol/api/fabric/tenant_manager.hpp"

/// Tenants, cells and dataspace profiles: what the operator keeps, without a life of its own. They are stored
/// as the API shows them; the `version` that it shows is the store's.
namespace kontor::domain::tenant {

namespace api = protocol::api::fabric;

using api::Cell;
using api::CellId;
using api::DataspaceProfile;
using api::DataspaceProfileId;
using api::DeploymentState;
using api::Tenant;
using api::TenantId;

struct TenantDocument {
  using Entity = Tenant;
  static const entity::Kind& kind();
  static std::string encode(const Entity& tenant);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

struct CellDocument {
  using Entity = Cell;
  static const entity::Kind& kind();
  static std::string encode(const Entity& cell);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

struct DataspaceProfileDocument {
  using Entity = DataspaceProfile;
  static const entity::Kind& kind();
  static std::string encode(const Entity& profile);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// The cell as it is after the change; a new state is stamped with `now`.
Cell changed(Cell cell, const api::CellPatch& patch, Instant now);

/// The cell that an order means which names none: the only active one. Errors: invalid_input, when that is
/// not decidable.
Result<CellId> only_active_cell(std::span<const Cell> cells);

/// The dataspace profile offered on one more cell. Where it is offered already nothing changes (none).
std::optional<DataspaceProfile> deployed_to(DataspaceProfile profile, const Cell& cell, api::DeploymentId id,
                                            Instant now);

}  // namespace kontor::domain::tenant
