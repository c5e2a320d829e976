#include "moving.hpp"

#include <fmt/format.h>

namespace kontor::journey {
namespace {

constexpr auto patience = std::chrono::seconds(10);
constexpr auto between_looks = std::chrono::milliseconds(20);

Task<void> wait(platform::async::Clock& clock, std::chrono::milliseconds time) {
  [[maybe_unused]] auto passed = co_await clock.wait_until(clock.now() + time);
}

}  // namespace

void pause(World& world, std::chrono::milliseconds time) {
  auto& loop = world.driver.loop();
  loop.run(wait(loop.clock(), time));
}

std::string agree(World& world, const std::string& dataset) {
  const auto offers = catalog_of(world, "globex");
  verify(offers.contains(dataset), "Globex does not see " + dataset);
  auto negotiated =
      await_negotiation(world, "globex", open_negotiation(world, "globex", dataset, offers.at(dataset)));
  verify(negotiated.state == "FINALIZED",
         "the negotiation for " + dataset + " is " + negotiated.state + ": " + negotiated.error);
  return negotiated.agreement;
}

void withdraw(World& world, const std::string& dataset) {
  const auto& acme = world.company("acme");
  world.driver.expect(204, {.method = "DELETE",
                            .url = management(acme, "contractdefinitions/" + dataset + "-definition"),
                            .token = acme.token});
}

Transfer begin_transfer(World& world, const std::string& body) {
  const auto& globex = world.company("globex");
  auto opened = world.driver.expect(200, {.method = "POST",
                                          .url = management(globex, "transferprocesses"),
                                          .token = globex.token,
                                          .body = body});
  const auto id = text_at(opened.json(), "@id");
  const auto process = await_state(world, globex, id, {"STARTED", "COMPLETED", "TERMINATED"});
  verify(text_at(process, "state") != "TERMINATED", "the transfer is over: " + json::serialize(process));
  return {id, text_at(process, "correlationId")};
}

json::Value await_state(World& world, const Company& company, const std::string& id,
                        const std::set<std::string>& states) {
  for (auto waited = std::chrono::milliseconds(0);; waited += between_looks) {
    auto process =
        world.driver
            .expect(200, {.url = management(company, "transferprocesses/" + id), .token = company.token})
            .json();
    if (states.contains(text_at(process, "state"))) return process;
    verify(waited < patience,
           "the transfer does not become " + *states.begin() + ": " + json::serialize(process));
    pause(world, between_looks);
  }
}

void order(World& world, const Company& company, const std::string& id, const std::string& what) {
  const auto* type = what == "suspend" ? "SuspendTransfer" : "TerminateTransfer";
  const auto body = what == "resume" ? std::string()
                                     : fmt::format(R"({{{},"@type":"{}","reason":"enough for today"}})",
                                                   management_context, type);
  world.driver.expect(204, {.method = "POST",
                            .url = management(company, "transferprocesses/" + id + "/" + what),
                            .token = company.token,
                            .body = body});
}

json::Value usage_of(World& world, const Company& company, const std::string& flow) {
  auto found = world.driver
                   .expect(200, {.method = "POST",
                                 .url = management(company, "usage/request"),
                                 .token = company.token,
                                 .body = fmt::format(
                                     R"({{{},"@type":"QuerySpec","filterExpression":[{{"@type":"Criterion",)"
                                     R"("operandLeft":"flowId","operator":"=","operandRight":"{}"}}]}})",
                                     management_context, flow)})
                   .json();
  const auto& list = found.as_array();
  return list.empty() ? json::Value(nullptr) : list.front();
}

std::uint64_t number_at(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  verify(member && member->is_number(),
         "there is no number '" + std::string(key) + "' in " + json::serialize(value).substr(0, 300));
  return member->to_number<std::uint64_t>();
}

}  // namespace kontor::journey
