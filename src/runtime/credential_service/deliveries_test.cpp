#include "runtime/credential_service/test_service.hpp"

namespace kontor::runtime::credential_service::testing {

using State = credential_request::State;

namespace {

/// Objects in one another, so many.
json::Value nested(int depth) {
  json::Value value = json::Object{};
  for (int i = 1; i < depth; ++i) value = json::Object{{"in", std::move(value)}};
  return value;
}

class Deliveries : public CredentialServiceTest {
 protected:
  /// With a member of its `vc` claim as no credential of ours would have it.
  std::string issued_with(const std::string& member, json::Value value) {
    auto jwt = protocol::jose::parse_jwt(issuer.issue(membership_of(acme), now())).value();
    jwt.claims.rest["vc"].as_object()[member] = std::move(value);
    return issuer.sign(protocol::jose::make_signing_input(jwt.jws.header, jwt.claims));
  }
};

}  // namespace

TEST_F(Deliveries, what_was_asked_for_is_kept) {
  request();
  const auto answer = deliver(message({issuer.issue(membership_of(acme), now())}));
  EXPECT_EQ(answer.status, 200u) << answer.body.text;
  ASSERT_EQ(held().size(), 1u);
  EXPECT_EQ(held()[0].credential.issuer, issuer.did());
  EXPECT_EQ(state_of(), State::issued);
}

TEST_F(Deliveries, an_unsolicited_delivery_is_refused) {
  EXPECT_EQ(deliver(message({issuer.issue(membership_of(acme), now())})).status, 404u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_delivery_by_a_stranger_is_refused_as_if_there_were_no_request) {
  request();
  const auto token = issuer.issue(membership_of(acme), now());
  const auto strange = deliver(message({token}), stranger.authorization(stranger.self_issued(acme, now())));
  auto elsewhere = message({token});
  elsewhere.holder_pid = dcp::HolderPid("request-2");
  const auto absent = deliver(elsewhere);
  EXPECT_EQ(strange.status, 404u);
  EXPECT_EQ(absent.status, 404u);
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(state_of(), State::requested);
}

TEST_F(Deliveries, a_stranger_cannot_reject_for_the_issuer) {
  request();
  auto rejection = message({});
  rejection.status = dcp::DeliveryStatus::rejected;
  EXPECT_EQ(deliver(rejection, stranger.authorization(stranger.self_issued(acme, now()))).status, 404u);
  EXPECT_EQ(state_of(), State::requested);
  EXPECT_EQ(deliver(rejection).status, 200u);
  EXPECT_EQ(state_of(), State::error);
}

TEST_F(Deliveries, without_proof_of_the_sender_nothing_is_taken) {
  request();
  const auto good = message({issuer.issue(membership_of(acme), now())});
  EXPECT_EQ(deliver(good, "").status, 401u);
  EXPECT_EQ(deliver(good, issuer.authorization(issuer.self_issued(stranger.did(), now()))).status, 401u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_credential_about_somebody_else_is_refused) {
  request();
  EXPECT_EQ(deliver_changed([this](auto& each) { each.subjects[0].id = stranger.did(); }), 401u);
  EXPECT_EQ(deliver_changed([](auto& each) { each.subjects.clear(); }), 401u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_credential_of_another_type_is_refused) {
  request();
  EXPECT_EQ(deliver_changed([](auto& each) { each.types = {"VerifiableCredential", "OtherCredential"}; }),
            403u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_credential_of_another_issuer_is_refused_whoever_brings_it) {
  request();
  const auto foreign = stranger.issue(stranger.credential(acme, membership, now()), now());
  EXPECT_EQ(deliver(message({foreign})).status, 403u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_credential_whose_signature_is_wrong_is_refused) {
  request();
  const auto forged =
      stranger.sign(vc::credential_signing_input(membership_of(acme), issuer.signer(), now()));
  EXPECT_EQ(deliver(message({forged})).status, 401u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, an_expired_credential_is_refused) {
  request();
  EXPECT_EQ(deliver_changed([this](auto& each) { each.valid_until = now() - std::chrono::minutes(1); }),
            401u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_credential_that_does_not_follow_its_schema_is_refused) {
  request();
  server.answer(issuer.path("/schema"), R"({"required":["id","foo"]})");
  const auto with_schema = [this](vc::Credential& each) {
    each.schemas = {{.id = issuer.url("/schema"), .type = "JsonSchemaValidator2018"}};
  };
  EXPECT_EQ(deliver_changed(with_schema), 403u);
  EXPECT_EQ(deliver_changed([&](vc::Credential& each) {
              with_schema(each);
              each.subjects[0].id = stranger.did();
            }),
            401u);
  EXPECT_EQ(server.asked(issuer.path("/schema")), 1u);
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(deliver_changed([&](vc::Credential& each) {
              with_schema(each);
              each.subjects[0].claims["foo"] = "bar";
            }),
            200u);
  EXPECT_EQ(held().size(), 1u);
  EXPECT_EQ(credentials.signatures_checked(), 3u) << "once each, though what has a schema is looked at twice";
}

TEST_F(Deliveries, a_schema_that_cannot_be_had_for_a_moment_refuses_nothing_for_good) {
  request();
  server.answer(issuer.path("/schema"), "", 503);
  const auto with_schema = [this](vc::Credential& each) {
    each.schemas = {{.id = issuer.url("/schema"), .type = "JsonSchema"}};
  };
  EXPECT_EQ(deliver_changed(with_schema), 503u);
  EXPECT_TRUE(held().empty());
  server.answer(issuer.path("/schema"), "{}");
  loop.clock().advance(std::chrono::seconds(3));
  EXPECT_EQ(deliver_changed(with_schema), 200u);
}

TEST_F(Deliveries, of_a_delivery_with_one_bad_credential_nothing_is_kept) {
  request();
  auto bad = membership_of(acme);
  bad.subjects[0].id = stranger.did();
  EXPECT_EQ(deliver(message({issuer.issue(membership_of(acme), now()), issuer.issue(bad, now())})).status,
            401u);
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(state_of(), State::requested);
}

TEST_F(Deliveries, a_place_beyond_every_status_list_does_no_harm) {
  request();
  const auto far = [](vc::Credential& each) {
    each.statuses = {{.list_url = "https://issuer.example/list", .index = std::uint64_t{1} << 50}};
  };
  EXPECT_EQ(deliver_changed(far), 200u);
}

TEST_F(Deliveries, what_is_brought_after_a_rejection_is_not_kept) {
  request();
  auto rejection = message({});
  rejection.status = dcp::DeliveryStatus::rejected;
  ASSERT_EQ(deliver(rejection).status, 200u);
  EXPECT_EQ(deliver(message({issuer.issue(membership_of(acme), now())})).status, 409u);
  EXPECT_TRUE(held().empty());
}

TEST_F(Deliveries, a_senders_token_serves_once) {
  request();
  const auto authorization = issuer.authorization(issuer.self_issued(acme, now()));
  ASSERT_EQ(deliver(message({issuer.issue(membership_of(acme), now())}), authorization).status, 200u);
  EXPECT_EQ(deliver(message({issuer.issue(membership_of(acme), now())}), authorization).status, 401u);
  EXPECT_EQ(held().size(), 1u);
}

TEST_F(Deliveries, a_credential_that_is_delivered_again_is_acknowledged_and_kept_once) {
  request();
  const auto credential = membership_of(acme);
  ASSERT_EQ(deliver(message({issuer.issue(credential, now())})).status, 200u);
  loop.clock().advance(std::chrono::seconds(2));
  const auto again = deliver(message({issuer.issue(credential, now())}));
  EXPECT_EQ(again.status, 200u) << again.body.text;
  EXPECT_EQ(held().size(), 1u);
}

TEST_F(Deliveries, what_is_beyond_the_bound_is_refused_until_there_is_room) {
  request();
  const auto last = membership_of(acme);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(deliver_changed([](auto&) {}), 200u) << i;
  EXPECT_EQ(deliver(message({issuer.issue(last, now()), issuer.issue(membership_of(acme), now())})).status,
            429u)
      << "one of them has no place";
  EXPECT_EQ(held().size(), 5u);
  EXPECT_EQ(deliver(message({issuer.issue(last, now())})).status, 200u) << "the sixth";
  const auto beyond = deliver(message({issuer.issue(membership_of(acme), now())}));
  EXPECT_EQ(beyond.status, 429u);
  EXPECT_TRUE(beyond.body.text.contains("no more than 6 credentials")) << beyond.body.text;
  EXPECT_EQ(deliver(message({issuer.issue(last, now())})).status, 200u) << "which is held already";
  EXPECT_EQ(held().size(), 6u);
  ASSERT_TRUE(loop.run(house.engine->apply<credential::Machine>(
      {ContextId("acme"), entity_id(held()[0].id), "acme", {}}, credential::Delete{})));
  EXPECT_EQ(deliver_changed([](auto&) {}), 200u);
  EXPECT_EQ(held().size(), 6u);
}

TEST_F(Deliveries, the_owner_learns_from_the_request_and_by_one_event_why_nothing_was_kept) {
  request();
  const auto large = [](vc::Credential& each) { each.subjects[0].claims["logo"] = std::string(9000, 'x'); };
  EXPECT_EQ(deliver_changed(large), 413u);
  EXPECT_EQ(deliver_changed(large), 413u);
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(state_of(), State::requested);
  EXPECT_TRUE(shown("request-1").contains("a credential of more than 8192 bytes is not kept"));
  const auto events = loop.run(house.store->events_of(ContextId("acme"), 0, 100)).value();
  EXPECT_EQ(std::ranges::count(events, "credential.request.deliveryRefused",
                               [](const auto& each) { return each.event.name; }),
            1);
  EXPECT_EQ(deliver_changed([](auto&) {}), 200u) << "it may deliver again";
}

TEST_F(Deliveries, many_deliveries_at_once_stay_within_the_bound) {
  request();
  std::vector<Task<Result<http::Response>>> asking;
  for (int i = 0; i < 20; ++i) {
    http::Request request{"POST", house.url(base + "/credentials")};
    request.headers.set("Authorization", issuer.authorization(issuer.self_issued(acme, now())));
    request.headers.set("Content-Type", "application/json");
    request.body.text = json::encode(message({issuer.issue(membership_of(acme), now())}));
    asking.push_back(house.client->send(std::move(request), {.deadline = house.soon()}));
  }
  for (const auto& answer : kontor::testing::run_together(loop, std::move(asking)))
    EXPECT_TRUE(answer && (answer->status == 200 || answer->status == 429)) << answer->body.text;
  EXPECT_GE(held().size(), 1u);
  EXPECT_LE(held().size(), 6u);
}

TEST_F(Deliveries, an_issuer_does_not_replace_what_another_issued) {
  request();
  const auto first = membership_of(acme);
  ASSERT_EQ(deliver(message({issuer.issue(first, now())})).status, 200u);
  stranger.offer("IssuerService", "/is");
  server.answer(stranger.path("/is/credentials"), "", 201);
  ask(stranger, "other");
  await("other", State::requested);
  auto same_id = stranger.credential(acme, membership, now());
  same_id.id = first.id;
  auto delivery = message({stranger.issue(same_id, now())});
  delivery.holder_pid = dcp::HolderPid("other");
  EXPECT_EQ(deliver(delivery, stranger.authorization(stranger.self_issued(acme, now()))).status, 409u);
  ASSERT_EQ(held().size(), 1u);
  EXPECT_EQ(held()[0].credential.issuer, issuer.did());
}

TEST_F(Deliveries, what_is_kept_can_be_read_again_however_deep_it_is) {
  request();
  const auto issued = [&](int depth) {
    return issued_with("credentialSubject", json::Object{{"id", acme.str()}, {"deep", nested(depth)}});
  };
  EXPECT_FALSE(protocol::jose::parse_jwt(issued(30))) << "no token is deeper";
  const auto answer = deliver(message({issued(29)}));
  ASSERT_EQ(answer.status, 200u) << answer.body.text;
  ASSERT_EQ(held().size(), 1u);
  EXPECT_EQ(held()[0].credential.subjects.at(0).claims.at("deep"), nested(29));
}

TEST_F(Deliveries, a_date_that_could_not_be_read_again_is_refused) {
  request();
  const auto token = issued_with("expirationDate", "9999-12-31T23:59:59-01:00");
  EXPECT_EQ(deliver(message({token})).status, 400u);
  EXPECT_TRUE(held().empty());
}

}  // namespace kontor::runtime::credential_service::testing
