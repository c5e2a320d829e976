#include <fmt/format.h>
#include <gtest/gtest.h>

#include "refusals.hpp"

// Who gave an address with a negotiation or transfer is told there of what happens to it.
namespace kontor::routes_test {
namespace {

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr const char* profile = "http-dsp-profile-2025-1";

class CallbackRoutes : public ::testing::Test {
 protected:
  std::string path_of(const Party& party, const std::string& rest) {
    return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
  }
  std::string callback(const std::string& uri, const std::string& events) {
    return fmt::format(
        R"("callbackAddresses":[{{"@type":"CallbackAddress","transactional":false,"uri":"{}","events":{},)"
        R"("authKey":"X-Api-Key","authCodeId":"hook"}}])",
        uri, events);
  }
  std::string transfer_with(const std::string& callbacks) {
    return fmt::format(
        R"({{{},"@type":"TransferRequest","profile":"{}","counterPartyAddress":"{}","contractId":"{}",)"
        R"("transferType":"HttpData-PULL",{}}})",
        management, profile, world.dsp_url(world.acme()), world.globex().ids.at("agreementId"), callbacks);
  }
  std::string negotiation_with(const std::string& callbacks) {
    const auto& acme = world.acme();
    const auto dataset =
        world.call("POST", path_of(world.globex(), "catalog/dataset/request"),
                   fmt::format(R"({{{},"@type":"DatasetRequest","@id":"{}","profile":"{}",)"
                               R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                               management, acme.ids.at("assetId"), profile, world.dsp_url(acme), acme.did));
    auto offer = dataset.at("hasPolicy").as_array().at(0).as_object();
    offer["@type"] = "Offer";
    offer["assigner"] = acme.did;
    offer["target"] = acme.ids.at("assetId");
    return fmt::format(
        R"({{{},"@type":"ContractRequest","profile":"{}","counterPartyAddress":"{}","policy":{},{}}})",
        management, profile, world.dsp_url(acme), json::serialize(offer), callbacks);
  }
  void keep_secret(const Party& party, const std::string& value) {
    world.call("POST", path_of(party, "secrets"),
               fmt::format(R"({{{},"@type":"Secret","@id":"hook","value":"{}"}})", management, value));
  }
  /// The types of the events that came, in their order; each about the process, with the header.
  std::vector<std::string> types(std::size_t count, const std::string& member, const std::string& process) {
    std::vector<std::string> out;
    for (const auto& call : world.installation().called_back(count)) {
      const auto body = json::parse(call.body.text).value();
      EXPECT_EQ(call.headers.get("X-Api-Key"), "globex's own");
      EXPECT_EQ(text_at(body.at("payload"), member), process);
      EXPECT_EQ(text_at(body.at("payload"), "participantContextId"), world.globex().context);
      out.push_back(text_at(body, "type"));
    }
    return out;
  }

  World world;
};

}  // namespace

TEST_F(CallbackRoutes, a_transfer_calls_back_with_the_secret_of_its_own_participant) {
  keep_secret(world.acme(), "acme's");
  keep_secret(world.globex(), "globex's own");
  const auto opened = world.call(
      "POST", path_of(world.globex(), "transferprocesses"),
      transfer_with(callback(world.installation().callback_url(), R"(["transfer.process.started"])")));
  EXPECT_EQ(types(1, "transferProcessId", text_at(opened, "@id")),
            std::vector<std::string>{"TransferProcessStarted"});
}

TEST_F(CallbackRoutes, a_negotiation_calls_back_from_its_beginning_to_its_end) {
  keep_secret(world.globex(), "globex's own");
  const auto opened = world.call(
      "POST", path_of(world.globex(), "contractnegotiations"),
      negotiation_with(callback(world.installation().callback_url(), R"(["contract.negotiation"])")));
  const auto told = types(5, "contractNegotiationId", text_at(opened, "@id"));
  EXPECT_EQ(told, (std::vector<std::string>{"ContractNegotiationInitiated", "ContractNegotiationRequested",
                                            "ContractNegotiationAgreed", "ContractNegotiationVerified",
                                            "ContractNegotiationFinalized"}));
}

TEST_F(CallbackRoutes, what_could_never_be_called_back_is_refused_with_its_place) {
  const auto refused = [&](const std::string& collection, const std::string& body) {
    const auto answer = world.installation().send({.method = "POST",
                                                   .target = path_of(world.globex(), collection),
                                                   .authorization = world.admin(),
                                                   .body = body});
    EXPECT_EQ(answer.status, 400u) << answer.body;
    return answer.body;
  };
  const auto transfer = refused("transferprocesses", transfer_with(callback("app.example/hook", "[]")));
  EXPECT_TRUE(transfer.contains("/callbackAddresses/0/uri")) << transfer;
  const auto negotiation = refused(
      "contractnegotiations",
      negotiation_with(callback(world.installation().callback_url(), R"(["contract.negotation.agreed"])")));
  EXPECT_TRUE(negotiation.contains("/callbackAddresses/0/events/0")) << negotiation;
  EXPECT_TRUE(negotiation.contains("contract.negotation.agreed")) << negotiation;
}

}  // namespace kontor::routes_test
