#include <fmt/format.h>
#include <gtest/gtest.h>

#include "world.hpp"

// What each side learns of a refusal: ours which constraint met which value, the other's that there is an
// incident with this id.
namespace kontor::routes_test {
namespace {

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr std::chrono::seconds patience{20};

std::string path_of(const Party& party, const std::string& rest) {
  return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
}

/// Everybody sees Acme's offer, and Initech alone would get an agreement.
void offer_to_initech_alone(World& world) {
  const auto& acme = world.acme();
  world.call("POST", path_of(acme, "policydefinitions"),
             fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"initech-alone","policy":{{"@type":"Set",)"
                         R"("permission":[{{"action":"use","constraint":[{{"leftOperand":"participantId",)"
                         R"("operator":"eq","rightOperand":"{}"}}]}}]}}}})",
                         management, world.initech().did));
  world.call("POST", path_of(acme, "contractdefinitions"),
             fmt::format(R"({{{},"@type":"ContractDefinition","@id":"initech-alone","accessPolicyId":"{}",)"
                         R"("contractPolicyId":"initech-alone","assetsSelector":[{{"@type":"Criterion",)"
                         R"("operandLeft":"id","operator":"=","operandRight":"{}"}}]}})",
                         management, acme.ids.at("policyDefinitionId"), acme.ids.at("assetId")));
}

/// Globex asks for it; the id of its negotiation.
std::string ask(World& world) {
  const auto& acme = world.acme();
  const auto offer = "aW5pdGVjaC1hbG9uZQ==:YWNtZS1hc3NldA==:MQ==";  // initech-alone, acme-asset
  const auto opened = world.call(
      "POST", path_of(world.globex(), "contractnegotiations"),
      fmt::format(R"({{{},"@type":"ContractRequest","profile":"http-dsp-profile-2025-1",)"
                  R"("counterPartyAddress":"{}","policy":{{"@type":"Offer","@id":"{}","assigner":"{}",)"
                  R"("target":"{}","permission":[{{"action":"use","constraint":[{{"leftOperand":)"
                  R"("participantId","operator":"eq","rightOperand":"{}"}}]}}]}}}})",
                  management, world.dsp_url(acme), offer, acme.did, acme.ids.at("assetId"),
                  world.initech().did));
  const auto id = text_at(opened, "@id");
  const auto ended = world.call("GET", path_of(world.globex(), "contractnegotiations/" + id), "", patience);
  EXPECT_EQ(text_at(ended, "state"), "TERMINATED") << json::serialize(ended);
  return id;
}

json::Value explanation(World& world, const Party& party, const std::string& id) {
  return world.call("GET", path_of(party, "contractnegotiations/" + id + "/explanation"));
}

}  // namespace

TEST(Explanations, a_refused_negotiation_explains_itself_to_its_own_side_alone) {
  World world;
  offer_to_initech_alone(world);
  const auto id = ask(world);
  const auto theirs = explanation(world, world.globex(), id);
  EXPECT_EQ(text_at(theirs, "endedBy"), "COUNTER_PARTY");
  EXPECT_FALSE(json::find(theirs, "refusal"));
  EXPECT_FALSE(text_at(theirs, "reason").contains("participantId")) << "what is asked stays at Acme";

  const auto found =
      world.call("POST", path_of(world.acme(), "contractnegotiations/request"),
                 fmt::format(R"({{{},"@type":"QuerySpec","filterExpression":[{{"@type":"Criterion",)"
                             R"("operandLeft":"correlationId","operator":"=","operandRight":"{}"}}]}})",
                             management, id));
  const auto ours = explanation(world, world.acme(), text_at(found.as_array().at(0), "@id"));
  EXPECT_EQ(text_at(ours, "endedBy"), "US");
  const auto* refusal = json::find(ours, "refusal");
  ASSERT_TRUE(refusal) << json::serialize(ours);
  EXPECT_EQ(text_at(*refusal, "hop"), "contract policy");
  EXPECT_EQ(text_at(*refusal, "counterParty"), world.globex().did);
  EXPECT_TRUE(text_at(*refusal, "reason").contains("the value is \"" + world.globex().did + "\""))
      << json::serialize(ours);
  EXPECT_TRUE(text_at(theirs, "reason").contains(text_at(*refusal, "incident"))) << "one id on both sides";

  const auto visible = world.call(
      "POST", path_of(world.acme(), "assets/acme-asset/visibility"),
      fmt::format(R"({{{},"@type":"PolicyDryRun","counterPartyId":"{}"}})", management, world.globex().did));
  EXPECT_TRUE(text_at(visible, "basis").contains("negotiation")) << "it has negotiated before";
}

}  // namespace kontor::routes_test
