#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/crypto/hash.hpp"
#include "installation/world.hpp"

namespace kontor::installation {
namespace {

void post(Driver& driver, const Company& company, const std::string& path, const std::string& body) {
  driver.expect(200,
                {.method = "POST", .url = management(company, path), .token = company.token, .body = body});
}

}  // namespace

std::string management(const Company& company, const std::string& path) {
  return company.home->administration_url() + "/api/mgmt/v5beta/participants/" + company.context + "/" + path;
}

void publish(World& world, const std::string& owner, const Publication& publication) {
  publish(world.driver, world.company(owner), world.source_url, publication);
}

void publish(Driver& driver, const Company& owner, const std::string& source_url,
             const Publication& publication) {
  const auto address = publication.address.empty()
                           ? fmt::format(R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"{}/{}"}})",
                                         source_url, publication.file)
                           : publication.address;
  post(driver, owner, "assets",
       fmt::format(R"({{{0},"@type":"Asset","@id":"{1}","properties":{{"name":"{1}"}},"dataAddress":{2}}})",
                   management_context, publication.asset, address));
  const auto constraint = publication.constraint.empty()
                              ? std::string()
                              : fmt::format(R"(,"constraint":[{}])", publication.constraint);
  post(driver, owner, "policydefinitions",
       fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"{}-policy","policy":{{"@type":"Set",)"
                   R"("permission":[{{"action":"use"{}}}]}}}})",
                   management_context, publication.asset, constraint));
  post(driver, owner, "contractdefinitions",
       fmt::format(
           R"({{{0},"@type":"ContractDefinition","@id":"{1}-definition","accessPolicyId":"{1}-policy",)"
           R"("contractPolicyId":"{1}-policy","assetsSelector":[{{"@type":"Criterion","operandLeft":"id",)"
           R"("operator":"=","operandRight":"{1}"}}]}})",
           management_context, publication.asset));
}

std::map<std::string, json::Value> catalog_of(World& world, const std::string& consumer) {
  return catalog_of(world.driver, world.company(consumer), world.company("acme"));
}

std::map<std::string, json::Value> catalog_of(Driver& driver, const Company& consumer,
                                              const Company& provider) {
  auto answer = driver.expect(
      200, {.method = "POST",
            .url = management(consumer, "catalog/request"),
            .token = consumer.token,
            .body = fmt::format(R"({{{},"@type":"CatalogRequest","profile":"http-dsp-profile-2025-1",)"
                                R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                                management_context, provider.home->dsp_url(provider.context), provider.did)});
  std::map<std::string, json::Value> offers;
  const auto catalog = answer.json();
  const auto* datasets = json::find(catalog, "dataset");
  if (!datasets) return offers;
  for (const auto& dataset : datasets->as_array()) {
    offers.emplace(text_at(dataset, "@id"), json::find(dataset, "hasPolicy")->as_array().at(0));
  }
  return offers;
}

std::string sha256_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  content << stream.rdbuf();
  return crypto::sha256_hex(content.str());
}

std::string property_of(const json::Value& address, const std::string& name) {
  const auto* properties = json::find(address, "endpointProperties");
  verify(properties && properties->is_array(), "the data address has no properties");
  for (const auto& each : properties->get_array()) {
    if (text_at(each, "name") == name) return text_at(each, "value");
  }
  throw Failed{"the data address has no property " + name};
}

std::string negotiation_body(World& world, const std::string& dataset, const json::Value& offer) {
  return negotiation_body(world.company("acme"), dataset, offer);
}

std::string negotiation_body(const Company& provider, const std::string& dataset, const json::Value& offer) {
  auto policy = offer.as_object();
  policy["@type"] = "Offer";
  policy["assigner"] = provider.did;
  policy["target"] = dataset;
  return fmt::format(R"({{{},"@type":"ContractRequest","profile":"http-dsp-profile-2025-1",)"
                     R"("counterPartyAddress":"{}","policy":{}}})",
                     management_context, provider.home->dsp_url(provider.context), json::serialize(policy));
}

std::string transfer_body(World& world, const std::string& agreement) {
  const auto& acme = world.company("acme");
  return fmt::format(R"({{{},"@type":"TransferRequest","profile":"http-dsp-profile-2025-1",)"
                     R"("counterPartyAddress":"{}","contractId":"{}","transferType":"HttpData-PULL"}})",
                     management_context, acme.home->dsp_url(acme.context), agreement);
}

std::string push_body(World& world, const std::string& agreement, const std::string& folder) {
  const auto& acme = world.company("acme");
  return fmt::format(R"({{{},"@type":"TransferRequest","profile":"http-dsp-profile-2025-1",)"
                     R"("counterPartyAddress":"{}","contractId":"{}","transferType":"HttpData-PUSH",)"
                     R"("dataplaneMetadata":{{"properties":{{"dataDestination":)"
                     R"({{"@type":"DataAddress","type":"File","path":"{}"}}}}}}}})",
                     management_context, acme.home->dsp_url(acme.context), agreement, folder);
}

std::string open_negotiation(World& world, const std::string& consumer, const std::string& dataset,
                             const json::Value& offer) {
  const auto& company = world.company(consumer);
  auto answer = world.driver.expect(200, {.method = "POST",
                                          .url = management(company, "contractnegotiations"),
                                          .token = company.token,
                                          .body = negotiation_body(world, dataset, offer)});
  return text_at(answer.json(), "@id");
}

Negotiated await_negotiation(World& world, const std::string& consumer, const std::string& id) {
  const auto& company = world.company(consumer);
  auto answer = world.driver.expect(200, {.url = management(company, "contractnegotiations/" + id),
                                          .token = company.token,
                                          .wait = std::chrono::seconds(30)});
  const auto body = answer.json();
  Negotiated result{.id = id, .state = text_at(body, "state")};
  if (const auto* agreement = json::find(body, "contractAgreementId"))
    result.agreement = agreement->as_string();
  if (const auto* error = json::find(body, "errorDetail")) result.error = error->as_string();
  return result;
}

}  // namespace kontor::installation
