#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "world.hpp"

// Data that flows under an agreement stops when the agreement's terms are not fulfilled any more.
namespace kontor::routes_test {
namespace {

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr std::chrono::seconds patience{9};

std::string path_of(const Party& party, const std::string& rest) {
  return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
}

/// Two parties with a transfer that runs under one constraint.
class PolicyMonitor : public ::testing::Test {
 protected:
  void share_under(const std::string& constraint) {
    provider.ids["assetId"] = "watched";
    world.call("POST", path_of(provider, "assets"),
               fmt::format(R"({{{},"@type":"Asset","@id":"watched","properties":{{}},"dataAddress":)"
                           R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"{}"}}}})",
                           management, world.installation().source_url()));
    world.call("POST", path_of(provider, "policydefinitions"),
               fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"watched","policy":{{"@type":"Set",)"
                           R"("permission":[{{"action":"use","constraint":[{}]}}]}}}})",
                           management, constraint));
    world.call("POST", path_of(provider, "contractdefinitions"),
               fmt::format(R"({{{},"@type":"ContractDefinition","@id":"watched","accessPolicyId":"{}",)"
                           R"("contractPolicyId":"watched","assetsSelector":[{{"@type":"Criterion",)"
                           R"("operandLeft":"id","operator":"=","operandRight":"watched"}}]}})",
                           management, provider.ids.at("policyDefinitionId")));
    world.share(consumer, provider);
    const auto address =
        world.call("GET", path_of(consumer, "transferprocesses/" +
                                                text::percent_encode(consumer.ids.at("transferProcessId")) +
                                                "/dataaddress"));
    for (const auto& each : json::find(address, "endpointProperties")->as_array()) {
      if (text_at(each, "name") == "authorization") access = text_at(each, "value");
    }
    const auto endpoint = text_at(address, "endpoint");
    data = endpoint.substr(world.installation().origin(protocol::api::Listener::open).size());
  }

  /// Why a party's transfer ended, once it has.
  json::Value ending(const Party& party, const std::string& transfer) {
    return world.call("GET",
                      path_of(party, "transferprocesses/" + text::percent_encode(transfer) + "/explanation"),
                      "", patience);
  }
  unsigned pull() {
    return world.installation()
        .send(
            {.listener = protocol::api::Listener::open, .target = data, .authorization = "Bearer " + access})
        .status;
  }

  void expect_ended_by_policy(const std::string& operand) {
    const auto theirs = ending(consumer, consumer.ids.at("transferProcessId"));
    EXPECT_EQ(text_at(theirs, "state"), "TERMINATED");
    EXPECT_EQ(text_at(theirs, "endedBy"), "COUNTER_PARTY");
    const auto reason = text_at(theirs, "reason");
    EXPECT_TRUE(reason.contains("not fulfilled any more")) << reason;
    EXPECT_FALSE(reason.contains(operand)) << "what is asked stays with the provider: " << reason;
    EXPECT_FALSE(json::find(theirs, "refusal"));
    const auto ours = ending(provider, provider.ids.at("flowId"));
    EXPECT_EQ(text_at(ours, "state"), "TERMINATED");
    EXPECT_EQ(text_at(ours, "endedBy"), "POLICY");
    const auto* refusal = json::find(ours, "refusal");
    ASSERT_TRUE(refusal) << json::serialize(ours);
    EXPECT_EQ(text_at(*refusal, "scope"), "policy.monitor");
    EXPECT_TRUE(text_at(*refusal, "reason").contains(operand)) << json::serialize(ours);
    EXPECT_TRUE(reason.contains(text_at(*refusal, "incident"))) << "one id on both sides";
    EXPECT_EQ(pull(), 403u) << "data is still to be had";
  }

  World world;
  Party provider = world.acme();
  Party consumer = world.globex();
  std::string data;
  std::string access;
};

}  // namespace

TEST_F(PolicyMonitor, a_transfer_ends_when_the_time_of_its_agreement_is_over) {
  share_under(R"({"leftOperand":"agreementAge","operator":"lt","rightOperand":"PT5S"})");
  EXPECT_EQ(pull(), 200u);
  expect_ended_by_policy("agreementAge");
  const auto others = world.globex().ids.at("transferProcessId");
  EXPECT_EQ(text_at(world.call("GET", path_of(world.globex(), "transferprocesses/" + others)), "state"),
            "STARTED")
      << "the transfer of an agreement that is in force goes on";
}

TEST_F(PolicyMonitor, a_transfer_ends_when_a_credential_that_its_agreement_asks_for_is_revoked) {
  share_under(R"({"leftOperand":"RegisteredCredential","operator":"eq","rightOperand":"active"})");
  EXPECT_EQ(pull(), 200u);
  const auto issuer = "/api/admin/v1beta/participants/" + world.issuer().context + "/credentials";
  int revoked = 0;
  const auto issued = world.call("GET", issuer);
  for (const auto& each : issued.as_array()) {
    if (!json::serialize(each).contains(consumer.did)) continue;
    world.call("POST", issuer + "/" + text_at(each, "id") + "/revoke");
    ++revoked;
  }
  ASSERT_GE(revoked, 1) << json::serialize(issued);
  expect_ended_by_policy("RegisteredCredential");
}

}  // namespace kontor::routes_test
