#include "domain/tenant/documents.hpp"

#include <gtest/gtest.h>

#include "domain/tenant/tenant_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::tenant;
using namespace kontor::domain::tenant::testing;

namespace {

template <class Document>
void expect_read_as_stored(const typename Document::Entity& entity) {
  EXPECT_EQ(Document::decode(Document::encode(entity), 1).value(), entity);
}

}  // namespace

TEST(TenantDocuments, are_read_as_they_were_stored) {
  expect_read_as_stored<TenantDocument>({TenantId("t"), 0, {{"name", "Acme"}}});
  expect_read_as_stored<CellDocument>(cell("c1", DeploymentState::offline, {{"labels", json::Object()}}));
  expect_read_as_stored<DataspaceProfileDocument>(dataspace("d1", {"c1"}, {credential("Membership", "oem")}));
}

TEST(Cell, a_new_state_is_stamped_and_the_same_is_not) {
  const auto later = noon + std::chrono::hours(1);
  EXPECT_EQ(changed(cell("c1"), {.state = DeploymentState::offline}, later).state_timestamp, later);
  EXPECT_EQ(changed(cell("c1"), {.state = DeploymentState::active}, later).state_timestamp, noon);
  const auto labelled = changed(cell("c1"), {.state = {}, .diff = {{{"capacity", 3}}, {}}}, later);
  EXPECT_EQ(labelled.properties.at("capacity"), 3);
  EXPECT_EQ(labelled.state, DeploymentState::active);
}

TEST(Cell, that_an_order_means_is_the_only_active_one) {
  const std::vector one{cell("c1", DeploymentState::offline), cell("c2")};
  EXPECT_EQ(only_active_cell(one).value(), CellId("c2"));
  const std::vector two{cell("c1"), cell("c2")};
  EXPECT_EQ(only_active_cell(two).error().pointer, "/cellId");
  EXPECT_FALSE(only_active_cell({}));
}

TEST(Dataspace, is_deployed_on_a_cell_once) {
  const auto profile = dataspace("d1", {"c1"});
  EXPECT_FALSE(deployed_to(profile, cell("c1"), api::DeploymentId("again"), noon));
  const auto second = deployed_to(profile, cell("c2"), api::DeploymentId("second"), noon);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->deployments[1].external_cell_id, "external-c2");
  EXPECT_EQ(second->deployments[1].state, DeploymentState::active);
}
