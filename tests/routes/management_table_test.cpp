#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "refusals.hpp"

// The Management API v5beta as its clients know it, row by row: method, path, scope and success. The table is
// theirs and not made from our declarations; what is done otherwise stands in docs/compatibility.md.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;

struct Row {
  int number;
  std::string_view method;
  std::string_view path;  ///< below /api/mgmt/v5beta; `P` is a participant's, `*` any parameter
  std::string_view scope;
  unsigned success;
};

constexpr Row table[] = {
    {1, "POST", "/participants", "admin", 200},
    {2, "GET", "/participants", "admin", 200},
    {3, "GET", "/participants/*", "admin", 200},
    {4, "PUT", "/participants/*", "admin", 204},
    {5, "DELETE", "/participants/*", "admin", 204},
    {6, "GET", "P/config", "admin", 200},
    {7, "PUT", "P/config", "admin", 204},
    {8, "PATCH", "P/config", "admin", 204},
    {9, "GET", "P/profiles", "profiles:read", 200},
    {10, "PUT", "P/profiles", "admin", 204},
    {11, "POST", "/dataspaceprofiles", "profiles:write", 200},
    {12, "PUT", "/dataspaceprofiles", "profiles:write", 204},
    {13, "POST", "/dataspaceprofiles/request", "profiles:read", 200},
    {14, "GET", "/dataspaceprofiles/*", "profiles:read", 200},
    {15, "DELETE", "/dataspaceprofiles/*", "profiles:write", 204},
    {16, "POST", "P/assets", "assets:write", 200},
    {17, "PUT", "P/assets", "assets:write", 204},
    {18, "POST", "P/assets/request", "assets:read", 200},
    {19, "GET", "P/assets/*", "assets:read", 200},
    {20, "DELETE", "P/assets/*", "assets:write", 204},
    {21, "POST", "P/policydefinitions", "policies:write", 200},
    {22, "POST", "P/policydefinitions/request", "policies:read", 200},
    {23, "GET", "P/policydefinitions/*", "policies:read", 200},
    {24, "PUT", "P/policydefinitions/*", "policies:write", 204},
    {25, "DELETE", "P/policydefinitions/*", "policies:write", 204},
    {26, "POST", "P/policydefinitions/*/validate", "policies:read", 200},
    {27, "POST", "P/policydefinitions/*/evaluationplan", "policies:read", 200},
    {28, "POST", "P/contractdefinitions", "contractdefinitions:write", 200},
    {29, "PUT", "P/contractdefinitions", "contractdefinitions:write", 204},
    {30, "POST", "P/contractdefinitions/request", "contractdefinitions:read", 200},
    {31, "GET", "P/contractdefinitions/*", "contractdefinitions:read", 200},
    {32, "DELETE", "P/contractdefinitions/*", "contractdefinitions:write", 204},
    {33, "POST", "P/catalog/request", "catalog:read", 200},
    {34, "POST", "P/catalog/dataset/request", "catalog:read", 200},
    {35, "POST", "P/discover/request", "discovery:read", 200},
    {36, "POST", "P/contractnegotiations", "negotiations:write", 200},
    {37, "POST", "P/contractnegotiations/request", "negotiations:read", 200},
    {38, "GET", "P/contractnegotiations/*", "negotiations:read", 200},
    {39, "GET", "P/contractnegotiations/*/state", "negotiations:read", 200},
    {40, "GET", "P/contractnegotiations/*/agreement", "negotiations:read", 200},
    {41, "POST", "P/contractnegotiations/*/terminate", "negotiations:write", 204},
    {42, "DELETE", "P/contractnegotiations/*", "negotiations:write", 204},
    {43, "POST", "P/contractagreements/request", "agreements:read", 200},
    {44, "GET", "P/contractagreements/*", "agreements:read", 200},
    {45, "GET", "P/contractagreements/*/negotiation", "agreements:read", 200},
    {46, "POST", "P/transferprocesses", "transfers:write", 200},
    {47, "POST", "P/transferprocesses/request", "transfers:read", 200},
    {48, "GET", "P/transferprocesses/*", "transfers:read", 200},
    {49, "GET", "P/transferprocesses/*/state", "transfers:read", 200},
    {50, "POST", "P/transferprocesses/*/terminate", "transfers:write", 204},
    {51, "POST", "P/transferprocesses/*/suspend", "transfers:write", 204},
    {52, "POST", "P/transferprocesses/*/resume", "transfers:write", 204},
    {53, "PUT", "P/dataplanes", "dataplanes:write", 200},
    {54, "DELETE", "P/dataplanes/*", "dataplanes:write", 200},
    {55, "POST", "/celexpressions", "admin", 200},
    {56, "POST", "/celexpressions/test", "admin", 200},
    {57, "GET", "/celexpressions/*", "admin", 200},
    {57, "PUT", "/celexpressions/*", "admin", 204},
    {57, "DELETE", "/celexpressions/*", "admin", 204},
    {58, "POST", "/celexpressions/request", "admin", 200},
    {59, "POST", "/dcpscopes", "admin", 200},
    {60, "PUT", "/dcpscopes/*", "admin", 204},
    {60, "DELETE", "/dcpscopes/*", "admin", 204},
    {61, "POST", "/dcpscopes/request", "admin", 200},
    {62, "GET", "/cacheddocuments", "admin", 200},
    {62, "POST", "/cacheddocuments", "admin", 200},
    {63, "GET", "/cacheddocuments/*", "admin", 200},
    {63, "PUT", "/cacheddocuments/*", "admin", 204},
    {63, "DELETE", "/cacheddocuments/*", "admin", 204},
    {64, "POST", "/cacheddocuments/*/refresh", "admin", 204},
    {65, "GET", "/schemavalidators", "admin", 200},
    {65, "POST", "/schemavalidators", "admin", 200},
    {65, "GET", "/schemavalidators/*", "admin", 200},
    {65, "PUT", "/schemavalidators/*", "admin", 204},
    {65, "DELETE", "/schemavalidators/*", "admin", 204},
};

std::string full_path(const Row& row) {
  const std::string base = "/api/mgmt/v5beta";
  if (row.path.starts_with("P/")) return base + "/participants/*" + std::string(row.path.substr(1));
  return base + std::string(row.path);
}

class ManagementTable : public OnEveryStore {
 protected:
  const RouteInfo* route_of(const Row& row) {
    return routes_test::route_of(world().installation().routes(), row.method, full_path(row));
  }

  /// The route's own request, by somebody who has these scopes and no role. An administrator asks about a
  /// context that nobody has, so that nothing comes of what is allowed.
  Answer ask(const RouteInfo& route, const std::string& scope) {
    const auto& party = world().globex();
    const bool elevated = route.scope.ends_with(":admin");
    const auto target = target_of(route, [&](const std::string& name) {
      return name == context_parameter && !elevated ? party.context : unknown_id(name);
    });
    return world().installation().send(request_to(
        route, target, world().installation().bearer({.subject = party.context, .scope = scope}), "no json"));
  }
};

}  // namespace

TEST_P(ManagementTable, every_row_is_answered_by_a_route_with_its_scope_and_success) {
  for (const auto& row : table) {
    const auto* route = route_of(row);
    ASSERT_TRUE(route) << "row " << row.number << ": nobody answers " << row.method << " " << full_path(row);
    EXPECT_EQ(route->scope, "management-api:" + std::string(row.scope)) << row.number;
    EXPECT_EQ(route->success, row.success) << row.number;
    EXPECT_EQ(route->access, Access::token) << row.number;
  }
}

TEST_P(ManagementTable, a_row_is_refused_without_its_scope_in_the_words_that_clients_know) {
  for (const auto& row : table) {
    const auto* route = route_of(row);
    ASSERT_TRUE(route) << row.number;
    const auto required = "management-api:" + std::string(row.scope);
    for (const std::string& scope : {std::string(), std::string("management-api:nothing:admin"),
                                     "identity-api:" + std::string(row.scope)}) {
      const auto refused = ask(*route, scope);
      EXPECT_EQ(refused.status, 403u) << "row " << row.number << " with '" << scope << "'";
      EXPECT_TRUE(refused.body.contains("Required scope '" + required + "' missing")) << refused.body;
    }
    EXPECT_NE(ask(*route, required).status, 403u) << "row " << row.number;
  }
  refusals().expect_unchanged("requests without the rows' scopes");
}

INSTANTIATE_TEST_SUITE_P(Stores, ManagementTable, every_store, name_of);

}  // namespace kontor::routes_test
