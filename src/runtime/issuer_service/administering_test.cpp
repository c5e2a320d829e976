#include "base/text/encoding.hpp"
#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

class Administering : public IssuerTest {
 protected:
  http::Response send(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), house.administration_url(administration + path), {}, {}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  json::Value read(const http::Response& response) {
    EXPECT_LT(response.status, 300u) << response.body.text;
    return json::parse(response.body.text).value();
  }
  static std::string text(const json::Value& value, std::string_view member) {
    const auto* found = json::find(value, member);
    return found && found->is_string() ? std::string(found->get_string()) : "";
  }
  /// The ids of what a query finds.
  std::vector<std::string> found(const std::string& collection, const std::string& field,
                                 const std::string& value) {
    const auto list = read(send("POST", collection + "/query",
                                fmt::format(R"({{"filterExpression":[{{"operandLeft":"{}","operator":"=",)"
                                            R"("operandRight":"{}"}}]}})",
                                            field, value)));
    std::vector<std::string> ids;
    for (const auto& each : list.as_array()) ids.push_back(text(each, "id"));
    return ids;
  }
  std::string issue(Party& party, const std::string& type, const std::string& pid = "pid-1") {
    await_delivery(process_of(request(party, type, pid)));
    return delivered_credential(party).id;
  }
  std::string status_of(const std::string& credential) {
    return text(read(send("GET", "credentials/" + credential + "/status")), "status");
  }
  std::string state_of(const std::string& credential) {
    return text(read(send("POST", "credentials/query",
                          fmt::format(R"({{"filterExpression":[{{"operandLeft":"id","operator":"=",)"
                                      R"("operandRight":"{}"}}]}})",
                                      credential)))
                    .as_array()
                    .at(0),
                "state");
  }
  bool await_state(const std::string& credential, issued_credential::State state) {
    const auto reached = [state](const issued_credential::IssuedCredential& each) {
      return each.state == state;
    };
    return loop
        .run(house.engine->wait<issued_credential::Machine>(issuer_context, EntityId(credential), reached,
                                                            platform::async::Deadline::never()))
        .has_value();
  }
  std::string holder_path(const Party& party) { return "holders/" + text::percent_encode(party.did().str()); }
};

// ---- credentials

TEST_F(Administering, a_credential_is_suspended_and_resumed_with_a_reason_and_in_its_list) {
  define("BadgeCredential", "registered", R"(,"suspendable":true)");
  const auto id = issue(holder, "BadgeCredential");
  const auto statuses = delivered_credential(holder).statuses;
  ASSERT_EQ(statuses.size(), 2u);
  EXPECT_EQ(statuses[1].purpose, "suspension");
  EXPECT_NE(statuses[0].list_url, statuses[1].list_url);
  EXPECT_EQ(status_of(id), "");
  EXPECT_EQ(send("POST", "credentials/" + id + "/suspend", R"({"reason":"under review"})").status, 204u);
  EXPECT_EQ(send("POST", "credentials/" + id + "/suspend").status, 204u) << "twice is once";
  const auto told = read(send("GET", "credentials/" + id + "/status"));
  EXPECT_EQ(text(told, "credentialId"), id);
  EXPECT_EQ(text(told, "status"), "suspension");
  EXPECT_EQ(text(told, "reason"), "under review");
  const auto is_set = [&](bool value) {
    const auto list = EntityId(statuses[1].list_url.substr(statuses[1].list_url.rfind('/') + 1));
    const auto marked = [&](const status_list::List& each) {
      return each.bits.test(statuses[1].index).value() == value;
    };
    return loop
        .run(house.engine->wait<status_list::Machine>(issuer_context, list, marked,
                                                      platform::async::Deadline::never()))
        .has_value();
  };
  EXPECT_TRUE(is_set(true));
  EXPECT_EQ(send("POST", "credentials/" + id + "/reissue").status, 409u) << "which would end the suspension";
  EXPECT_EQ(send("POST", "credentials/" + id + "/resume").status, 204u);
  EXPECT_EQ(status_of(id), "");
  EXPECT_TRUE(is_set(false));
}

TEST_F(Administering, what_stands_in_no_list_for_suspension_is_not_suspended) {
  const auto id = issue(holder, "RegisteredCredential");
  EXPECT_EQ(delivered_credential(holder).statuses.size(), 1u);
  EXPECT_EQ(send("POST", "credentials/" + id + "/suspend").status, 409u);
  EXPECT_EQ(send("POST", "credentials/" + id + "/revoke", R"({"reason":"left"})").status, 204u);
  EXPECT_EQ(status_of(id), "revocation");
  EXPECT_EQ(send("POST", "credentials/" + id + "/resume").status, 409u) << "revoked for ever";
}

TEST_F(Administering, credentials_are_found_by_holder_type_and_state) {
  const auto first = issue(holder, "RegisteredCredential");
  approve(apply_for_membership(holder));
  const auto second = issue(holder, "MembershipCredential", "pid-2");
  const auto third = issue(other, "RegisteredCredential");
  EXPECT_EQ(found("credentials", "holderId", other.did().str()), std::vector{third});
  EXPECT_EQ(found("credentials", "credential.type", "MembershipCredential"), std::vector{second});
  ASSERT_EQ(send("POST", "credentials/" + first + "/revoke").status, 204u);
  EXPECT_EQ(found("credentials", "state", "REVOKED"), std::vector{first});
  const auto list = read(send("GET", "credentials?holderId=" + text::percent_encode(holder.did().str()) +
                                         "&type=RegisteredCredential"));
  ASSERT_EQ(list.as_array().size(), 1u);
  EXPECT_EQ(text(list.as_array()[0], "id"), first);
  EXPECT_EQ(send("POST", "credentials/query",
                 R"({"filterExpression":[{"operandLeft":"nothing","operator":"=","operandRight":1}]})")
                .status,
            400u);
}

TEST_F(Administering, a_reissued_credential_says_what_holds_now_and_ends_the_one_before_when_it_has_arrived) {
  administer("credentialdefinitions",
             R"({"id":"Level","credentialType":"LevelCredential","format":"VC1_0_JWT","validity":31536000,)"
             R"("attestations":["registered"],"rules":[],"mappings":[)"
             R"({"input":"level","output":"credentialSubject.level","required":false}]})");
  const auto before = issue(holder, "Level");
  ASSERT_EQ(
      send("PUT", "holders",
           fmt::format(R"({{"holderId":"{0}","did":"{0}","properties":{{"level":"gold"}}}})", holder.did()))
          .status,
      200u);
  answers_deliveries({503});
  const auto answer = send("POST", "credentials/" + before + "/reissue");
  ASSERT_EQ(answer.status, 202u) << answer.body.text;
  const auto after = text(read(answer), "id");
  EXPECT_NE(after, before);
  const auto again = send("POST", "credentials/" + before + "/reissue");
  EXPECT_EQ(text(read(again), "id"), after) << "it is on its way";
  EXPECT_EQ(state_of(before), "ISSUED");
  let_deliveries_come(3);
  ASSERT_TRUE(await_state(before, issued_credential::State::revoked));
  EXPECT_EQ(state_of(after), "ISSUED");
  const auto credential = delivered_credential(holder);
  EXPECT_EQ(credential.id, after);
  EXPECT_EQ(credential.subjects.at(0).claims.at("level"), "gold");
  EXPECT_EQ(delivered_to(holder).holder_pid, dcp::HolderPid("pid-1"));
  EXPECT_EQ(send("POST", "credentials/" + before + "/reissue").status, 409u) << "it is revoked";
}

TEST_F(Administering, a_successor_that_the_holder_does_not_take_ends_nothing) {
  const auto before = issue(holder, "RegisteredCredential");
  answers_deliveries({415});
  const auto after = text(read(send("POST", "credentials/" + before + "/reissue")), "id");
  // It is written once it is signed, and the order was answered before.
  let_deliveries_come(2);
  ASSERT_TRUE(await_state(after, issued_credential::State::revoked));
  EXPECT_EQ(state_of(before), "ISSUED");
}

TEST_F(Administering, what_would_not_be_issued_any_more_is_not_reissued) {
  approve(apply_for_membership(holder));
  const auto id = issue(holder, "MembershipCredential");
  ASSERT_EQ(send("DELETE", holder_path(holder)).status, 204u);
  EXPECT_EQ(send("POST", "credentials/" + id + "/reissue").status, 409u);
  EXPECT_EQ(state_of(id), "ISSUED");
  EXPECT_EQ(deliveries_to(holder), 1u);
}

TEST_F(Administering, an_offer_reaches_the_holder_though_it_is_away_for_a_while) {
  auto left = std::make_shared<int>(1);
  server.answer(holder.path("/cs/offers"),
                [left](const http::Request&) { return http::Response{(*left)-- > 0 ? 503u : 204u, {}, {}}; });
  const auto offer =
      fmt::format(R"({{"holderId":"{}","credentials":["RegisteredCredential"]}})", holder.did());
  EXPECT_EQ(send("POST", "credentials/offer", offer).status, 204u);
  for (int turns = 0; server.asked(holder.path("/cs/offers")) < 2 && turns < 10'000; ++turns) {
    loop.run(loop.turn());
    loop.clock().advance(20ms);
  }
  ASSERT_EQ(server.asked(holder.path("/cs/offers")), 2u);
  const auto message =
      json::decode<dcp::CredentialOfferMessage>(server.last(holder.path("/cs/offers")).body.text).value();
  EXPECT_EQ(message.issuer, issuer_did);
  ASSERT_EQ(message.credentials.size(), 1u);
  EXPECT_EQ(message.credentials[0].id, dcp::CredentialObjectId("RegisteredCredential"));
  EXPECT_EQ(message.credentials[0].credential_type, "RegisteredCredential");
}

TEST_F(Administering, who_waits_for_an_offer_is_told_that_it_was_refused) {
  server.answer(holder.path("/cs/offers"), "we take no offers", 403);
  http::Request request{"POST", house.administration_url(administration + "credentials/offer"), {}, {}};
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Prefer", "wait=10");
  request.body.text =
      fmt::format(R"({{"holderId":"{}","credentials":["RegisteredCredential"]}})", holder.did());
  const auto answer = house.ask(std::move(request));
  EXPECT_EQ(answer.status, 502u);
  EXPECT_EQ(server.asked(holder.path("/cs/offers")), 1u);
}

TEST_F(Administering, an_offer_is_found_by_its_state_with_the_reason_of_its_failure) {
  server.answer(holder.path("/cs/offers"), "we take no offers", 403);
  const auto offered =
      send("POST", "credentials/offer",
           fmt::format(R"({{"holderId":"{}","credentials":["RegisteredCredential"]}})", holder.did()));
  ASSERT_EQ(offered.status, 204u);
  const std::string location(offered.headers.get("Location").value_or(""));
  const auto id = location.substr(location.rfind('/') + 1);
  const auto ended = [](const issuer_offer::Offer& each) { return issuer_offer::Machine::ended(each); };
  ASSERT_TRUE(loop.run(house.engine->wait<issuer_offer::Machine>(issuer_context, EntityId(id), ended,
                                                                 platform::async::Deadline::never())));
  EXPECT_EQ(found("credentialoffers", "state", "FAILED"), std::vector{id});
  EXPECT_EQ(found("credentialoffers", "holderId", other.did().str()), std::vector<std::string>{});
  const auto shown = read(send("GET", "credentialoffers/" + id));
  EXPECT_EQ(text(shown, "state"), "FAILED");
  EXPECT_TRUE(text(shown, "reason").contains("we take no offers"));
  EXPECT_EQ(text(shown, "participantContextId"), "issuer");
  EXPECT_EQ(send("GET", "credentialoffers/none").status, 404u);
}

TEST_F(Administering, nothing_is_offered_that_is_not_issued_or_to_who_is_no_holder) {
  EXPECT_EQ(send("POST", "credentials/offer",
                 fmt::format(R"({{"holderId":"{}","credentials":["Invented"]}})", holder.did()))
                .status,
            400u);
  EXPECT_EQ(
      send("POST", "credentials/offer", R"({"holderId":"nobody","credentials":["RegisteredCredential"]})")
          .status,
      404u);
  EXPECT_EQ(
      send("POST", "credentials/offer", fmt::format(R"({{"holderId":"{}","credentials":[]}})", holder.did()))
          .status,
      400u);
}

// ---- issuance processes

TEST_F(Administering, a_request_that_waits_is_found_and_approved) {
  define("Judged", "registered", R"(,"approvalRequired":true)");
  const auto process = process_of(request(holder, "Judged"));
  EXPECT_EQ(found("issuanceprocesses", "state", "SUBMITTED"), std::vector{process});
  const auto shown = read(send("GET", "issuanceprocesses/" + process));
  EXPECT_EQ(text(shown, "state"), "SUBMITTED");
  EXPECT_EQ(text(shown, "holderPid"), "pid-1");
  EXPECT_EQ(text(*json::find(shown, "credentialFormats"), "Judged"), "VC1_0_JWT");
  EXPECT_EQ(deliveries_to(holder), 0u);
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 204u);
  await_delivery(process);
  EXPECT_TRUE(vc::has_type(delivered_credential(holder), "Judged"));
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 204u) << "twice is once";
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/reject", R"({"reason":"late"})").status, 409u);
}

TEST_F(Administering, a_request_that_is_rejected_is_told_to_its_holder) {
  define("Judged", "registered", R"(,"approvalRequired":true)");
  const auto process = process_of(request_as(authorization_with(holder, "one-time"), "Judged"));
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/reject", R"({"reason":""})").status, 400u);
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/reject", R"({"reason":"not now"})").status, 204u);
  let_deliveries_come(1);
  EXPECT_EQ(delivered_to(holder).rejection_reason, "not now");
  const auto shown = send("GET", "issuanceprocesses/" + process);
  EXPECT_EQ(text(read(shown), "errorDetail"), "not now");
  EXPECT_FALSE(shown.body.text.contains("one-time")) << "the holder's token is nobody else's";
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 409u);
}

// ---- definitions, attestations, holders

TEST_F(Administering, a_definition_is_tried_and_nothing_changes) {
  const auto tried = [&](const std::string& definition, const std::string& claims = "") {
    return read(send("POST", "credentialdefinitions/" + definition + "/evaluate",
                     fmt::format(R"({{"holderId":"{}"{}}})", holder.did(), claims)));
  };
  define(
      "Gold", "registered",
      R"(,"rules":[{"type":"expression","configuration":{"claim":"level","operator":"eq","value":"gold"}}],)"
      R"("mappings":[{"input":"level","output":"credentialSubject.level","required":true}])");
  const auto refused = tried("Gold");
  EXPECT_EQ(text(refused, "verdict"), "REJECTED");
  EXPECT_NE(text(refused, "reason").find("level"), std::string::npos);
  EXPECT_EQ(json::find(refused, "credential"), nullptr);
  const auto granted = tried("Gold", R"(,"claims":{"level":"gold"})");
  EXPECT_EQ(text(granted, "verdict"), "APPROVED");
  const auto credential = json::decode_value<vc::Credential>(*json::find(granted, "credential")).value();
  EXPECT_EQ(credential.subjects.at(0).id, holder.did());
  EXPECT_EQ(credential.subjects.at(0).claims.at("level"), "gold");
  EXPECT_TRUE(credential.statuses.empty());
  EXPECT_EQ(text(tried("RegisteredCredential"), "verdict"), "APPROVED");
  EXPECT_EQ(text(tried("MembershipCredential"), "verdict"), "REJECTED");
  EXPECT_TRUE(processes().empty());
  EXPECT_TRUE(
      loop.run(house.engine->list<status_list::PlacesDocument>(issuer_context, {})).value().entities.empty())
      << "no place is taken";
  EXPECT_EQ(send("POST", "credentialdefinitions/Gold/evaluate", R"({"holderId":"nobody"})").status, 400u);
  EXPECT_EQ(send("POST", "credentialdefinitions/None/evaluate", R"({"holderId":"nobody"})").status, 404u);
}

TEST_F(Administering, a_definition_is_made_read_found_changed_and_removed) {
  const auto made = send("POST", "credentialdefinitions",
                         R"({"credentialType":"A","format":"VC1_0_JWT","attestations":["registered"]})");
  ASSERT_EQ(made.status, 201u) << made.body.text;
  const std::string location(made.headers.get("Location").value_or(""));
  const auto id = location.substr(location.rfind('/') + 1);
  const auto path = "credentialdefinitions/" + id;
  EXPECT_EQ(text(read(send("GET", path)), "credentialType"), "A");
  const auto changed = [&](const std::string& attestation) {
    return send(
        "PUT", "credentialdefinitions",
        fmt::format(R"({{"id":"{}","credentialType":"B","format":"VC2_0_JOSE","attestations":["{}"]}})", id,
                    attestation));
  };
  EXPECT_EQ(changed("nothing").status, 400u);
  EXPECT_EQ(changed("registered").status, 200u);
  EXPECT_EQ(found("credentialdefinitions", "credentialType", "B"), std::vector{id});
  EXPECT_EQ(send("DELETE", path).status, 204u);
  EXPECT_EQ(send("GET", path).status, 404u);
  EXPECT_EQ(changed("registered").status, 404u);
}

TEST_F(Administering, a_validity_beyond_every_date_is_refused) {
  const auto valid_for = [&](const std::string& seconds) {
    return send("POST", "credentialdefinitions",
                R"({"credentialType":"A","format":"VC1_0_JWT","attestations":["registered"],"validity":)" +
                    seconds + "}");
  };
  EXPECT_EQ(valid_for("31556952000").status, 201u) << "a thousand years";
  for (const char* longer : {"31556952001", "315360000000", "9223372036854775807"}) {
    const auto refused = valid_for(longer);
    EXPECT_EQ(refused.status, 400u) << longer;
    EXPECT_TRUE(refused.body.text.contains("/validity")) << refused.body.text;
  }
}

TEST_F(Administering, an_attestation_is_found_and_not_removed_while_a_definition_rests_on_it) {
  administer("attestations", R"({"id":"spare","attestationType":"holder","configuration":{}})");
  EXPECT_EQ(found("attestations", "attestationType", "holder"),
            (std::vector<std::string>{"registered", "spare"}));
  EXPECT_EQ(send("DELETE", "attestations/registered").status, 409u);
  EXPECT_EQ(send("DELETE", "attestations/spare").status, 204u);
  EXPECT_EQ(send("DELETE", "attestations/spare").status, 404u);
}

TEST_F(Administering, what_is_made_stands_where_the_answer_says) {
  for (const auto* path : {"holders", "holders/"}) {
    const auto did = "did:web:127.0.0.1%3A7083:" + std::to_string(std::string_view(path).size());
    const auto made = send("POST", path, fmt::format(R"({{"holderId":"{0}","did":"{0}"}})", did));
    ASSERT_EQ(made.status, 201u) << made.body.text;
    const std::string location(made.headers.get("Location").value_or(""));
    const auto shown = house.ask({"GET", house.administration_url(location), {}, {}});
    ASSERT_EQ(shown.status, 200u) << location;
    EXPECT_EQ(text(read(shown), "did"), did);
    EXPECT_FALSE(location.contains("//")) << location;
  }
}

TEST_F(Administering, a_holder_is_changed_and_found) {
  const auto changed = fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"Renamed"}})", holder.did());
  EXPECT_EQ(send("PUT", "holders", changed).status, 200u);
  const auto shown = read(send("GET", holder_path(holder)));
  EXPECT_EQ(text(shown, "holderName"), "Renamed");
  EXPECT_EQ(text(shown, "participantContextId"), "issuer");
  EXPECT_EQ(found("holders", "did", other.did().str()), std::vector{other.did().str()});
  EXPECT_EQ(send("PUT", "holders", R"({"holderId":"nobody","did":"did:web:nobody"})").status, 404u);
}

}  // namespace kontor::runtime::issuer_service::testing
