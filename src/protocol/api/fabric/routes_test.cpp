#include <gtest/gtest.h>

#include <set>

#include "protocol/api/fabric/provision_manager_routes.hpp"
#include "protocol/api/fabric/tenant_manager_routes.hpp"

using namespace kontor;
using namespace kontor::protocol::api;
using namespace kontor::protocol::api::fabric;

namespace {

template <class Request, class Response>
void check_example(const Route<Request, Response>& route) {
  if (route.info.example.empty()) return;
  auto request = json::decode<Request>(route.info.example);
  EXPECT_TRUE(request) << route.info.name << ": " << request.error().pointer << " "
                       << request.error().message();
}

/// Calls `visit` with each route of the fabric.
void for_each_route(auto visit) {
  visit(list_tenants), visit(create_tenant), visit(query_tenants), visit(get_tenant), visit(update_tenant);
  visit(delete_tenant), visit(list_participant_profiles), visit(deploy_participant_profile);
  visit(get_participant_profile), visit(dispose_participant_profile), visit(query_participant_profiles);
  visit(list_cells), visit(create_cell), visit(get_cell), visit(update_cell), visit(delete_cell);
  visit(list_dataspace_profiles), visit(create_dataspace_profile), visit(get_dataspace_profile);
  visit(delete_dataspace_profile), visit(deploy_dataspace_profile), visit(list_activity_definitions);
  visit(put_activity_definition), visit(delete_activity_definition), visit(list_orchestration_definitions);
  visit(put_orchestration_template), visit(get_orchestration_template), visit(delete_orchestration_template);
  visit(start_orchestration), visit(get_orchestration), visit(query_orchestrations),
      visit(cancel_orchestration);
  visit(retry_orchestration), visit(compensate_orchestration), visit(skip_activity), visit(complete_activity);
  visit(provision_manager_health);
}

}  // namespace

TEST(FabricRoutes, every_example_is_a_legal_request) {
  for_each_route([](const auto& route) { check_example(route); });
}

TEST(FabricRoutes, names_are_unique_and_so_are_method_and_path) {
  std::set<std::string> names;
  std::set<std::string> places;
  for_each_route([&](const auto& route) {
    EXPECT_TRUE(names.insert(std::string(route.info.name)).second) << route.info.name;
    EXPECT_TRUE(
        places.insert(std::string(method_name(route.info.method)) + std::string(route.info.path)).second)
        << route.info.name;
  });
}

TEST(FabricRoutes, queries_ask_for_the_scope_to_read_and_changes_for_the_scope_to_write) {
  EXPECT_EQ(query_tenants.info.scope, "tenant-manager-api:read");
  EXPECT_EQ(query_orchestrations.info.scope, "provision-manager-api:read");
  EXPECT_EQ(list_cells.info.scope, "tenant-manager-api:read");
  EXPECT_EQ(create_cell.info.scope, "tenant-manager-api:write");
  EXPECT_EQ(delete_orchestration_template.info.scope, "provision-manager-api:write");
}

TEST(FabricRoutes, every_route_but_health_asks_for_a_token_and_a_scope) {
  for_each_route([](const auto& route) {
    if (route.info.name == provision_manager_health.info.name) return;
    EXPECT_EQ(route.info.access, Access::token) << route.info.name;
    EXPECT_FALSE(route.info.scope.empty()) << route.info.name;
    EXPECT_EQ(route.info.concern, Concern::provisioning) << route.info.name;
  });
}
