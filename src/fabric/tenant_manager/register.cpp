#include "fabric/tenant_manager/register.hpp"

#include "domain/tenant/decide.hpp"

namespace kontor::fabric::tenant_manager {

namespace engine = platform::engine;
namespace query = protocol::query;
using engine::Command;
using platform::store::installation_context;
using tenant::CellDocument;
using tenant::DataspaceProfileDocument;
using tenant::TenantDocument;

namespace {

query::Query everything(query::Predicate where = {}) {
  return {.where = std::move(where), .sort = {}, .limit = api::page_max, .offset = 0, .after = {}};
}

/// As clients see it: they count changes from 0, the store counts commits from 1.
template <class Entity>
Entity shown(engine::Loaded<Entity> loaded) {
  loaded.entity.version = loaded.version - 1;
  return std::move(loaded.entity);
}

template <class D>
Task<Result<typename D::Entity>> read_one(engine::Engine& engine, EntityId id) {
  auto loaded = co_await engine.load<D>(installation_context(), std::move(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return shown(std::move(*loaded));
}

template <class D>
Task<Result<std::vector<typename D::Entity>>> read_all(engine::Engine& engine, query::Query query) {
  auto page = co_await engine.list<D>(installation_context(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<typename D::Entity> entities;
  for (auto& loaded : page->entities) entities.push_back(shown(std::move(loaded)));
  co_return entities;
}

template <class D>
Task<Result<typename D::Entity>> store(engine::Engine& engine, typename D::Entity entity,
                                       entity::Version expected, std::string actor) {
  Command command{installation_context(), entity_id(entity.id), std::move(actor)};
  auto put = co_await engine.put<D>(std::move(command), entity, expected);
  if (!put) co_return fail(std::move(put.error()));
  entity.version = expected;
  co_return entity;
}

template <class D>
Task<Result<void>> remove(engine::Engine& engine, EntityId id, std::string actor) {
  auto loaded = co_await engine.load<D>(installation_context(), id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  Command command{installation_context(), std::move(id), std::move(actor)};
  co_return co_await engine.remove<D>(std::move(command), loaded->version);
}

}  // namespace

Task<Result<Listed<api::Tenant>>> Register::tenants(query::Predicate where, api::PageRequest page) {
  auto wanted = everything(std::move(where));
  wanted.offset = page.offset;
  wanted.limit = page.limit;
  auto total = co_await engine_.store().count(installation_context(), TenantDocument::kind(), wanted);
  if (!total) co_return fail(std::move(total.error()));
  auto found = co_await read_all<TenantDocument>(engine_, std::move(wanted));
  if (!found) co_return fail(std::move(found.error()));
  co_return Listed<api::Tenant>{std::move(*found), *total};
}

Task<Result<api::Tenant>> Register::tenant(api::TenantId id) {
  return read_one<TenantDocument>(engine_, entity_id(id));
}

Task<Result<api::Tenant>> Register::create_tenant(api::NewTenant tenant, std::string actor) {
  api::Tenant made{.id = api::TenantId(new_uuid(engine_.random())),
                   .properties = std::move(tenant.properties)};
  return store<TenantDocument>(engine_, std::move(made), 0, std::move(actor));
}

Task<Result<api::Tenant>> Register::change_tenant(api::TenantId id, api::PropertiesDiff diff,
                                                  std::string actor) {
  auto loaded = co_await engine_.load<TenantDocument>(installation_context(), entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  api::apply(diff, loaded->entity.properties);
  co_return co_await store<TenantDocument>(engine_, std::move(loaded->entity), loaded->version,
                                           std::move(actor));
}

Task<Result<void>> Register::remove_tenant(api::TenantId id, std::string actor) {
  auto unused = co_await refuse_use(query::where("tenantId", id.str()), fmt::format("the tenant '{}'", id));
  if (!unused) co_return unused;
  co_return co_await remove<TenantDocument>(engine_, entity_id(id), std::move(actor));
}

Task<Result<std::vector<api::Cell>>> Register::cells() {
  return read_all<CellDocument>(engine_, everything());
}

Task<Result<api::Cell>> Register::cell(api::CellId id) {
  return read_one<CellDocument>(engine_, entity_id(id));
}

Task<Result<api::Cell>> Register::create_cell(api::NewCell cell, std::string actor) {
  if (!cell.external_id.empty()) {
    auto same =
        co_await read_all<CellDocument>(engine_, everything(query::where("externalId", cell.external_id)));
    if (!same) co_return fail(std::move(same.error()));
    if (!same->empty()) {
      co_return fail(ErrorCode::conflict, "the external id '{}' is that of cell '{}'", cell.external_id,
                     same->front().id);
    }
  }
  api::Cell made{.id = api::CellId(new_uuid(engine_.random())),
                 .external_id = std::move(cell.external_id),
                 .state = cell.state,
                 .state_timestamp = cell.state_timestamp.value_or(engine_.clock().now()),
                 .properties = std::move(cell.properties)};
  co_return co_await store<CellDocument>(engine_, std::move(made), 0, std::move(actor));
}

Task<Result<api::Cell>> Register::change_cell(api::CellId id, api::CellPatch patch, std::string actor) {
  auto loaded = co_await engine_.load<CellDocument>(installation_context(), entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto next = tenant::changed(std::move(loaded->entity), patch, engine_.clock().now());
  co_return co_await store<CellDocument>(engine_, std::move(next), loaded->version, std::move(actor));
}

Task<Result<void>> Register::remove_cell(api::CellId id, std::string actor) {
  auto unused = co_await refuse_use(query::where("vpas.cellId", id.str()), fmt::format("the cell '{}'", id));
  if (!unused) co_return unused;
  auto offered = co_await read_all<DataspaceProfileDocument>(
      engine_, everything(query::where("deployments.cellId", id.str())));
  if (!offered) co_return fail(std::move(offered.error()));
  if (!offered->empty()) {
    co_return fail(ErrorCode::conflict, "dataspace profile '{}' is deployed on the cell '{}'",
                   offered->front().id, id);
  }
  co_return co_await remove<CellDocument>(engine_, entity_id(id), std::move(actor));
}

Task<Result<std::vector<api::DataspaceProfile>>> Register::dataspaces() {
  return read_all<DataspaceProfileDocument>(engine_, everything());
}

Task<Result<api::DataspaceProfile>> Register::dataspace(api::DataspaceProfileId id) {
  return read_one<DataspaceProfileDocument>(engine_, entity_id(id));
}

Task<Result<api::DataspaceProfile>> Register::create_dataspace(api::NewDataspaceProfile profile,
                                                               std::string actor) {
  api::DataspaceProfile made{.id = api::DataspaceProfileId(new_uuid(engine_.random())),
                             .spec = std::move(profile.spec),
                             .artifacts = std::move(profile.artifacts),
                             .deployments = {},
                             .properties = std::move(profile.properties)};
  return store<DataspaceProfileDocument>(engine_, std::move(made), 0, std::move(actor));
}

Task<Result<api::Cell>> Register::cell_of(api::NewDataspaceDeployment order) {
  auto all = co_await cells();
  if (!all) co_return fail(std::move(all.error()));
  auto wanted = order.cell_id;
  if (!wanted) {
    auto only = tenant::only_active_cell(*all);
    if (!only) co_return fail(std::move(only.error()));
    wanted = std::move(*only);
  }
  for (auto& each : *all) {
    if (each.id == *wanted) co_return std::move(each);
  }
  co_return invalid("/cellId", "there is no cell '{}'", *wanted);
}

Task<Result<void>> Register::deploy_dataspace(api::DataspaceProfileId id, api::NewDataspaceDeployment order,
                                              std::string actor) {
  if (order.profile_id && *order.profile_id != id)
    co_return invalid("/profileId", "must be the id in the path");
  auto loaded = co_await engine_.load<DataspaceProfileDocument>(installation_context(), entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto cell = co_await cell_of(std::move(order));
  if (!cell) co_return fail(std::move(cell.error()));
  auto next = tenant::deployed_to(std::move(loaded->entity), *cell,
                                  api::DeploymentId(new_uuid(engine_.random())), engine_.clock().now());
  if (!next) co_return Result<void>{};
  auto stored =
      co_await store<DataspaceProfileDocument>(engine_, std::move(*next), loaded->version, std::move(actor));
  if (!stored) co_return fail(std::move(stored.error()));
  co_return Result<void>{};
}

Task<Result<void>> Register::remove_dataspace(api::DataspaceProfileId id, std::string actor) {
  auto unused = co_await refuse_use(query::where("dataspaceProfileIds", id.str()),
                                    fmt::format("the dataspace profile '{}'", id));
  if (!unused) co_return unused;
  co_return co_await remove<DataspaceProfileDocument>(engine_, entity_id(id), std::move(actor));
}

Task<Result<std::uint64_t>> Register::participants(query::Predicate where) {
  auto live = query::where("vpas.state", query::Operator::not_equal, {std::string("disposed")});
  auto both = query::all_of({std::move(where), std::move(live)});
  return engine_.store().count(installation_context(), tenant::Machine::kind(), everything(std::move(both)));
}

Task<Result<void>> Register::refuse_use(query::Predicate where, std::string what) {
  auto users = co_await participants(std::move(where));
  if (!users) co_return fail(std::move(users.error()));
  if (*users == 0) co_return Result<void>{};
  co_return fail(ErrorCode::conflict, "{} has {} participants that are not disposed", what, *users);
}

}  // namespace kontor::fabric::tenant_manager
