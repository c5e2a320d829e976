#include <set>

#include "runtime/credential_service/test_service.hpp"

// The Identity API's single credentials, asked over HTTP.
namespace kontor::runtime::credential_service::testing {
namespace {

class ByHand : public CredentialServiceTest {
 protected:
  http::Response ask(std::string method, std::string below, std::string body = "",
                     const std::string& context = "acme") {
    http::Request request{std::move(method), {}, {}, {std::move(body), {}}};
    request.target =
        house.administration_url("/api/identity/v1beta/participants/" + context + "/credentials" + below);
    if (!request.body.text.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  static std::string manifest(const std::string& token, const std::string& rest = "") {
    return R"({"verifiableCredentialContainer":{"rawVc":")" + token + R"("})" + rest + "}";
  }
  std::string token_of(const vc::Credential& credential) { return issuer.issue(credential, now()); }
  /// The answer to a credential of the issuer, changed before it is signed.
  http::Response bring_changed(const std::function<void(vc::Credential&)>& change) {
    auto credential = membership_of(acme);
    change(credential);
    return ask("POST", "", manifest(token_of(credential)));
  }
  json::Value shown(const std::string& below) { return json::parse(ask("GET", below).body.text).value(); }
  void hold(const std::string& id, const std::function<void(vc::Credential&)>& change = [](auto&) {}) {
    auto credential = membership_of(acme);
    change(credential);
    ASSERT_EQ(ask("POST", "", manifest(token_of(credential), R"(,"id":")" + id + "\"")).status, 204u) << id;
  }
  void read_status(const std::string& id, credential::StatusRead status) {
    ASSERT_TRUE(
        loop.run(house.engine->apply<credential::Machine>({ContextId("acme"), EntityId(id)}, status)));
  }
  std::set<std::string> listed(const std::string& query) {
    std::set<std::string> ids;
    for (const auto& each : shown(query).as_array()) ids.emplace(each.at("id").as_string());
    return ids;
  }
};

}  // namespace

TEST_F(ByHand, a_credential_that_its_holder_brings_is_kept_and_found_by_its_id) {
  const auto token = token_of(membership_of(acme));
  const auto rest = R"(,"id":"mine","participantContextId":"acme","metadata":{"from":"a friend"})";
  ASSERT_EQ(ask("POST", "", manifest(token, rest)).status, 204u);
  const auto found = shown("/mine");
  EXPECT_EQ(found.at("id").as_string(), "mine");
  EXPECT_EQ(found.at("participantContextId").as_string(), "acme");
  EXPECT_EQ(found.at("issuerId").as_string(), issuer.did().str());
  EXPECT_EQ(found.at("holderId").as_string(), acme.str());
  EXPECT_EQ(found.at("state").to_number<int>(), 500);
  EXPECT_EQ(found.at("metadata").at("from").as_string(), "a friend");
  EXPECT_EQ(found.at("verifiableCredential").at("rawVc").as_string(), token);
  EXPECT_EQ(shown("").as_array().at(0), found);
  EXPECT_EQ(ask("GET", "/other").status, 404u);
}

TEST_F(ByHand, without_an_id_it_has_the_credentials_own_and_is_kept_once) {
  const auto credential = membership_of(acme);
  const auto token = token_of(credential);
  ASSERT_EQ(ask("POST", "", manifest(token)).status, 204u);
  EXPECT_EQ(ask("POST", "", manifest(token)).status, 204u);
  ASSERT_EQ(held().size(), 1u);
  EXPECT_EQ(held()[0].id.str(), credential.id);
  EXPECT_EQ(bring_changed([&](auto& each) { each.id = credential.id; }).status, 409u)
      << "the id is that of another token";
}

TEST_F(ByHand, what_is_brought_is_checked_like_a_delivery) {
  const auto forged =
      stranger.sign(vc::credential_signing_input(membership_of(acme), issuer.signer(), now()));
  EXPECT_EQ(ask("POST", "", manifest(forged)).status, 400u);
  const auto others = bring_changed([this](auto& each) { each.subjects[0].id = stranger.did(); });
  EXPECT_EQ(others.status, 400u);
  EXPECT_TRUE(others.body.text.contains("/verifiableCredentialContainer/rawVc")) << others.body.text;
  EXPECT_EQ(bring_changed([this](auto& each) { each.valid_until = now() - std::chrono::hours(1); }).status,
            400u);
  EXPECT_EQ(bring_changed([this](auto& each) { each.issuer = stranger.did(); }).status, 400u);
  EXPECT_EQ(ask("POST", "", manifest("no token")).status, 400u);
  EXPECT_TRUE(held().empty());
}

TEST_F(ByHand, what_is_brought_beyond_the_bound_is_refused_and_what_replaces_is_not) {
  for (int i = 0; i < 6; ++i) ASSERT_EQ(bring_changed([](auto&) {}).status, 204u) << i;
  EXPECT_EQ(bring_changed([](auto&) {}).status, 429u);
  const auto id = R"(,"id":")" + held()[0].id.str() + "\"";
  EXPECT_EQ(ask("PUT", "", manifest(token_of(membership_of(acme)), id)).status, 204u);
  EXPECT_EQ(held().size(), 6u);
  const auto large =
      bring_changed([](auto& each) { each.subjects[0].claims["logo"] = std::string(9000, 'x'); });
  EXPECT_EQ(large.status, 400u);
  EXPECT_TRUE(large.body.text.contains("/verifiableCredentialContainer/rawVc")) << large.body.text;
}

TEST_F(ByHand, a_manifest_that_contradicts_its_token_or_its_path_is_refused) {
  const auto token = token_of(membership_of(acme));
  EXPECT_EQ(ask("POST", "", manifest(token, R"(,"participantContextId":"globex")")).status, 400u);
  const auto other_format =
      R"({"verifiableCredentialContainer":{"rawVc":")" + token + R"(","format":"VC2_0_JOSE"}})";
  EXPECT_EQ(ask("POST", "", other_format).status, 400u);
  EXPECT_EQ(ask("POST", "", R"({"id":"mine"})").status, 400u);
  EXPECT_TRUE(held().empty());
}

TEST_F(ByHand, another_credential_is_put_in_its_place) {
  ASSERT_EQ(ask("POST", "", manifest(token_of(membership_of(acme)), R"(,"id":"mine")")).status, 204u);
  auto other = membership_of(acme);
  other.types.back() = "OtherCredential";
  const auto token = token_of(other);
  EXPECT_EQ(ask("PUT", "", manifest(token)).status, 400u) << "which one is not said";
  EXPECT_EQ(ask("PUT", "", manifest(token, R"(,"id":"unknown")")).status, 404u);
  ASSERT_EQ(ask("PUT", "", manifest(token, R"(,"id":"mine")")).status, 204u);
  ASSERT_EQ(held().size(), 1u);
  EXPECT_EQ(held()[0].token, token);
  other.subjects[0].id = stranger.did();
  EXPECT_EQ(ask("PUT", "", manifest(token_of(other), R"(,"id":"mine")")).status, 400u);
  EXPECT_EQ(held()[0].token, token);
}

TEST_F(ByHand, a_deleted_credential_is_gone) {
  ASSERT_EQ(ask("POST", "", manifest(token_of(membership_of(acme)), R"(,"id":"mine")")).status, 204u);
  EXPECT_EQ(ask("DELETE", "/mine").status, 204u);
  EXPECT_EQ(ask("GET", "/mine").status, 404u);
  EXPECT_EQ(ask("DELETE", "/mine").status, 404u);
  EXPECT_TRUE(held().empty());
}

TEST_F(ByHand, a_credential_of_another_participant_is_as_unknown_as_none) {
  ASSERT_EQ(ask("POST", "", manifest(token_of(membership_of(acme)), R"(,"id":"mine")")).status, 204u);
  const auto globex = house.participant("globex");
  const auto token = token_of(membership_of(globex));
  for (const char* id : {"mine", "nobodys"}) {
    const auto below = "/" + std::string(id);
    EXPECT_EQ(ask("GET", below, "", "globex").status, 404u);
    EXPECT_EQ(ask("DELETE", below, "", "globex").status, 404u);
    EXPECT_EQ(ask("PUT", "", manifest(token, R"(,"id":")" + std::string(id) + "\""), "globex").status, 404u);
  }
  EXPECT_EQ(ask("POST", "", manifest(token, R"(,"participantContextId":"acme")"), "globex").status, 400u)
      << "nobody puts credentials into the context of another";
  ASSERT_EQ(held().size(), 1u);
  EXPECT_EQ(held()[0].holder, acme);
}

TEST_F(ByHand, a_list_is_narrowed_by_what_its_credentials_are_at_the_moment) {
  const auto other_type = [](auto& each) { each.types.back() = "OtherCredential"; };
  hold("good");
  hold("revoked");
  hold("other-revoked", other_type);
  hold("suspended");
  hold("ends-soon", [this](auto& each) { each.valid_until = now() + std::chrono::hours(1); });
  read_status("revoked", {.revoked = true});
  read_status("other-revoked", {.revoked = true});
  read_status("suspended", {.suspended = true});

  using Ids = std::set<std::string>;
  EXPECT_EQ(listed("?state=REVOKED"), (Ids{"revoked", "other-revoked"}));
  EXPECT_EQ(listed("?state=REVOKED&type=OtherCredential"), Ids{"other-revoked"});
  EXPECT_EQ(listed("?type=OtherCredential"), Ids{"other-revoked"});
  EXPECT_EQ(listed("?state=SUSPENDED"), Ids{"suspended"});
  EXPECT_EQ(listed("?state=SUSPENDED&type=OtherCredential"), Ids{});
  EXPECT_EQ(listed("?state=NOT_YET_VALID"), Ids{});
  EXPECT_EQ(listed("?state=ISSUED"), (Ids{"good", "ends-soon"}));
  EXPECT_EQ(listed("").size(), 5u);
}

TEST_F(ByHand, a_credential_is_listed_under_its_new_state_before_that_is_stored) {
  hold("ends-soon", [this](auto& each) { each.valid_until = now() + std::chrono::hours(1); });
  loop.run(house.engine->drain(house.soon()));  // nobody stores what time alone changes any more
  loop.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(listed("?state=EXPIRED"), std::set<std::string>{"ends-soon"});
  EXPECT_EQ(listed("?state=ISSUED"), std::set<std::string>{});
  EXPECT_EQ(held()[0].state, credential::State::issued);
}

TEST_F(ByHand, a_state_that_no_credential_can_have_is_refused_with_the_known_ones) {
  hold("mine");
  for (const std::string state : {"REVOKE", "revoked", "600", ""}) {
    const auto answer = ask("GET", "?state=" + state);
    EXPECT_EQ(answer.status, 400u) << state;
    EXPECT_TRUE(answer.body.text.contains("/state")) << answer.body.text;
    EXPECT_TRUE(answer.body.text.contains("'" + state +
                                          "' is none of: ISSUED, REVOKED, SUSPENDED, EXPIRED, NOT_YET_VALID"))
        << answer.body.text;
  }
}

TEST_F(ByHand, an_administrator_lists_the_credentials_of_all_in_pages) {
  ASSERT_EQ(ask("POST", "", manifest(token_of(membership_of(acme)))).status, 204u);
  const auto globex = house.participant("globex");
  ASSERT_EQ(ask("POST", "", manifest(token_of(membership_of(globex))), "globex").status, 204u);
  const auto page = [this](const std::string& query) {
    http::Request request;
    request.target = house.administration_url("/api/identity/v1alpha/credentials" + query);
    return house.ask(std::move(request));
  };
  EXPECT_EQ(json::parse(page("").body.text).value().as_array().size(), 2u);
  EXPECT_EQ(json::parse(page("?offset=1&limit=5").body.text).value().as_array().size(), 1u);
  EXPECT_EQ(page("?offset=-1").status, 400u);
}

}  // namespace kontor::runtime::credential_service::testing
