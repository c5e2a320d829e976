#include "domain/tenant/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/tenant/tenant_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::tenant;
using namespace kontor::domain::tenant::testing;
using ::testing::HasSubstr;

namespace {

json::Object labelled(std::string region) {
  return {{"labels", json::Object{{"region", region}}}};
}

std::vector<std::string> types_of(const std::vector<CredentialSpec>& specs) {
  std::vector<std::string> types;
  for (const auto& spec : specs) types.push_back(spec.type);
  return types;
}

}  // namespace

TEST(Placement, takes_an_active_cell_on_which_the_dataspace_is_deployed) {
  const std::vector dataspaces{dataspace("d1", {"c2", "c3"})};
  const std::vector<CellCandidate> cells{
      {cell("c1"), 0}, {cell("c2", DeploymentState::offline), 0}, {cell("c3"), 0}};
  const auto choice = select_cell({.dataspaces = dataspaces}, cells).value();
  EXPECT_EQ(choice.cell.id, CellId("c3"));
  ASSERT_EQ(choice.considered.size(), 3u);
  EXPECT_EQ(choice.considered[0].reasons, "offers 1 of 1 dataspaces, has 0 participants");
  EXPECT_EQ(choice.considered[1], (CellVerdict{CellId("c2"), false, "it is offline"}));
  EXPECT_EQ(choice.considered[2], (CellVerdict{CellId("c1"), false, "no dataspace is deployed there"}));
}

TEST(Placement, how_many_participants_a_cell_has_matters_where_there_is_another_or_a_bound) {
  const auto bounded = cell("c1", DeploymentState::active, {{"capacity", 2}});
  EXPECT_FALSE(depends_on_participants(std::vector{cell("c1")}));
  EXPECT_TRUE(depends_on_participants(std::vector{bounded}));
  EXPECT_TRUE(depends_on_participants(std::vector{cell("c1"), cell("c2")}));
  const std::vector dataspaces{dataspace("d1", {"c1"})};
  const std::vector<CellCandidate> uncounted{{cell("c1"), {}}};
  const auto choice = select_cell({.dataspaces = dataspaces}, uncounted).value();
  EXPECT_EQ(choice.considered[0].reasons, "offers 1 of 1 dataspaces");
}

TEST(Placement, a_deployment_that_is_not_active_does_not_count) {
  auto profile = dataspace("d1", {"c1"});
  profile.deployments[0].state = DeploymentState::disposed;
  EXPECT_FALSE(
      select_cell({.dataspaces = std::vector{profile}}, std::vector<CellCandidate>{{cell("c1"), 0}}));
}

TEST(Placement, the_cell_that_was_asked_for_is_taken_or_the_order_refused) {
  const std::vector dataspaces{dataspace("d1", {"c1", "c2"})};
  const std::vector<CellCandidate> cells{
      {cell("c1"), 0}, {cell("c2"), 9}, {cell("c3", DeploymentState::locked), 0}};
  EXPECT_EQ(select_cell({.cell_id = CellId("c2"), .dataspaces = dataspaces}, cells).value().cell.id,
            CellId("c2"));
  const auto locked = select_cell({.cell_id = CellId("c3"), .dataspaces = dataspaces}, cells);
  EXPECT_EQ(locked.error().code, ErrorCode::conflict);
  EXPECT_THAT(locked.error().detail, HasSubstr("c3: it is locked; no dataspace is deployed there"));
  const auto unknown = select_cell({.cell_id = CellId("c9"), .dataspaces = dataspaces}, cells);
  EXPECT_EQ(unknown.error().pointer, "/cellId");
}

TEST(Placement, labels_must_all_be_met) {
  const std::vector dataspaces{dataspace("d1", {"c1", "c2", "c3"})};
  const std::vector<CellCandidate> cells{{cell("c1"), 0},
                                         {cell("c2", DeploymentState::active, labelled("us")), 0},
                                         {cell("c3", DeploymentState::active, labelled("eu")), 0}};
  const auto choice = select_cell({.labels = {{"region", "eu"}}, .dataspaces = dataspaces}, cells).value();
  EXPECT_EQ(choice.cell.id, CellId("c3"));
  EXPECT_EQ(choice.considered[1].reasons, "its label region is '', not 'eu'");
  EXPECT_EQ(choice.considered[2].reasons, "its label region is 'us', not 'eu'");
}

TEST(Placement, dataspaces_asked_for_by_name_must_all_be_there) {
  const std::vector dataspaces{dataspace("d1", {"c1", "c2"}), dataspace("d2", {"c2"})};
  const std::vector<CellCandidate> cells{{cell("c1"), 0}, {cell("c2"), 5}};
  const auto choice = select_cell({.dataspaces = dataspaces, .every_dataspace = true}, cells).value();
  EXPECT_EQ(choice.cell.id, CellId("c2"));
  EXPECT_EQ(choice.considered[1].reasons, "dataspace 'd2' is not deployed there");
}

TEST(Placement, prefers_more_dataspaces_then_fewer_participants_then_the_first_id) {
  const std::vector dataspaces{dataspace("d1", {"c1", "c2", "c3"}), dataspace("d2", {"c1", "c2"})};
  std::vector<CellCandidate> cells{{cell("c3"), 0}, {cell("c2"), 4}, {cell("c1"), 5}};
  EXPECT_EQ(select_cell({.dataspaces = dataspaces}, cells).value().cell.id, CellId("c2"));
  cells[1].participants = 5;
  EXPECT_EQ(select_cell({.dataspaces = dataspaces}, cells).value().cell.id, CellId("c1"));
}

TEST(Placement, a_full_cell_takes_no_more_participants) {
  const std::vector dataspaces{dataspace("d1", {"c1"})};
  const std::vector<CellCandidate> room{{cell("c1", DeploymentState::active, {{"capacity", 2}}), 1}};
  const std::vector<CellCandidate> full{{cell("c1", DeploymentState::active, {{"capacity", 2}}), 2}};
  EXPECT_TRUE(select_cell({.dataspaces = dataspaces}, room));
  EXPECT_THAT(select_cell({.dataspaces = dataspaces}, full).error().detail, HasSubstr("full with 2"));
}

TEST(Placement, without_cells_or_dataspaces_there_is_no_plan) {
  EXPECT_EQ(select_cell({}, {}).error().code, ErrorCode::conflict);
  const std::vector<CellCandidate> cells{{cell("c1"), 0}};
  EXPECT_EQ(plan_deployment(order_for("did:web:a"), {}, cells).error().code, ErrorCode::conflict);
}

TEST(Credentials, are_those_for_everybody_and_those_for_the_roles_in_that_dataspace) {
  const std::vector dataspaces{
      dataspace("d1", {},
                {credential("Membership"), credential("Oem", "oem"), credential("Supplier", "supplier")}),
      dataspace("d2", {}, {credential("Carrier", "carrier"), credential("Oem2", "oem")})};
  EXPECT_EQ(types_of(select_credentials(dataspaces, {{"d1", {"oem"}}, {"d2", {"carrier"}}})),
            (std::vector<std::string>{"Membership", "Oem", "Carrier"}));
  EXPECT_EQ(types_of(select_credentials(dataspaces, {})), std::vector<std::string>{"Membership"});
}

TEST(Credentials, are_asked_for_once) {
  const std::vector dataspaces{
      dataspace("d1", {}, {credential("Membership"), credential("Membership", "oem")}),
      dataspace("d2", {}, {credential("Membership")})};
  EXPECT_EQ(select_credentials(dataspaces, {{"d1", {"oem"}}}).size(), 1u);
}

TEST(DeploymentPlan, takes_the_dataspaces_that_were_asked_for_or_all) {
  const std::vector dataspaces{dataspace("d1", {"c1"}, {credential("One")}),
                               dataspace("d2", {"c1"}, {credential("Two")})};
  const std::vector<CellCandidate> cells{{cell("c1"), 0}};
  auto order = order_for("did:web:a");
  EXPECT_EQ(plan_deployment(order, dataspaces, cells).value().dataspaces.size(), 2u);
  order.participant_roles.clear();
  order.dataspace_profile_ids = {DataspaceProfileId("d2"), DataspaceProfileId("d2")};
  const auto plan = plan_deployment(order, dataspaces, cells).value();
  EXPECT_EQ(plan.dataspaces, std::vector{DataspaceProfileId("d2")});
  EXPECT_EQ(types_of(plan.credentials), std::vector<std::string>{"Two"});
}

TEST(DeploymentPlan, what_does_not_exist_is_refused_with_its_place) {
  const std::vector dataspaces{dataspace("d1", {"c1"})};
  const std::vector<CellCandidate> cells{{cell("c1"), 0}};
  auto order = order_for("did:web:a");
  order.dataspace_profile_ids = {DataspaceProfileId("d9")};
  EXPECT_EQ(plan_deployment(order, dataspaces, cells).error().pointer, "/dataspaceProfileIds");
  order = order_for("did:web:a");
  order.participant_roles = {{"d9", {"oem"}}};
  EXPECT_EQ(plan_deployment(order, dataspaces, cells).error().pointer, "/participantRoles");
}
