#include "steps.hpp"

namespace kontor::journey {

std::string ready(World& world) {
  installation::start(world);
  return "both installations answer readiness on empty stores";
}

std::string governance(World& world) {
  installation::set_up_governance(world);
  return "the issuer has a DID, two attestations and two credential definitions; both fabrics have a "
         "dataspace "
         "profile that asks for the first";
}

std::string onboarding(World& world) {
  onboard(world, "acme", world.a);
  onboard(world, "globex", world.b);
  onboard(world, "initech", world.b);
  for (const char* name : {"acme", "globex", "initech"}) apply_for_membership(world, name);
  const auto early =
      obtain(world, world.company("globex"), "MembershipCredential", world.b.provisioner_token(world.driver));
  verify(early.starts_with("ERROR"), "a membership was issued before its application was approved: " + early);
  judge(world, "acme", "approve");
  judge(world, "globex", "approve");
  judge(world, "initech", "reject");
  for (const char* name : {"acme", "globex"}) {
    auto& company = world.company(name);
    auto state =
        obtain(world, company, "MembershipCredential", company.home->provisioner_token(world.driver));
    verify(state == "ISSUED", std::string(name) + " did not get its membership: " + state);
  }
  auto refused = obtain(world, world.company("initech"), "MembershipCredential",
                        world.b.provisioner_token(world.driver));
  verify(refused.starts_with("ERROR"), "Initech got a membership although it was refused: " + refused);
  for (auto& [name, company] : world.companies) {
    auto document = world.driver.expect(200, {.url = company.home->public_url() + "/" + name + "/did.json"});
    verify(text_at(document.json(), "id") == company.did, "the DID document of " + name + " is another's");
  }
  return "three profiles active by one call each, with DID documents and a RegisteredCredential; membership "
         "for Acme and "
         "Globex after approval, refused to Initech";
}

}  // namespace kontor::journey
