#include "fabric/tenant_manager/routes.hpp"
#include "platform/routing/replies.hpp"
#include "protocol/api/fabric/tenant_manager_routes.hpp"
#include "protocol/query/predicate_text.hpp"

namespace kontor::fabric::tenant_manager {

namespace query = protocol::query;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using platform::routing::reply;
using platform::routing::Router;
using protocol::api::Nothing;

Result<api::PageRequest> page_of(const Call& call) {
  return api::read_page(call.target.parameter("offset"), call.target.parameter("limit"));
}

namespace {

using Tenants = Result<Reply<std::vector<api::Tenant>>>;

Task<Tenants> list_tenants(Register& documents, Call call) {
  auto page = page_of(call);
  if (!page) co_return fail(std::move(page.error()));
  auto listed = co_await documents.tenants({}, *page);
  if (!listed) co_return fail(std::move(listed.error()));
  co_return reply_of(std::move(*listed), "/tenants", *page);
}

Task<Tenants> find_tenants(Register& documents, api::Query body) {
  auto where = query::read_predicate(body.predicate);
  if (!where) co_return fail(std::move(where.error()));
  auto listed = co_await documents.tenants(std::move(*where), body.page);
  if (!listed) co_return fail(std::move(listed.error()));
  co_return reply_of(std::move(*listed), "/tenants/query", body.page);
}

void bind_tenants(Router& router, Register& documents) {
  router.bind(api::list_tenants,
              [&documents](Call call, Nothing) { return list_tenants(documents, std::move(call)); });
  router.bind(api::create_tenant, [&documents](Call call, api::NewTenant body) {
    return reply(documents.create_tenant(std::move(body), call.caller.subject));
  });
  router.bind(api::query_tenants,
              [&documents](Call, api::Query body) { return find_tenants(documents, std::move(body)); });
  router.bind(api::get_tenant, [&documents](Call call, Nothing) {
    return reply(documents.tenant(call.id<api::TenantId>("tenantId")));
  });
  router.bind(api::update_tenant, [&documents](Call call, api::PropertiesDiff body) {
    return reply(
        documents.change_tenant(call.id<api::TenantId>("tenantId"), std::move(body), call.caller.subject));
  });
  router.bind(api::delete_tenant, [&documents](Call call, Nothing) {
    return done(documents.remove_tenant(call.id<api::TenantId>("tenantId"), call.caller.subject));
  });
}

void bind_cells(Router& router, Register& documents) {
  router.bind(api::list_cells, [&documents](Call, Nothing) { return reply(documents.cells()); });
  router.bind(api::create_cell, [&documents](Call call, api::NewCell body) {
    return reply(documents.create_cell(std::move(body), call.caller.subject));
  });
  router.bind(api::get_cell, [&documents](Call call, Nothing) {
    return reply(documents.cell(call.id<api::CellId>("cellId")));
  });
  router.bind(api::update_cell, [&documents](Call call, api::CellPatch body) {
    return reply(documents.change_cell(call.id<api::CellId>("cellId"), std::move(body), call.caller.subject));
  });
  router.bind(api::delete_cell, [&documents](Call call, Nothing) {
    return done(documents.remove_cell(call.id<api::CellId>("cellId"), call.caller.subject));
  });
}

void bind_dataspaces(Router& router, Register& documents) {
  const auto id_of = [](const Call& call) { return call.id<api::DataspaceProfileId>("dataspaceProfileId"); };
  router.bind(api::list_dataspace_profiles,
              [&documents](Call, Nothing) { return reply(documents.dataspaces()); });
  router.bind(api::create_dataspace_profile, [&documents](Call call, api::NewDataspaceProfile body) {
    return reply(documents.create_dataspace(std::move(body), call.caller.subject));
  });
  router.bind(api::get_dataspace_profile,
              [&documents, id_of](Call call, Nothing) { return reply(documents.dataspace(id_of(call))); });
  router.bind(api::delete_dataspace_profile, [&documents, id_of](Call call, Nothing) {
    return done(documents.remove_dataspace(id_of(call), call.caller.subject));
  });
  router.bind(api::deploy_dataspace_profile,
              [&documents, id_of](Call call, api::NewDataspaceDeployment body) {
                return done(documents.deploy_dataspace(id_of(call), std::move(body), call.caller.subject));
              });
}

}  // namespace

void bind_register_routes(Router& router, Register& documents) {
  bind_tenants(router, documents);
  bind_cells(router, documents);
  bind_dataspaces(router, documents);
}

}  // namespace kontor::fabric::tenant_manager
