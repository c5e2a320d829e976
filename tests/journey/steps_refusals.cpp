#include <fmt/format.h>

#include <thread>

#include "base/text/encoding.hpp"
#include "steps.hpp"

namespace kontor::journey {
namespace {

constexpr const char* members_asset = "members-countries";
/// The configured maximum age of a status, and a little for the way.
constexpr auto status_age = std::chrono::milliseconds(1300);

void revoke_membership(World& world, const std::string& name) {
  const auto token = world.a.governance_token(world.driver);
  auto issued = world.driver.expect(
      200, {.url = issuer_administration(world, "credentials?type=MembershipCredential&holderId=" +
                                                    text::percent_encode(world.company(name).did)),
            .token = token});
  const auto list = issued.json();
  verify(!list.as_array().empty(), "the issuer knows no membership of " + name);
  for (const auto& each : list.as_array()) {
    world.driver.expect(
        204, {.method = "POST",
              .url = issuer_administration(world, "credentials/" + text_at(each, "id") + "/revoke"),
              .token = token});
  }
}

void check_isolation(World& world) {
  const auto& initech = world.company("initech");
  const auto& globex = world.company("globex");
  for (const std::string path :
       {"assets/request", "contractnegotiations/request", "transferprocesses/request"}) {
    auto foreign = world.driver.send(
        {.method = "POST", .url = management(globex, path), .token = initech.token, .body = "{}"});
    auto nobody = globex;
    nobody.context = "nobody-" + globex.context;
    auto absent = world.driver.send(
        {.method = "POST", .url = management(nobody, path), .token = initech.token, .body = "{}"});
    verify(foreign.status == 403,
           "Initech's token was answered " + std::to_string(foreign.status) + " on " + path);
    verify(foreign.status == absent.status && foreign.body == absent.body,
           "a foreign context can be told from one that does not exist");
  }
}

}  // namespace

std::string refusals(World& world) {
  auto offer = catalog_of(world, "globex").at(members_asset);
  auto refused =
      await_negotiation(world, "initech", open_negotiation(world, "initech", members_asset, offer));
  verify(refused.state == "TERMINATED" && !refused.error.empty(),
         "Initech's negotiation is " + refused.state + " " + refused.error);
  check_isolation(world);

  revoke_membership(world, "globex");
  std::this_thread::sleep_for(status_age);
  auto revoked = await_negotiation(world, "globex", open_negotiation(world, "globex", members_asset, offer));
  verify(revoked.state == "TERMINATED", "a revoked membership was accepted: " + revoked.state);

  const auto& globex = world.company("globex");
  const auto base = globex.home->administration_url() + "/api/identity/v1beta/participants/" + globex.context;
  const auto token = globex.home->provisioner_token(world.driver);
  auto made = world.driver.expect(
      201, {.method = "POST",
            .url = base + "/credentials/request",
            .token = token,
            .body = fmt::format(R"({{"issuerDid":"{}","credentials":[{{"id":"MembershipCredential",)"
                                R"("type":"MembershipCredential","format":"VC1_0_JWT"}}]}})",
                                world.issuer_did)});
  auto status =
      world.driver.expect(200, {.url = globex.home->administration_url() + made.headers.at("Location"),
                                .token = token,
                                .wait = std::chrono::seconds(20)});
  verify(text_at(status.json(), "status") == "ISSUED", "the membership was not issued anew");
  offer = catalog_of(world, "globex").at(members_asset);
  auto accepted = await_negotiation(world, "globex", open_negotiation(world, "globex", members_asset, offer));
  verify(accepted.state == "FINALIZED", "the new membership is not accepted: " + accepted.error);
  return "Initech is refused with a reason and learns nothing of Globex; a revoked membership is refused "
         "within "
         "the maximum age of a status, a new one accepted";
}

std::string independence(World& world) {
  world.a.kill_fabric();
  for (auto* home : {&world.a, &world.b}) {
    world.driver.expect(204, {.method = "POST",
                              .url = home->administration_url() + "/api/identity/v1beta/caches/clear",
                              .token = home->admin_token(world.driver)});
  }
  for (auto& [name, company] : world.companies) {
    company.token = world.driver.token(company.home->administration_url(), company.context, company.secret);
  }
  discovery(world);
  agreement(world);
  transfer(world);
  return "with A's fabric killed, tokens anew and caches empty: discovery, agreement and transfer again";
}

std::string durability(World& world) {
  const auto offer = catalog_of(world, "globex").at("open-time-zones");
  const auto id = open_negotiation(world, "globex", "open-time-zones", offer);
  world.a.kill_runtime();
  world.a.start_runtime();
  world.a.await_ready(world.driver);
  auto negotiated = await_negotiation(world, "globex", id);
  verify(negotiated.state == "FINALIZED",
         "after the kill the negotiation is " + negotiated.state + " " + negotiated.error);
  const auto& acme = world.company("acme");
  auto found = world.driver.expect(
      200, {.method = "POST",
            .url = management(acme, "contractnegotiations/request"),
            .token = acme.token,
            .body = fmt::format(
                R"({{"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"QuerySpec",)"
                R"("filterExpression":[{{"@type":"Criterion","operandLeft":"correlationId",)"
                R"("operator":"=","operandRight":"{}"}}]}})",
                id)});
  const auto list = found.json();
  verify(list.as_array().size() == 1, "the provider has " + std::to_string(list.as_array().size()) +
                                          " negotiations for the consumer's one");
  return "the runtime of A was killed in the middle of a negotiation; it reached FINALIZED on both sides, "
         "once";
}

}  // namespace kontor::journey
