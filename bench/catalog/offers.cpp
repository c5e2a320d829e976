#include "offers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/contexts.hpp"

namespace kontor::bench {
namespace {

using installation::Driver;
using installation::Installation;
using installation::management_context;
using installation::Request;

std::string asset_name(std::size_t number) {
  return fmt::format("asset-{:05}", number);
}

std::string policy_body(std::size_t number) {
  return fmt::format(
      R"({{{},"@type":"PolicyDefinition","@id":"policy-{:03}","policy":{{"@type":"Set","permission":[)"
      R"({{"action":"use","constraint":[{{"leftOperand":"MembershipCredential$.regions[*]",)"
      R"("operator":"isAnyOf","rightOperand":["{}","{}"]}}]}}]}}}})",
      management_context, number, region(number), everywhere);
}

std::string asset_body(std::size_t number) {
  const auto name = asset_name(number);
  return fmt::format(
      R"({{{0},"@type":"Asset","@id":"{1}","properties":{{"name":"{1}","description":"Measurements of the )"
      R"(site {1}, hourly, with units and quality marks","contenttype":"application/json","version":"{2}"}},)"
      R"("dataAddress":{{"@type":"DataAddress","type":"HttpData","baseUrl":"http://127.0.0.1:9/{1}"}}}})",
      management_context, name, number);
}

std::string definition_body(std::size_t number, std::size_t policy) {
  return fmt::format(
      R"({{{0},"@type":"ContractDefinition","@id":"definition-{1:05}","accessPolicyId":"policy-{2:03}",)"
      R"("contractPolicyId":"policy-{2:03}","assetsSelector":[{{"@type":"Criterion","operandLeft":"id",)"
      R"("operator":"=","operandRight":"{3}"}}]}})",
      management_context, number, policy, asset_name(number));
}

void make_participant(Driver& driver, const Installation& home, const std::string& token,
                      const Provider& provider) {
  const auto participants = home.administration_url() + "/api/mgmt/v5beta/participants";
  driver.expect(200,
                {.method = "POST",
                 .url = participants,
                 .token = token,
                 .body = fmt::format(
                     R"({{{},"@type":"ParticipantContext","@id":"{}","identity":"{}","properties":{{}}}})",
                     management_context, provider.context, provider.did)});
  driver.expect(200,
                {.method = "POST",
                 .url = home.administration_url() + "/api/identity/v1beta/participants",
                 .token = token,
                 .body = installation::identity_manifest(home, provider.context, provider.did.str(), false)});
  driver.expect(200,
                {.method = "PUT",
                 .url = fmt::format("{}/{}/dataplanes", participants, provider.context),
                 .token = token,
                 .body = fmt::format(R"({{"dataplaneId":"data-plane","endpoint":"{}/api/v1/{}/dataflows",)"
                                     R"("transferTypes":["HttpData-PULL"],"labels":[]}})",
                                     home.signaling_url(), provider.context)});
}

}  // namespace

std::string region(std::size_t policy) {
  return fmt::format("region-{:03}", policy);
}

Provider publish(Driver& driver, const Installation& home, std::size_t offers, std::size_t shown) {
  const auto name = fmt::format("offers-{}", offers);
  Provider provider{name, Did(home.did(name)), offers, std::min(offers, shown)};
  const auto token = home.admin_token(driver);
  make_participant(driver, home, token, provider);
  const auto base = fmt::format("{}/api/mgmt/v5beta/participants/{}", home.administration_url(), name);
  const auto post = [&](const char* what, std::string body) {
    return Request{
        .method = "POST", .url = fmt::format("{}/{}", base, what), .token = token, .body = std::move(body)};
  };
  std::vector<Request> requests;
  for (std::size_t i = 0; i < policies; ++i) requests.push_back(post("policydefinitions", policy_body(i)));
  send_all(driver, std::move(requests), 200);
  const auto stride = offers / provider.for_some;
  for (std::size_t i = 0; i < offers; ++i) {
    const bool for_some = i % stride == 0 && i / stride < provider.for_some;
    requests.push_back(post("assets", asset_body(i)));
    requests.push_back(
        post("contractdefinitions", definition_body(i, for_some ? 0 : 1 + i % (policies - 1))));
  }
  send_all(driver, std::move(requests), 200);
  return provider;
}

}  // namespace kontor::bench
