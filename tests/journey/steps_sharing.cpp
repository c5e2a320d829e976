#include <fmt/format.h>

#include "base/crypto/hash.hpp"
#include "moving.hpp"

namespace kontor::journey {
namespace {

std::vector<Publication> published(World& world) {
  const auto named = fmt::format(R"({{"leftOperand":"participantId","operator":"eq","rightOperand":"{}"}})",
                                 world.company("globex").did);
  return {{"members-countries", "iso_3166-1.json",
           R"({"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"})"},
          {"globex-languages", "iso_639-3.json", named},
          {"open-time-zones", "tzdata.zi"}};
}

}  // namespace

std::string publishing(World& world) {
  const auto& acme = world.company("acme");
  for (const auto& each : published(world)) publish(world, "acme", each);
  auto unknown = world.driver.send(
      {.method = "POST",
       .url = management(acme, "policydefinitions"),
       .token = acme.token,
       .body = fmt::format(
           R"({{{},"@type":"PolicyDefinition","policy":{{"@type":"Set","permission":[{{"action":"use",)"
           R"("constraint":[{{"leftOperand":"NobodyKnows","operator":"eq","rightOperand":"x"}}]}}]}}}})",
           management_context)});
  verify(unknown.status == 400, "a policy that nobody understands was taken");
  return "three assets on a real source, three policies, three contract definitions; an operand that nobody "
         "understands is refused";
}

std::string discovery(World& world) {
  auto seen = catalog_of(world, "globex");
  verify(seen.size() == 3, "Globex sees " + std::to_string(seen.size()) + " datasets instead of 3");
  auto open = catalog_of(world, "initech");
  verify(open.size() == 1 && open.contains("open-time-zones"),
         "Initech sees " + std::to_string(open.size()) + " datasets instead of the open one");
  return "Globex sees the members', its own and the open dataset; Initech the open one alone";
}

std::string agreement(World& world) {
  const auto offers = catalog_of(world, "globex");
  for (const auto& [dataset, offer] : offers) {
    auto negotiated = await_negotiation(world, "globex", open_negotiation(world, "globex", dataset, offer));
    verify(negotiated.state == "FINALIZED",
           "the negotiation for " + dataset + " is " + negotiated.state + ": " + negotiated.error);
    world.agreements[dataset] = negotiated.agreement;
    const auto& globex = world.company("globex");
    const auto& acme = world.company("acme");
    auto ours = world.driver
                    .expect(200, {.url = management(globex, "contractagreements/" + negotiated.agreement),
                                  .token = globex.token})
                    .json();
    auto theirs =
        world.driver
            .expect(200, {.url = management(acme, "contractagreements/" + text_at(ours, "agreementId")),
                          .token = acme.token})
            .json();
    for (const char* member : {"agreementId", "assetId", "providerId", "consumerId"}) {
      verify(text_at(ours, member) == text_at(theirs, member),
             std::string("the two records differ in ") + member);
    }
    auto provider =
        world.driver
            .expect(200, {.url = management(
                              acme, "contractagreements/" + text_at(ours, "agreementId") + "/negotiation"),
                          .token = acme.token,
                          .wait = std::chrono::seconds(10)})
            .json();
    verify(text_at(provider, "state").starts_with("FINALIZ"),
           "the provider's negotiation is " + text_at(provider, "state"));
  }
  return "three negotiations FINALIZED; both sides' agreements name the same id, dataset and parties";
}

std::string transfer(World& world) {
  const auto& globex = world.company("globex");
  const auto& acme = world.company("acme");
  for (const auto& each : published(world)) {
    auto started = world.driver.expect(200, {.method = "POST",
                                             .url = management(globex, "transferprocesses"),
                                             .token = globex.token,
                                             .body = transfer_body(world, world.agreements.at(each.asset))});
    const auto id = text_at(started.json(), "@id");
    auto process = world.driver
                       .expect(200, {.url = management(globex, "transferprocesses/" + id),
                                     .token = globex.token,
                                     .wait = std::chrono::seconds(30)})
                       .json();
    verify(text_at(process, "state") == "STARTED",
           "the transfer is not started: " + json::serialize(process));
    auto address = world.driver
                       .expect(200, {.url = management(globex, "transferprocesses/" + id + "/dataaddress"),
                                     .token = globex.token})
                       .json();
    const auto access = property_of(address, "authorization");
    auto data = world.driver.expect(200, {.url = text_at(address, "endpoint"), .token = access});
    verify(crypto::sha256_hex(data.body) == sha256_of(world.source_folder / each.file),
           "the bytes of " + each.asset + " are not those of the source");
    const auto local = globex.home->local_url() + "/agreements/" + world.agreements.at(each.asset);
    verify(world.driver.expect(200, {.url = local, .token = globex.token}).body == data.body,
           "the bytes of " + each.asset + " are others at Globex's local address");
    const auto provider_id = text_at(process, "correlationId");
    world.driver.expect(204, {.method = "POST",
                              .url = management(acme, "transferprocesses/" + provider_id + "/terminate"),
                              .token = acme.token,
                              .body = fmt::format(R"({{{},"@type":"TerminateTransfer","reason":"enough"}})",
                                                  management_context)});
    auto ended = world.driver
                     .expect(200, {.url = management(acme, "transferprocesses/" + provider_id),
                                   .token = acme.token,
                                   .wait = std::chrono::seconds(10)})
                     .json();
    auto refused = world.driver.send({.url = text_at(address, "endpoint"), .token = access});
    verify(refused.status == 401 || refused.status == 403, "the token of a terminated transfer (" +
                                                               text_at(ended, "state") + ") was answered " +
                                                               std::to_string(refused.status));
    await_state(world, globex, id, {"TERMINATED"});
    world.driver.expect(409, {.url = local, .token = globex.token});
  }
  return "three pulls through Acme's data plane, SHA-256 equal to the source's, and the same at Globex's "
         "local address without a token of Acme's; after termination both are refused";
}

}  // namespace kontor::journey
