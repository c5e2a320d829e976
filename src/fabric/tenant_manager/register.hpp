#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/tenant/documents.hpp"
#include "platform/engine/engine.hpp"
#include "protocol/api/fabric/paging.hpp"

namespace kontor::fabric::tenant_manager {

namespace api = protocol::api::fabric;
namespace tenant = domain::tenant;

/// A part of a list, and how many there are.
template <class T>
struct Listed {
  std::vector<T> entities;
  std::uint64_t total = 0;
};

/// What the operator keeps: tenants, cells and dataspace profiles. All of it belongs to the installation.
/// What is in use is not deleted.
class Register {
 public:
  explicit Register(platform::engine::Engine& engine) : engine_(engine) {}

  Task<Result<Listed<api::Tenant>>> tenants(protocol::query::Predicate where, api::PageRequest page);
  Task<Result<api::Tenant>> tenant(api::TenantId id);
  Task<Result<api::Tenant>> create_tenant(api::NewTenant tenant, std::string actor);
  Task<Result<api::Tenant>> change_tenant(api::TenantId id, api::PropertiesDiff diff, std::string actor);
  /// Errors: conflict: it has participants that are not disposed.
  Task<Result<void>> remove_tenant(api::TenantId id, std::string actor);

  Task<Result<std::vector<api::Cell>>> cells();
  Task<Result<api::Cell>> cell(api::CellId id);
  /// Errors: conflict: the external id is another cell's.
  Task<Result<api::Cell>> create_cell(api::NewCell cell, std::string actor);
  Task<Result<api::Cell>> change_cell(api::CellId id, api::CellPatch patch, std::string actor);
  /// Errors: conflict: participants or dataspaces are deployed there.
  Task<Result<void>> remove_cell(api::CellId id, std::string actor);

  Task<Result<std::vector<api::DataspaceProfile>>> dataspaces();
  Task<Result<api::DataspaceProfile>> dataspace(api::DataspaceProfileId id);
  Task<Result<api::DataspaceProfile>> create_dataspace(api::NewDataspaceProfile profile, std::string actor);
  /// Offers the dataspace on a cell; a second time changes nothing. Errors: invalid_input (no such cell, or
  /// none named and not exactly one active).
  Task<Result<void>> deploy_dataspace(api::DataspaceProfileId id, api::NewDataspaceDeployment order,
                                      std::string actor);
  /// Errors: conflict: participants use it.
  Task<Result<void>> remove_dataspace(api::DataspaceProfileId id, std::string actor);

  /// How many participants that are not disposed satisfy the condition.
  Task<Result<std::uint64_t>> participants(protocol::query::Predicate where);

 private:
  Task<Result<api::Cell>> cell_of(api::NewDataspaceDeployment order);
  Task<Result<void>> refuse_use(protocol::query::Predicate where, std::string what);

  platform::engine::Engine& engine_;
};

}  // namespace kontor::fabric::tenant_manager
