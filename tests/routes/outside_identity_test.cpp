#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "refusals.hpp"
#include "testing/loopback/loopback_server.hpp"
#include "testing/party/wallet.hpp"
#include "world_calls.hpp"

// A participant of ours whose DID, keys, token service and credential service are elsewhere: from the order
// over the proof to data, in a dataspace that demands credentials.
namespace kontor::routes_test {
namespace {

using protocol::api::Listener;

constexpr const char* members = "members-alone";
const std::string fabric = "/api/v1alpha1";

class OutsideIdentity : public ::testing::Test {
 protected:
  OutsideIdentity() {
    outsider_ = {.name = "outsider", .context = "outsider", .did = party.did().str(), .ids = {}};
  }

  Instant now() { return world.installation().loop().clock().now(); }

  /// One call for the tenant, one for the participant.
  void order() {
    const auto tenant = text_at(world.call("POST", fabric + "/tenants", R"({"properties":{}})"), "id");
    profiles_ = fabric + "/tenants/" + tenant + "/participant-profiles";
    const auto ordered = world.call(
        "POST", profiles_,
        fmt::format(
            R"({{"identifier":"{}","properties":{{"participantContextId":"outsider"}},"vpaProperties":)"
            R"({{"cfm.credentialservice":{{"tokenService":{{"tokenUrl":"{}","clientId":"{}",)"
            R"("clientSecretAlias":"sts"}}}}}}}})",
            outsider_.did, wallet.token_url(), wallet.client()));
    outsider_.ids["participantProfileId"] = text_at(ordered, "id");
  }
  json::Value profile_of_outsider(std::chrono::seconds wait = std::chrono::seconds(0)) {
    return world.call("GET", profiles_ + "/" + outsider_.ids["participantProfileId"], "", wait);
  }
  std::string orchestration() {
    const auto found = world.call(
        "POST", fabric + "/orchestrations/query",
        fmt::format(R"({{"predicate":"correlationId = '{}'"}})", outsider_.ids["participantProfileId"]));
    return json::serialize(world.call("GET", fabric + "/orchestrations/" + text_at(first(found), "id")));
  }
  /// Asks until the answer holds the text, or the bound is over: an orchestration is at work meanwhile.
  std::string asked_until(std::string_view text, const std::function<std::string()>& ask) {
    const auto end = now() + Installation::bound;
    auto answer = ask();
    while (!answer.contains(text) && now() < end) answer = ask();
    return answer;
  }
  std::string control(std::string_view state) {
    return asked_until(state, [this] { return send("GET", identity_path(outsider_, "didcontrol")).body; });
  }
  Answer send(const std::string& method, const std::string& target, const std::string& body = "") {
    return send_as(world.token_of(outsider_), method, target, body);
  }
  Answer send_as(const std::string& authorization, const std::string& method, const std::string& target,
                 const std::string& body = "") {
    return world.installation().send(
        {.method = method, .target = target, .authorization = authorization, .body = body});
  }
  json::Value challenge_of(const Party& participant) {
    const auto given =
        send_as(world.token_of(participant), "POST", identity_path(participant, "didcontrol/challenges"));
    EXPECT_EQ(given.status, 201u) << given.body;
    return given.json();
  }
  /// By its own token service: the challenge is what stands in `token`.
  std::string answer_to(const json::Value& challenge) {
    auto token = party.self_issued(Did(text_at(challenge, "audience")), now());
    token.access_token = text_at(challenge, "challenge");
    return party.authorization(token).substr(7);
  }
  Answer prove(const Party& participant, const std::string& answer) {
    return send_as(world.token_of(participant), "POST", identity_path(participant, "didcontrol/proofs"),
                   fmt::format(R"({{"proof":"{}"}})", answer));
  }
  Answer prove() { return prove(outsider_, answer_to(challenge_of(outsider_))); }
  void be_set_up() {
    order();
    ASSERT_TRUE(control("UNPROVEN").contains("UNPROVEN"));
    const auto proven = prove();
    ASSERT_EQ(proven.status, 204u) << proven.body;
    const auto made = profile_of_outsider(patience);
    ASSERT_TRUE(json::serialize(made).contains(R"("state":"active")")) << json::serialize(made);
    const auto kept =
        send("POST", management_path(outsider_, "secrets"),
             fmt::format(R"({{{},"@type":"Secret","@id":"sts","value":"{}"}})", management, wallet.secret()));
    ASSERT_EQ(kept.status, 200u) << kept.body;
  }
  /// Keys are here; the DID is whoever's.
  void make(const Party& participant) {
    world.call("POST", "/api/identity/v1beta/participants",
               fmt::format(R"({{"participantContextId":"{}","did":"{}","active":true,"key":{{)"
                           R"("keyId":"key-here","privateKeyAlias":"key-here","keyGeneratorParams":{{)"
                           R"("algorithm":"EC","curve":"secp256r1"}}}}}})",
                           participant.context, participant.did));
  }
  /// The DID's document is its controller's, who puts the key that is here into it.
  void put_key_into_document() {
    const auto documents = send("POST", identity_path(outsider_, "dids/query"), "{}").json();
    const auto here = json::decode_value<protocol::did::DidDocument>(first(documents)).value();
    for (const auto& method : here.verification_methods) {
      party.document.verification_methods.push_back(method);
      for (auto* purpose : {&party.document.authentication, &party.document.assertion_method,
                            &party.document.capability_invocation})
        (*purpose)->push_back(method.id);
    }
    party.publish();
  }
  void connect(const Party& participant) {
    world.call("POST", "/api/mgmt/v5beta/participants",
               fmt::format(R"({{{},"@type":"ParticipantContext","@id":"{}","identity":"{}"}})", management,
                           participant.context, participant.did));
  }
  Answer catalog_of(const Party& provider, const std::string& authorization) {
    return world.installation().send(
        {.listener = Listener::open,
         .method = "POST",
         .target = fmt::format("/api/dsp/{}/{}/catalog/request", provider.context, profile),
         .authorization = authorization,
         .body = R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                 R"("@type":"CatalogRequestMessage"})"});
  }
  /// A token of Globex for the DID, as whoever acts under it would be sent one.
  std::string token_for_the_did() {
    return world.installation().self_issued(ContextId(world.globex().context), party.did());
  }

  /// A dataspace in which both take part, and nobody is heard without a credential of one of two issuers.
  void take_part() {
    world.call(
        "POST", "/api/mgmt/v5beta/dataspaceprofiles",
        fmt::format(
            R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"2025-1",)"
            R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2025/1/"}},)"
            R"("trustedIssuers":[{{"@id":"{}","supportedTypes":["*"]}},)"
            R"({{"@id":"{}","supportedTypes":["*"]}}],"requiredCredentials":["RegisteredCredential"]}})",
            management, members, world.issuer().did, issuer.did()));
    for (const auto& context : {world.globex().context, outsider_.context})
      world.call(
          "PUT", "/api/mgmt/v5beta/participants/" + context + "/profiles",
          fmt::format(
              R"({{{},"@type":"AssociateDataspaceProfile","profiles":["http-dsp-profile-2025-1","{}"]}})",
              management, members));
  }
  void publish() {
    const auto published =
        send("POST", management_path(outsider_, "publications"),
             fmt::format(
                 R"({{{0},"@type":"Publication","asset":{{{0},"@type":"Asset","@id":"outsider-asset",)"
                 R"("properties":{{}},"dataAddress":)"
                 R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"{1}"}}}},)"
                 R"("policyDefinitions":[{{{0},"@type":"PolicyDefinition","@id":"outsider-policy","policy":)"
                 R"({{"@type":"Set","permission":[{{"action":"use"}}]}}}}],)"
                 R"("contractDefinition":{{{0},"@type":"ContractDefinition","@id":"outsider-definition",)"
                 R"("accessPolicyId":"outsider-policy","contractPolicyId":"outsider-policy"}}}})",
                 management, world.installation().source_url()));
    ASSERT_EQ(published.status, 200u) << published.body;
  }
  Answer obtain(const Party& consumer, const Party& provider, const char* under = members) {
    return world.installation().send(
        {.method = "POST",
         .target = management_path(consumer, "obtainings"),
         .authorization = world.token_of(consumer),
         .body = fmt::format(
             R"({{{},"@type":"ObtainRequest","profile":"{}","counterPartyAddress":"{}/api/dsp/{}/{}",)"
             R"("counterPartyId":"{}","assetId":"{}-asset"}})",
             management, under, world.installation().origin(Listener::open), provider.context, under,
             provider.did, provider.name),
         .wait = std::chrono::seconds(9)});
  }
  /// The data, with the token of the address that was obtained.
  unsigned fetched(const json::Value& obtained) {
    const auto& address = member(obtained, "dataAddress");
    std::string token;
    for (const auto& each : member(address, "endpointProperties").as_array())
      if (text_at(each, "name") == "authorization") token = text_at(each, "value");
    const auto origin = world.installation().origin(Listener::open);
    return world.installation()
        .send({.listener = Listener::open,
               .target = text_at(address, "endpoint").substr(origin.size()),
               .authorization = "Bearer " + token})
        .status;
  }

  World world;
  testing::LoopbackServer server{world.installation().loop(), world.installation().foreign_port()};
  testing::Party party{server, "outsider"};
  testing::Party issuer{server, "issuer"};
  testing::Wallet wallet{party, [this] { return now(); }};
  Party outsider_;
  std::string profiles_;
};

}  // namespace

TEST_F(OutsideIdentity, a_participant_with_its_own_did_and_wallet_shares_data_both_ways) {
  be_set_up();
  take_part();
  publish();
  const auto& globex = world.globex();
  wallet.hold(issuer.issue(issuer.credential(party.did(), "RegisteredCredential", now()), now()));
  const auto taken = obtain(outsider_, globex);
  ASSERT_EQ(text_at(taken.json(), "state"), "OBTAINED") << taken.body;
  EXPECT_EQ(fetched(taken.json()), 200u);
  const auto given = obtain(globex, outsider_);
  ASSERT_EQ(text_at(given.json(), "state"), "OBTAINED") << given.body;
  EXPECT_EQ(fetched(given.json()), 200u);
  EXPECT_GT(wallet.made(), 6u) << "each message of its had a token of its own service";
  EXPECT_GT(wallet.presented(), 0u);
  EXPECT_TRUE(world.call("GET", identity_path(outsider_, "keypairs")).as_array().empty());
  const auto asked = world.installation().send(
      {.method = "POST",
       .target = identity_path(outsider_, "credentials/request"),
       .authorization = world.admin(),
       .body = fmt::format(R"({{"issuerDid":"{}","credentials":[{{"id":"RegisteredCredential",)"
                           R"("type":"RegisteredCredential","format":"VC1_0_JWT"}}]}})",
                           world.issuer().did)});
  EXPECT_EQ(asked.status, 409u) << "its credential service is elsewhere: " << asked.body;
}

TEST_F(OutsideIdentity, an_order_for_a_participant_with_its_own_did_waits_for_its_proof) {
  order();
  ASSERT_TRUE(control("UNPROVEN").contains("UNPROVEN"));
  const auto waiting = asked_until("didcontrol/challenges", [this] { return orchestration(); });
  EXPECT_TRUE(waiting.contains("didcontrol/challenges")) << waiting;
  EXPECT_TRUE(json::serialize(profile_of_outsider()).contains(R"("state":"pending")"));
  EXPECT_EQ(send("GET", "/api/mgmt/v5beta/participants/outsider").status, 404u)
      << "nothing is made under the name before that";
  ASSERT_EQ(prove().status, 204u);
  const auto made = profile_of_outsider(patience);
  EXPECT_TRUE(json::serialize(made).contains(R"("state":"active")")) << json::serialize(made);
}

// Each answer that does not do, and that nothing is done under the name before one does.
TEST_F(OutsideIdentity, nobody_acts_under_a_did_before_an_answer_proves_its_control) {
  make(outsider_);
  put_key_into_document();
  connect(outsider_);
  const Party squatter{.name = "squatter", .context = "squatter", .did = outsider_.did, .ids = {}};
  make(squatter);
  EXPECT_EQ(catalog_of(outsider_, token_for_the_did()).status, 404u) << "nobody is there under the name";
  EXPECT_FALSE(obtain(outsider_, world.acme(), profile).body.contains("OBTAINED"));
  for (const auto& each : {outsider_, squatter}) {
    const auto activated = send_as(world.admin(), "POST", identity_path(each, "state") + "?isActive=true");
    EXPECT_EQ(activated.status, 409u) << activated.body;
  }
  const auto mine = challenge_of(outsider_);
  const auto theirs = challenge_of(squatter);
  testing::Party somebody{server, "somebody"};
  auto forged = party.self_issued(Did(text_at(mine, "audience")), now());
  forged.access_token = text_at(mine, "challenge");
  EXPECT_EQ(prove(outsider_, somebody.authorization(forged).substr(7)).status, 400u) << "another's key";
  somebody.document.id = party.did();
  EXPECT_EQ(prove(outsider_, somebody.authorization(forged).substr(7)).status, 403u)
      << "under the DID's name";
  EXPECT_EQ(prove(outsider_, answer_to(theirs)).status, 403u) << "another context's challenge";
  EXPECT_EQ(prove(squatter, answer_to(mine)).status, 403u);
  EXPECT_EQ(prove(outsider_, "nothing").status, 400u);
  EXPECT_EQ(send("POST", identity_path(outsider_, "didcontrol/proofs"), "{}").status, 400u);
  const auto good = answer_to(mine);
  const auto foreign = send_as(world.token_of(squatter), "POST",
                               identity_path(outsider_, "didcontrol/proofs"), R"({"proof":"x"})");
  EXPECT_EQ(foreign.status, 403u) << foreign.body;
  EXPECT_EQ(catalog_of(outsider_, token_for_the_did()).status, 404u);
  ASSERT_EQ(prove(outsider_, good).status, 204u);
  EXPECT_EQ(prove(outsider_, good).status, 409u) << "the same answer again";
  EXPECT_EQ(prove(squatter, answer_to(theirs)).status, 409u) << "it is known whose the DID is";
  const auto heard = catalog_of(outsider_, token_for_the_did());
  EXPECT_EQ(heard.status, 200u) << heard.body;
}

// What it had here goes, and the DID is free for whoever proves it next.
TEST_F(OutsideIdentity, a_participant_with_its_own_did_is_exported_and_erased_like_any_other) {
  be_set_up();
  const auto archive = send("GET", identity_path(outsider_, "export"));
  ASSERT_EQ(archive.status, 200u) << archive.body;
  EXPECT_TRUE(archive.body.contains("token-service")) << archive.body;
  EXPECT_FALSE(archive.body.contains(wallet.secret()));
  const auto path = "/api/identity/v1beta/participants/outsider";
  EXPECT_EQ(send_as(world.admin(), "DELETE", path).status, 204u);
  EXPECT_EQ(send_as(world.admin(), "GET", path).status, 404u);
  const Party next{.name = "next", .context = "next", .did = outsider_.did, .ids = {}};
  make(next);
  EXPECT_EQ(prove(next, answer_to(challenge_of(next))).status, 204u);
}

}  // namespace kontor::routes_test
