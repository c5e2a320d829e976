#include "pair.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "domain/offer/offer_id.hpp"
#include "harness/contexts.hpp"

namespace kontor::bench {
namespace {

using installation::Request;
using installation::verify;
using interop::edc::management_context;

constexpr std::chrono::seconds longest_catalog{900};

std::string asset_body(std::size_t number) {
  return fmt::format(
      R"({{{0},"@type":"Asset","@id":"asset-{1:05}","properties":{{"name":"asset-{1:05}","description":)"
      R"("Measurements of a site, hourly, with units and quality marks","contenttype":"application/json"}},)"
      R"("dataAddress":{{"@type":"DataAddress","type":"HttpData","baseUrl":"http://127.0.0.1:9/{1:05}"}}}})",
      management_context, number);
}

std::string definition_body(std::size_t number) {
  return fmt::format(
      R"({{{0},"@type":"ContractDefinition","@id":"definition-{1:05}","accessPolicyId":"everybody",)"
      R"("contractPolicyId":"everybody","assetsSelector":[{{"@type":"Criterion","operandLeft":"id",)"
      R"("operator":"=","operandRight":"asset-{1:05}"}}]}})",
      management_context, number);
}

std::string policy_body() {
  return fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"everybody","policy":{{"@type":"Set",)"
                     R"("permission":[{{"action":"use"}}]}}}})",
                     management_context);
}

}  // namespace

double cpu_seconds(const Pair& pair) {
  double ticks = 0;
  for (const auto pid : pair.processes) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    verify(static_cast<bool>(std::getline(file, line)), pair.name + " has ended");
    // Behind the name, which may hold anything: the state, ten others, then user and system time.
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string other;
    for (int i = 0; i < 11; ++i) fields >> other;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    ticks += user + system;
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void publish_offers(Driver& driver, const Pair& pair, Numbers numbers) {
  std::vector<Request> requests;
  const auto post = [&](const char* what, std::string body) {
    requests.push_back({.method = "POST",
                        .url = pair.provider.management + "/" + what,
                        .token = pair.provider.token,
                        .body = std::move(body)});
  };
  if (numbers.first == 0) post("policydefinitions", policy_body());
  for (auto i = numbers.first; i < numbers.last; ++i) {
    post("assets", asset_body(i));
    post("contractdefinitions", definition_body(i));
  }
  send_all(driver, std::move(requests), 200);
}

Shown ask_for_catalog(Driver& driver, const Pair& pair, std::size_t limit) {
  const auto& [name, consumer, provider, processes] = pair;
  Request request{.method = "POST",
                  .url = consumer.management + "/catalog/request",
                  .token = consumer.token,
                  .body = fmt::format(
                      R"({{{},"@type":"CatalogRequest",{},"counterPartyAddress":"{}","counterPartyId":"{}",)"
                      R"("querySpec":{{"@type":"QuerySpec","offset":0,"limit":{}}}}})",
                      management_context, consumer.protocol, provider.address, provider.id, limit)};
  if (!consumer.waits) request.wait = longest_catalog;
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = driver.expect(200, std::move(request));
  Shown shown{std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), {}};
  const auto catalog = answer.json();
  const auto* datasets = json::find(catalog, "dataset");
  for (const auto& dataset : datasets ? datasets->as_array() : json::Array()) {
    for (const auto& offer : json::find(dataset, "hasPolicy")->as_array()) {
      const auto id = domain::offer::read_offer_id(interop::edc::member(offer, "@id"));
      verify(id.has_value(), name + " shows an offer without an id: " + json::serialize(offer));
      shown.offers.emplace(id->definition.str(), id->asset.str());
    }
  }
  verify(shown.offers.size() == limit,
         fmt::format("{} shows {} offers instead of {}", name, shown.offers.size(), limit));
  return shown;
}

}  // namespace kontor::bench
