#include "harness/market.hpp"

namespace kontor::bench {

json::Value open_market(installation::World& world) {
  installation::start(world);
  installation::set_up_governance(world);
  installation::onboard(world, "acme", world.a);
  installation::onboard(world, "globex", world.b);
  installation::apply_for_membership(world, "globex");
  installation::judge(world, "globex", "approve");
  const auto state = installation::obtain(world, world.company("globex"), "MembershipCredential",
                                          world.b.provisioner_token(world.driver));
  installation::verify(state == "ISSUED", "Globex did not get its membership: " + state);
  installation::publish(
      world, "acme",
      {.asset = member_asset,
       .file = "iso_3166-1.json",
       .constraint = R"({"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"})"});
  return installation::catalog_of(world, "globex").at(member_asset);
}

}  // namespace kontor::bench
