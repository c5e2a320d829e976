#include <fmt/format.h>

#include "base/crypto/hash.hpp"
#include "installation/edge_site.hpp"
#include "steps.hpp"

namespace kontor::journey {
namespace {

using installation::EdgeSite;

constexpr const char* plane_id = "edge-1";
constexpr const char* asset = "machine-log";

/// What an operator does, once: the plane is Acme's, and gets what has the label.
std::string enrolment_token(World& world) {
  const auto& acme = world.company("acme");
  const auto token = world.a.provisioner_token(world.driver);
  world.driver.expect(200, {.method = "PUT",
                            .url = management(acme, "dataplanes"),
                            .token = token,
                            .body = fmt::format(R"({{"dataplaneId":"{0}","endpoint":"tunnel:{0}",)"
                                                R"("transferTypes":["HttpData-PULL"],"labels":["edge"]}})",
                                                plane_id)});
  auto ordered = world.driver.expect(
      201, {.method = "POST",
            .url = world.a.administration_url() + "/api/sts/v1/enrolments",
            .token = token,
            .body = fmt::format(R"({{"dataplaneId":"{}","participantContextId":"{}","goodForSeconds":600}})",
                                plane_id, acme.context)});
  return text_at(ordered.json(), "enrolmentToken");
}

void publish_file(World& world) {
  const auto& acme = world.company("acme");
  const auto post = [&](const std::string& path, const std::string& body) {
    world.driver.expect(200,
                        {.method = "POST", .url = management(acme, path), .token = acme.token, .body = body});
  };
  post("assets", fmt::format(R"({{{0},"@type":"Asset","@id":"{1}","properties":{{"name":"{1}"}},)"
                             R"("dataplaneMetadata":{{"labels":["edge"]}},)"
                             R"("dataAddress":{{"@type":"DataAddress","type":"File","path":"log"}}}})",
                             management_context, asset));
  post("policydefinitions",
       fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"{}-policy","policy":{{"@type":"Set",)"
                   R"("permission":[{{"action":"use"}}]}}}})",
                   management_context, asset));
  post("contractdefinitions",
       fmt::format(
           R"({{{0},"@type":"ContractDefinition","@id":"{1}-definition","accessPolicyId":"{1}-policy",)"
           R"("contractPolicyId":"{1}-policy","assetsSelector":[{{"@type":"Criterion","operandLeft":"id",)"
           R"("operator":"=","operandRight":"{1}"}}]}})",
           management_context, asset));
}

struct Pull {
  std::string provider_process;
  std::string endpoint;
  std::string token;
};

Pull open_pull(World& world) {
  const auto& globex = world.company("globex");
  const auto offer = catalog_of(world, "globex").at(asset);
  const auto agreed = await_negotiation(world, "globex", open_negotiation(world, "globex", asset, offer));
  verify(agreed.state == "FINALIZED", "no agreement about the machine's log: " + agreed.error);
  auto opened = world.driver.expect(200, {.method = "POST",
                                          .url = management(globex, "transferprocesses"),
                                          .token = globex.token,
                                          .body = transfer_body(world, agreed.agreement)});
  const auto path = "transferprocesses/" + text_at(opened.json(), "@id");
  auto process =
      world.driver
          .expect(200,
                  {.url = management(globex, path), .token = globex.token, .wait = std::chrono::seconds(30)})
          .json();
  verify(text_at(process, "state") == "STARTED", "the transfer is not started: " + json::serialize(process));
  auto address =
      world.driver.expect(200, {.url = management(globex, path + "/dataaddress"), .token = globex.token})
          .json();
  return {text_at(process, "correlationId"), text_at(address, "endpoint"),
          property_of(address, "authorization")};
}

/// The order to end waits for the tunnel, and the plane goes on alone until it hears of it.
void end_while_cut_off(World& world, EdgeSite& site, const Pull& pull) {
  const auto& acme = world.company("acme");
  const auto process = management(acme, "transferprocesses/" + pull.provider_process);
  site.cut_off();
  world.driver.expect(204, {.method = "POST",
                            .url = process + "/terminate",
                            .token = acme.token,
                            .body = fmt::format(R"({{{},"@type":"TerminateTransfer","reason":"enough"}})",
                                                management_context)});
  world.driver.expect(200, {.url = pull.endpoint, .token = pull.token});
  site.reconnect();
  world.driver.expect(200, {.url = process, .token = acme.token, .wait = std::chrono::seconds(30)});
  const auto refused = world.driver.send({.url = pull.endpoint, .token = pull.token});
  verify(refused.status == 403, fmt::format("after the termination the edge answered {}", refused.status));
}

void check_filter(const EdgeSite& site) {
  verify(site.signalling_opens_from_inside(), "nothing listens where signalling is refused");
  if (site.why_not().empty())
    verify(!site.signalling_opens_from_outside(), "signalling at the edge can be reached from outside");
}

}  // namespace

std::string edge(World& world) {
  installation::FreePorts ports;
  auto& acme = world.company("acme");
  EdgeSite site({.program = world.program,
                 .folder = world.source_folder.parent_path() / "edge",
                 .dataplane_id = plane_id,
                 .participant_context = acme.context,
                 .enrolment_token = enrolment_token(world)},
                world.a, ports);
  const auto file = site.files() / "log";
  std::filesystem::copy_file(world.source_folder / "tzdata.zi", file);
  site.start();
  check_filter(site);
  publish_file(world);
  const auto pull = open_pull(world);
  const auto data = world.driver.expect(200, {.url = pull.endpoint, .token = pull.token});
  verify(crypto::sha256_hex(data.body) == sha256_of(file), "the bytes are not those of the edge's file");
  end_while_cut_off(world, site, pull);
  const std::string verified =
      "a data plane enrolled with its own key, was signalled over its tunnel and served its file; cut off it "
      "served on, and took the termination afterwards";
  if (site.why_not().empty())
    return verified + "; in a network namespace whose packet filter refuses connections to signalling";
  return verified + "; NOT in a network namespace of its own, since this machine forbids it (" +
         site.why_not() + "): on loopback";
}

}  // namespace kontor::journey
