#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "refusals.hpp"

// Data of an agreement at its local address, for applications of the consumer.
namespace kontor::routes_test {
namespace {

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";

class LocalAddress : public ::testing::Test {
 protected:
  std::string applications() const {
    return "/api/sts/v1/participants/" + world.globex().context + "/applications";
  }
  json::Value register_application(const std::string& scope) {
    return world.call("POST", applications(), fmt::format(R"({{"name":"x","scopes":["{}"]}})", scope));
  }
  std::string token_of(const json::Value& application) {
    const auto body =
        "grant_type=client_credentials&client_id=" + text::percent_encode(text_at(application, "clientId")) +
        "&client_secret=" + text_at(application, "clientSecret");
    const auto answer = world.installation().send({.method = "POST",
                                                   .target = "/token",
                                                   .body = body,
                                                   .content_type = "application/x-www-form-urlencoded"});
    return "Bearer " + text_at(answer.json(), "access_token");
  }
  /// What is answered at the address of the agreement by which Globex has Acme's data.
  Answer fetch(const std::string& authorization) { return fetch_under(world.globex(), authorization); }
  Answer fetch_under(const Party& party, const std::string& authorization) {
    return world.installation().send(
        {.target = "/agreements/" + text::percent_encode(party.ids.at("agreementId")),
         .authorization = authorization,
         .origin = world.installation().local_url()});
  }
  void order(const std::string& collection, const std::string& what, const std::string& type) {
    const auto& globex = world.globex();
    const auto& id = globex.ids.at(collection == "contractagreements" ? "agreementId" : "transferProcessId");
    world.call("POST",
               "/api/mgmt/v5beta/participants/" + globex.context + "/" + collection + "/" +
                   text::percent_encode(id) + "/" + what,
               fmt::format(R"({{{},"@type":"{}","reason":"enough"}})", management, type));
  }

  World world;
};

}  // namespace

TEST_F(LocalAddress, two_applications_fetch_with_tokens_of_their_own_until_one_is_revoked) {
  const auto first = register_application("management-api:transfers:read");
  const auto second = register_application("management-api:transfers:read");
  const auto token = token_of(first);
  const auto other = token_of(second);
  for (const auto& each : {token, other}) {
    const auto answer = fetch(each);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.body, "data");
  }
  world.call("DELETE", applications() + "/" + text_at(first, "id"));
  EXPECT_EQ(fetch(token).status, 401u);
  EXPECT_EQ(fetch(other).status, 200u);
}

TEST_F(LocalAddress, nobody_else_gets_anything_there) {
  EXPECT_EQ(fetch("").status, 401u);
  EXPECT_EQ(fetch(token_of(register_application("management-api:catalog:read"))).status, 403u);
  EXPECT_EQ(fetch(world.token_of(world.initech())).status, 404u) << "another participant's agreement";
  EXPECT_EQ(fetch(world.token_of(world.acme())).status, 404u) << "the provider is not its consumer";
  EXPECT_EQ(fetch(world.token_of(world.globex())).status, 200u);
  const auto elsewhere =
      world.installation().send({.target = "/agreements/" + world.globex().ids.at("agreementId"),
                                 .authorization = world.token_of(world.globex())});
  EXPECT_EQ(elsewhere.status, 404u) << "no other listener answers";
}

TEST_F(LocalAddress, the_address_stays_while_transfers_come_and_go) {
  const auto token = world.token_of(world.globex());
  order("transferprocesses", "suspend", "SuspendTransfer");
  EXPECT_EQ(fetch(token).status, 409u);
  order("transferprocesses", "terminate", "TerminateTransfer");
  const auto ended = fetch(token);
  EXPECT_EQ(ended.status, 409u) << ended.body;
  EXPECT_TRUE(ended.body.contains("begins another")) << ended.body;
  const auto& globex = world.globex();
  world.call("POST", "/api/mgmt/v5beta/participants/" + globex.context + "/obtainings",
             fmt::format(R"({{{},"@type":"ObtainRequest","profile":"http-dsp-profile-2025-1",)"
                         R"("counterPartyAddress":"{}","counterPartyId":"{}","assetId":"acme-asset"}})",
                         management, world.dsp_url(world.acme()), world.acme().did),
             std::chrono::seconds(9));
  EXPECT_EQ(fetch(token).status, 200u) << "another transfer under the same agreement";
  order("contractagreements", "terminate", "TerminateAgreement");
  const auto gone = fetch(token);
  EXPECT_EQ(gone.status, 410u) << gone.body;
  EXPECT_TRUE(gone.body.contains("enough")) << gone.body;
}

}  // namespace kontor::routes_test
