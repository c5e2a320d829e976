#include "runtime/credential_service/test_service.hpp"

namespace kontor::runtime::credential_service::testing {
namespace {

using State = credential_offer::State;
using Kind = credential_offer::Refusal::Kind;

const ContextId context{"acme"};
const std::string administration = "/api/identity/v1beta/participants/acme/";

dcp::CredentialObject object(std::string id, std::optional<std::string> type = membership) {
  dcp::CredentialObject one;
  one.id = dcp::CredentialObjectId(std::move(id));
  if (type) one.profile = "vc11-sl2021/jwt";
  one.credential_type = std::move(type);
  return one;
}

class OffersTest : public CredentialServiceTest {
 protected:
  dcp::CredentialOfferMessage message_of(const Party& whom, std::vector<dcp::CredentialObject> objects) {
    return {.issuer = whom.did(), .credentials = std::move(objects)};
  }
  http::Response send(const dcp::CredentialOfferMessage& what, const std::string& authorization) {
    return house.post(house.url(base + "/offers"), json::encode(what), authorization);
  }
  unsigned offer(Party& whom, std::vector<dcp::CredentialObject> objects) {
    return send(message_of(whom, std::move(objects)), whom.authorization(whom.self_issued(acme, now())))
        .status;
  }
  unsigned offer(std::vector<dcp::CredentialObject> objects) { return offer(issuer, std::move(objects)); }

  http::Response administer(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), house.administration_url(administration + path)};
    request.headers.set("Authorization", "Bearer tester");
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  void set_policy(const std::string& policy) {
    ASSERT_EQ(administer("PUT", "credentialofferpolicy", policy).status, 204u);
  }
  void trust(const Party& whom, const std::string& type, const std::string& others = "ask") {
    set_policy(R"({"trustedIssuers":[{"id":")" + whom.did().str() + R"(","supportedTypes":[")" + type +
               R"("]}],"others":")" + others + R"("})");
  }

  std::vector<credential_offer::CredentialOffer> kept() {
    auto page = loop.run(house.engine->list<credential_offer::Machine>(context, {})).value();
    std::vector<credential_offer::CredentialOffer> all;
    for (auto& each : page.entities) all.push_back(std::move(each.entity));
    return all;
  }
  /// The only one, once it is so.
  credential_offer::CredentialOffer await(std::function<bool(const credential_offer::CredentialOffer&)> so) {
    const auto id = entity_id(kept().at(0).id);
    return loop
        .run(house.engine->wait<credential_offer::Machine>(context, id, std::move(so),
                                                           platform::async::Deadline::never()))
        .value()
        .entity;
  }
  credential_offer::CredentialOffer await(State state) {
    return await([state](const auto& each) { return each.state == state; });
  }
  void publishes(Party& whom, std::vector<dcp::CredentialObject> objects, std::optional<Did> as = {}) {
    const dcp::IssuerMetadata metadata{as.value_or(whom.did()), std::move(objects)};
    server.answer(issuer.path("/is/metadata"), json::encode(metadata));
  }
  /// What our participant has asked the issuer for.
  dcp::CredentialRequestMessage asked_for() {
    auto body = json::parse(server.last(issuer.path("/is/credentials")).body.text).value();
    return json::decode_value<dcp::CredentialRequestMessage>(body).value();
  }
};

}  // namespace

TEST_F(OffersTest, an_offer_waits_until_somebody_accepts_it) {
  ASSERT_EQ(offer({object("membership-1"), object("partner-1", "PartnerCredential")}), 200u);
  const auto shown = json::parse(administer("GET", "credentialoffers?state=RECEIVED").body.text).value();
  ASSERT_EQ(shown.as_array().size(), 1u);
  const std::string id(json::find(shown.as_array()[0], "id")->as_string());
  EXPECT_EQ(json::find(shown.as_array()[0], "issuerDid")->as_string(), issuer.did().str());
  EXPECT_EQ(server.asked(issuer.path("/is/credentials")), 0u);

  ASSERT_EQ(administer("POST", "credentialoffers/" + id + "/accept").status, 204u);
  const auto processed = await(State::processed);
  CredentialServiceTest::await(processed.holder_pid->str(), credential_request::State::requested);
  EXPECT_EQ(asked_for().holder_pid, processed.holder_pid);
  EXPECT_EQ(asked_for().credentials.size(), 2u);
  EXPECT_EQ(administer("POST", "credentialoffers/" + id + "/decline").status, 409u);
}

TEST_F(OffersTest, an_offer_that_was_declined_is_never_asked_for) {
  ASSERT_EQ(offer({object("membership-1")}), 200u);
  const auto path = "credentialoffers/" + kept().at(0).id.str();
  EXPECT_EQ(administer("POST", path + "/decline").status, 204u);
  EXPECT_EQ(administer("POST", path + "/accept").status, 409u);
  const auto shown = json::parse(administer("GET", path).body.text).value();
  EXPECT_EQ(json::find(shown, "state")->as_string(), "REJECTED");
  EXPECT_EQ(json::find(shown, "rejection")->as_string(), "declined");
  EXPECT_EQ(server.asked(issuer.path("/is/credentials")), 0u);
}

TEST_F(OffersTest, an_offer_of_a_trusted_issuer_becomes_a_request_under_the_ids_that_it_names) {
  trust(issuer, membership);
  ASSERT_EQ(offer({object("membership-1")}), 200u);
  const auto processed = await(State::processed);
  CredentialServiceTest::await(processed.holder_pid->str(), credential_request::State::requested);
  EXPECT_EQ(asked_for().credentials, std::vector{dcp::CredentialObjectId("membership-1")});
  auto delivery = message({issuer.issue(membership_of(acme), now())});
  delivery.holder_pid = *processed.holder_pid;
  EXPECT_EQ(deliver(delivery).status, 200u);
  EXPECT_EQ(held().size(), 1u);
}

TEST_F(OffersTest, an_offer_of_ids_is_completed_after_its_answer) {
  trust(issuer, membership);
  publishes(issuer, {object("other", "OtherCredential"), object("membership-1")});
  ASSERT_EQ(offer({object("membership-1", std::nullopt), object("nobody-knows", std::nullopt)}), 200u);
  const auto processed = await(State::processed);
  EXPECT_EQ(processed.credentials.at(0).credential_type, membership);
  EXPECT_TRUE(processed.credentials.at(1).sparse());
  CredentialServiceTest::await(processed.holder_pid->str(), credential_request::State::requested);
  EXPECT_EQ(asked_for().credentials, std::vector{dcp::CredentialObjectId("membership-1")});
}

TEST_F(OffersTest, metadata_of_somebody_else_completes_nothing) {
  publishes(issuer, {object("membership-1")}, stranger.did());
  ASSERT_EQ(offer({object("membership-1", std::nullopt)}), 200u);
  EXPECT_EQ(await(State::rejected).refusal->kind, Kind::unknown);
}

TEST_F(OffersTest, an_issuer_that_is_down_for_a_moment_is_asked_again) {
  server.answer(issuer.path("/is/metadata"), "", 503);
  ASSERT_EQ(offer({object("membership-1", std::nullopt)}), 200u);
  ASSERT_TRUE(loop.eventually([&] { return server.asked(issuer.path("/is/metadata")) >= 2; },
                              std::chrono::milliseconds(10)));
  EXPECT_EQ(kept().at(0).state, State::received);
  publishes(issuer, {object("membership-1")});
  ASSERT_TRUE(loop.eventually([&] { return kept().at(0).complete; }, std::chrono::milliseconds(10)));
  EXPECT_EQ(kept().at(0).state, State::received) << "now somebody has to decide";
}

TEST_F(OffersTest, what_is_ignored_is_acknowledged_and_leaves_nothing) {
  trust(stranger, "*", "ignore");
  const auto authorization = issuer.authorization(issuer.self_issued(acme, now()));
  const auto what = message_of(issuer, {object("membership-1")});
  EXPECT_EQ(send(what, authorization).status, 200u);
  EXPECT_EQ(send(what, authorization).status, 401u) << "a token serves once";
  EXPECT_TRUE(kept().empty());
}

TEST_F(OffersTest, a_policy_holds_for_the_offers_of_its_own_participant_that_come_from_then_on) {
  const auto before = administer("GET", "credentialofferpolicy");
  EXPECT_EQ(json::parse(before.body.text).value(),
            json::parse(R"({"trustedIssuers":[],"others":"ask"})").value());
  trust(issuer, "OtherCredential");
  ASSERT_EQ(offer({object("membership-1")}), 200u);
  trust(issuer, membership);
  EXPECT_EQ(kept().at(0).state, State::received);
  const Did globex = house.participant("globex");
  const auto at_globex = house.post(house.url("/api/credentials/v1/participants/globex/offers"),
                                    json::encode(message_of(issuer, {object("membership-1")})),
                                    issuer.authorization(issuer.self_issued(globex, now())));
  EXPECT_EQ(at_globex.status, 200u);
  auto page = loop.run(house.engine->list<credential_offer::Machine>(ContextId("globex"), {})).value();
  EXPECT_EQ(page.entities.at(0).entity.state, State::received);
  EXPECT_EQ(administer("PUT", "credentialofferpolicy", R"({"others":"sometimes"})").status, 400u);
}

TEST_F(OffersTest, nobody_offers_in_the_name_of_another) {
  const auto what = message_of(issuer, {object("membership-1")});
  EXPECT_EQ(send(what, stranger.authorization(stranger.self_issued(acme, now()))).status, 403u);
  EXPECT_EQ(send(what, "").status, 401u);
  EXPECT_EQ(send(what, issuer.authorization(issuer.self_issued(stranger.did(), now()))).status, 401u);
  EXPECT_TRUE(kept().empty());
}

TEST_F(OffersTest, the_same_offer_again_is_no_other_one) {
  auto once = object("membership-1");
  once.issuance_policy = {{"id", "one"}};
  auto again = once;
  again.issuance_policy = {{"id", "another"}};
  EXPECT_EQ(offer({once}), 200u);
  EXPECT_EQ(offer({again}), 200u);
  EXPECT_EQ(kept().size(), 1u);
  EXPECT_EQ(offer({object("membership-2")}), 200u);
  EXPECT_EQ(kept().size(), 2u);
}

TEST_F(OffersTest, one_issuer_has_its_bound_and_all_together_have_theirs) {
  Party another{server, "another"};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(offer(stranger, {object("s" + std::to_string(i))}), 200u);
  EXPECT_EQ(offer(stranger, {object("s4")}), 429u);
  EXPECT_EQ(offer(stranger, {object("s0")}), 200u) << "which is there already";
  EXPECT_EQ(offer(another, {object("a0")}), 200u);
  EXPECT_EQ(offer(another, {object("a1")}), 200u);
  EXPECT_EQ(offer(another, {object("a2")}), 429u) << "six are kept in all";
  EXPECT_EQ(offer({object("membership-1")}), 429u);
  trust(issuer, membership);
  EXPECT_EQ(offer({object("membership-1")}), 200u) << "who is trusted is held up by nobody";
}

TEST_F(OffersTest, many_offers_at_once_stay_within_the_bound) {
  std::vector<Task<Result<http::Response>>> asking;
  for (int i = 0; i < 20; ++i) {
    http::Request request{"POST", house.url(base + "/offers")};
    request.headers.set("Authorization", issuer.authorization(issuer.self_issued(acme, now())));
    request.headers.set("Content-Type", "application/json");
    request.body.text = json::encode(message_of(issuer, {object("m" + std::to_string(i))}));
    asking.push_back(house.client->send(std::move(request), {.deadline = house.soon()}));
  }
  for (const auto& answer : kontor::testing::run_together(loop, std::move(asking)))
    EXPECT_TRUE(answer && (answer->status == 200 || answer->status == 429));
  EXPECT_GE(kept().size(), 1u);
  EXPECT_LE(kept().size(), 4u);
}

TEST_F(OffersTest, an_offer_beyond_every_measure_is_refused) {
  EXPECT_EQ(offer({}), 400u);
  EXPECT_EQ(offer(std::vector<dcp::CredentialObject>(101, object("membership-1"))), 400u);
  auto large = object("membership-1");
  large.offer_reason = std::string(64 * 1024, 'x');
  EXPECT_EQ(offer({large}), 413u);
  EXPECT_TRUE(kept().empty());
}

TEST_F(OffersTest, a_token_serves_for_one_offer_also_for_a_refused_one) {
  const auto authorization = issuer.authorization(issuer.self_issued(acme, now()));
  EXPECT_EQ(send(message_of(issuer, {}), authorization).status, 400u);
  EXPECT_EQ(send(message_of(issuer, {object("membership-1")}), authorization).status, 401u);
  EXPECT_TRUE(kept().empty());
}

TEST_F(OffersTest, an_offer_is_read_again_however_deep_what_it_says_is) {
  json::Value policy = json::Object{};
  for (int i = 1; i < 30; ++i) policy = json::Object{{"in", std::move(policy)}};
  auto body = write(message_of(issuer, {object("membership-1")}));
  // One that is not in a list.
  auto one = body.as_object()["credentials"].as_array()[0];
  one.as_object()["issuancePolicy"] = policy;
  body.as_object()["credentials"] = one;
  const auto answer = house.post(house.url(base + "/offers"), json::serialize(body),
                                 issuer.authorization(issuer.self_issued(acme, now())));
  ASSERT_EQ(answer.status, 200u) << answer.body.text;
  ASSERT_EQ(kept().size(), 1u);
  EXPECT_EQ(json::Value(kept()[0].credentials.at(0).issuance_policy.value()), policy);
  EXPECT_EQ(administer("GET", "credentialoffers").status, 200u);
}

}  // namespace kontor::runtime::credential_service::testing
