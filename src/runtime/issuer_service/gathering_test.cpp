#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

/// An issuer that asks a register what level of membership a holder has.
class Gathering : public IssuerTest {
 protected:
  Gathering() {
    administer("attestations", fmt::format(R"({{"id":"register","attestationType":"http","configuration":)"
                                           R"({{"url":"{}","claims":{{"level":"/level"}}}}}})",
                                           server.url("/register")));
    define("LevelCredential", "register",
           R"(,"mappings":[{"input":"level","output":"credentialSubject.level","required":true}])");
  }
  http::Response send(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), house.administration_url(administration + path), {}, {}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  json::Value shown(const std::string& process) {
    return json::parse(send("GET", "issuanceprocesses/" + process).body.text).value();
  }
  static std::string text(const json::Value& value, std::string_view member) {
    const auto* found = json::find(value, member);
    return found && found->is_string() ? std::string(found->get_string()) : "";
  }
  json::Value tried(std::string_view definition) {
    const auto answer = send("POST", fmt::format("credentialdefinitions/{}/evaluate", definition),
                             fmt::format(R"({{"holderId":"{}"}})", holder.did()));
    EXPECT_EQ(answer.status, 200u) << answer.body.text;
    return json::parse(answer.body.text).value();
  }
  /// Lets time pass until it is so.
  void pass_until(const std::function<bool()>& done, Duration step = 20ms) {
    for (int turns = 0; !done() && turns < 20'000; ++turns) {
      loop.run(loop.turn());
      loop.clock().advance(step);
    }
    ASSERT_TRUE(done());
  }
  issuance::IssuanceProcess process(const std::string& id) {
    return loop.run(house.engine->load<issuance::Machine>(issuer_context, EntityId(id))).value().entity;
  }
};

TEST_F(Gathering, a_request_is_kept_before_others_are_asked_and_brings_what_they_say) {
  server.answer("/register", R"({"level":"gold"})");
  const auto answer = request(holder, "LevelCredential");
  ASSERT_EQ(answer.status, 201u) << answer.body.text;
  await_delivery(process_of(answer));
  EXPECT_EQ(delivered_credential(holder).subjects.at(0).claims.at("level"), "gold");
  EXPECT_EQ(server.asked("/register"), 1u);
}

TEST_F(Gathering, a_register_that_is_away_for_a_while_refuses_nobody) {
  server.answer("/register", "", 503);
  const auto id = process_of(request(holder, "LevelCredential"));
  pass_until([&] { return server.asked("/register") >= 3; });
  EXPECT_EQ(text(shown(id), "state"), "SUBMITTED");
  const auto status = json::parse(this->status(authorization(holder), id).body.text).value();
  EXPECT_EQ(text(status, "status"), "RECEIVED");
  EXPECT_EQ(send("POST", "issuanceprocesses/" + id + "/approve").status, 409u) << "nothing is attested yet";
  server.answer("/register", R"({"level":"gold"})");
  pass_until([&] { return deliveries_to(holder) == 1; });
  EXPECT_EQ(delivered_credential(holder).subjects.at(0).claims.at("level"), "gold");
}

TEST_F(Gathering, what_failed_for_long_is_shown_with_its_reason_and_asked_again_later) {
  server.answer("/register", "", 503);
  const auto id = process_of(request(holder, "LevelCredential"));
  pass_until([&] { return process(id).gathering->again_at.has_value(); }, 1s);
  EXPECT_EQ(text(shown(id), "state"), "SUBMITTED");
  EXPECT_TRUE(text(shown(id), "errorDetail").contains("answered 503"));
  server.answer("/register", R"({"level":"gold"})");
  const auto asked = server.asked("/register");
  ASSERT_EQ(process_of(request(holder, "LevelCredential")), id)
      << "who asks again does not wait for the moment";
  await_delivery(id);
  EXPECT_EQ(server.asked("/register"), asked + 1);
}

TEST_F(Gathering, who_is_unknown_there_is_told_and_judged_anew_when_it_asks_again) {
  server.answer("/register", "", 404);
  const auto id = process_of(request_as(authorization_with(holder, "one-time"), "LevelCredential"));
  pass_until([&] { return deliveries_to(holder) == 1; });
  EXPECT_EQ(delivered_to(holder).status, dcp::DeliveryStatus::rejected);
  EXPECT_TRUE(delivered_to(holder).rejection_reason.value_or("").contains("knows nothing"));
  EXPECT_EQ(echoed(), "one-time");
  EXPECT_EQ(ended(id).failure->kind, issuance::Failure::Kind::not_granted);
  server.answer("/register", R"({"level":"gold"})");
  ASSERT_EQ(process_of(request(holder, "LevelCredential")), id);
  await_delivery(id);
  EXPECT_EQ(delivered_to(holder).status, dcp::DeliveryStatus::issued);
}

TEST_F(Gathering, what_is_known_to_be_refused_is_refused_at_once_and_nobody_is_asked) {
  administer(
      "credentialdefinitions",
      R"({"id":"Both","credentialType":"Both","format":"VC1_0_JWT","attestations":["register","approved"]})");
  EXPECT_EQ(request(holder, "Both").status, 403u);
  EXPECT_EQ(server.asked("/register"), 0u);
}

TEST_F(Gathering, the_holders_own_credentials_are_looked_at_with_the_token_of_its_request) {
  administer("attestations",
             fmt::format(R"({{"id":"member","attestationType":"presentation","configuration":)"
                         R"({{"credentialType":"MembershipCredential","trustedIssuers":["{}"]}}}})",
                         other.did()));
  define("BadgeCredential", "member",
         R"(,"mappings":[{"input":"level","output":"credentialSubject.level","required":true}])");
  auto membership = other.credential(holder.did(), "MembershipCredential", now());
  membership.subjects[0].claims["level"] = "full";
  const auto presented =
      holder.present(holder.presentation(issuer_did, {other.issue(membership, now())}, now()));
  server.answer(holder.path("/cs/presentations/query"), kontor::testing::presentation_response({presented}));
  await_delivery(process_of(request_as(authorization_with(holder, "one-time"), "BadgeCredential")));
  EXPECT_EQ(delivered_credential(holder).subjects.at(0).claims.at("level"), "full");
  const auto refused = process_of(request(other, "BadgeCredential"));
  EXPECT_TRUE(ended(refused).failure->reason.contains("no 'token'"));
}

TEST_F(Gathering, a_trial_says_what_each_source_said) {
  define("Sum", "register", R"(,"rules":[])");
  administer("credentialdefinitions", R"({"id":"All","credentialType":"All","format":"VC1_0_JWT",)"
                                      R"("attestations":["registered","register","approved"]})");
  const auto answers = [&](const json::Value& trial) {
    std::string all;
    for (const auto& each : json::find(trial, "attestations")->as_array())
      all += text(each, "id") + " " + text(each, "answer") + "; ";
    return all;
  };
  server.answer("/register", R"({"level":"gold"})");
  const auto granted = tried("Sum");
  EXPECT_EQ(text(granted, "verdict"), "APPROVED");
  EXPECT_EQ(text(*json::find(json::find(granted, "attestations")->as_array().at(0), "claims"), "level"),
            "gold");
  EXPECT_EQ(answers(tried("All")), "registered ATTESTED; register ATTESTED; approved REFUSED; ");
  server.answer("/register", "", 503);
  const auto undecided = tried("Sum");
  EXPECT_EQ(text(undecided, "verdict"), "UNDECIDED");
  EXPECT_EQ(answers(undecided), "register UNAVAILABLE; ");
  EXPECT_EQ(text(tried("All"), "verdict"), "REJECTED") << "whatever the register says";
  EXPECT_TRUE(processes().empty());
}

TEST_F(Gathering, what_is_reissued_is_asked_for_anew) {
  server.answer("/register", R"({"level":"gold"})");
  await_delivery(process_of(request(holder, "LevelCredential")));
  const auto before = delivered_credential(holder).id;
  server.answer("/register", "", 503);
  EXPECT_EQ(send("POST", "credentials/" + before + "/reissue").status, 503u);
  server.answer("/register", "", 404);
  EXPECT_EQ(send("POST", "credentials/" + before + "/reissue").status, 409u);
  server.answer("/register", R"({"level":"silver"})");
  EXPECT_EQ(send("POST", "credentials/" + before + "/reissue").status, 202u);
  pass_until([&] { return deliveries_to(holder) == 2; });
  EXPECT_EQ(delivered_credential(holder).subjects.at(0).claims.at("level"), "silver");
}

TEST_F(Gathering, what_cannot_be_asked_is_refused_when_it_is_defined) {
  const auto pointer_of = [&](std::string_view type, std::string_view configuration) {
    const auto answer =
        send("POST", "attestations",
             fmt::format(R"({{"id":"x","attestationType":"{}","configuration":{}}})", type, configuration));
    EXPECT_EQ(answer.status, 400u) << answer.body.text;
    return answer.body.text;
  };
  EXPECT_TRUE(pointer_of("http", R"({"url":"gopher://example.org"})").contains("/configuration/url"));
  EXPECT_TRUE(pointer_of("http", R"({"url":"https://example.org","secretName":"none"})")
                  .contains("/configuration/secretName"));
  EXPECT_TRUE(pointer_of("database", R"({"dataSourceName":"none","tableName":"t"})")
                  .contains("/configuration/dataSourceName"));
  EXPECT_TRUE(
      pointer_of("presentation", R"({"credentialType":"A"})").contains("/configuration/trustedIssuers"));
}

}  // namespace kontor::runtime::issuer_service::testing
