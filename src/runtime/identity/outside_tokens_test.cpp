#include "runtime/identity/outside_tokens.hpp"

#include "runtime/secrets/secrets.hpp"
#include "testing/house/world.hpp"
#include "testing/party/wallet.hpp"

// A participant whose keys are elsewhere: tokens in its name are made by its own secure token service.
namespace kontor::runtime::identity {
namespace {

using kontor::testing::error_code_of;
using kontor::testing::Wallet;
namespace dcp = protocol::dcp;
namespace http = platform::http;

constexpr auto identities = "/api/identity/v1beta/participants";

class OutsideTokensTest : public kontor::testing::World {
 protected:
  OutsideTokensTest() {
    house.open();
    const auto created = create(R"(,"tokenService":)" + service(wallet.token_url()));
    EXPECT_EQ(created.status, 200u) << created.body.text;
    write_secret(wallet.secret());
    activate();
  }

  std::string service(const std::string& url) {
    return R"({"tokenUrl":")" + url + R"(","clientId":")" + wallet.client() +
           R"(","clientSecretAlias":"sts"})";
  }
  http::Response create(const std::string& more, const std::string& did = "") {
    return send("POST", "",
                R"({"participantContextId":"globex","did":")" + (did.empty() ? peer.did().str() : did) +
                    R"(")" + more + "}");
  }
  http::Response send(std::string method, const std::string& path, const std::string& body = "") {
    http::Request request{std::move(method), house.administration_url(identities + path), {}, {body, {}}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  void write_secret(const std::string& value) {
    ASSERT_TRUE(
        loop.run(house.vault->put_secret(globex, secrets::name_in_vault("sts"), crypto::Secret(value))));
  }
  /// As the proof does it.
  void activate() {
    auto owner = loop.run(house.contexts->load(globex)).value();
    ASSERT_TRUE(loop.run(house.contexts->claim(owner.entity, "test")));
    ASSERT_TRUE(loop.run(house.contexts->set_active(globex, true, "test")));
  }
  Result<std::string> plain() { return loop.run(house.tokens->plain(globex, acme_did)); }
  /// What the service answers instead of a token of its own.
  Result<std::string> answered(unsigned status, std::string body) {
    server.answer(peer.path("/token"), std::move(body), status);
    return plain();
  }
  std::string holding(const std::string& authorization) {
    return R"({"access_token":")" + authorization.substr(7) + R"(","token_type":"Bearer","expires_in":1})";
  }
  Result<dcp::Caller> believed(const std::string& authorization) {
    return loop.run(house.verifier->verify(authorization, {acme, false}, house.soon()));
  }

  ContextId globex{"globex"};
  Wallet wallet{peer, [this] { return now(); }};
};

}  // namespace

TEST_F(OutsideTokensTest, who_keeps_its_keys_elsewhere_gets_its_tokens_there) {
  const auto token = plain();
  ASSERT_TRUE(token) << token.error().message();
  const auto caller = believed(*token);
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->did, peer.did());
  EXPECT_FALSE(caller->access_token);
  EXPECT_EQ(wallet.made(), 1u);
  EXPECT_EQ(loop.run(house.contexts->load(globex))->entity.state, ContextState::activated);
  EXPECT_TRUE(loop.run(house.keys->key_pairs(globex))->empty()) << "there is no key of ours";
}

TEST_F(OutsideTokensTest, scopes_are_granted_and_an_access_token_is_handed_back_by_it) {
  const auto granting =
      loop.run(house.tokens->granting(globex, acme_did, {{.value = "MembershipCredential"}})).value();
  EXPECT_TRUE(believed(granting)->access_token);
  const auto presenting = loop.run(house.tokens->presenting(globex, acme_did, "what.it.says")).value();
  EXPECT_EQ(believed(presenting)->access_token, "what.it.says");
}

TEST_F(OutsideTokensTest, a_participant_that_is_not_active_gets_no_token_from_anywhere) {
  ASSERT_TRUE(loop.run(house.contexts->set_active(globex, false, "test")));
  EXPECT_EQ(error_code_of(plain()), ErrorCode::forbidden);
  EXPECT_EQ(wallet.made(), 0u);
}

TEST_F(OutsideTokensTest, the_secret_does_not_go_in_the_clear) {
  http::SecretClient strict(*house.client, {});
  OutsideTokens tokens(strict, *house.vault, loop.clock());
  const auto refused = loop.run(tokens.ask({.context = globex,
                                            .service = {wallet.token_url(), wallet.client(), "sts"},
                                            .issuer = peer.did(),
                                            .audience = acme_did}));
  EXPECT_EQ(error_code_of(refused), ErrorCode::address_refused);
  EXPECT_EQ(wallet.made(), 0u);
}

TEST_F(OutsideTokensTest, a_secret_that_is_not_there_or_wrong_is_told_and_never_repeated) {
  ASSERT_TRUE(loop.run(house.vault->delete_secret(globex, secrets::name_in_vault("sts"))));
  const auto missing = plain();
  EXPECT_EQ(error_code_of(missing), ErrorCode::unavailable);
  EXPECT_TRUE(missing.error().message().contains("'sts'")) << missing.error().message();
  write_secret("another-secret");
  const auto wrong = plain();
  EXPECT_EQ(error_code_of(wrong), ErrorCode::peer_refused);
  EXPECT_TRUE(wrong.error().message().contains("invalid_client")) << wrong.error().message();
  const auto repeated = answered(400, R"({"error":"x","error_description":"another-secret"})");
  EXPECT_FALSE(repeated.error().message().contains("another-secret")) << repeated.error().message();
}

TEST_F(OutsideTokensTest, an_answer_that_may_pass_is_told_apart_from_a_final_one) {
  EXPECT_EQ(error_code_of(answered(503, "")), ErrorCode::peer_unavailable);
  EXPECT_EQ(error_code_of(answered(429, "")), ErrorCode::peer_unavailable);
  EXPECT_EQ(error_code_of(answered(404, "")), ErrorCode::peer_refused);
  EXPECT_EQ(error_code_of(answered(200, "no JSON")), ErrorCode::peer_refused);
  EXPECT_EQ(error_code_of(answered(200, R"({"access_token":"no token"})")), ErrorCode::peer_refused);
  server.stop();
  EXPECT_EQ(error_code_of(plain()), ErrorCode::peer_unavailable);
}

TEST_F(OutsideTokensTest, a_token_of_another_or_for_another_is_not_handed_on) {
  const auto of_another = issuer.authorization(issuer.self_issued(acme_did, now()));
  EXPECT_EQ(error_code_of(answered(200, holding(of_another))), ErrorCode::peer_refused);
  const auto for_another = peer.authorization(peer.self_issued(issuer.did(), now()));
  EXPECT_EQ(error_code_of(answered(200, holding(for_another))), ErrorCode::peer_refused);
}

TEST_F(OutsideTokensTest, an_answer_without_end_and_one_that_leads_elsewhere_are_refused) {
  EXPECT_EQ(error_code_of(answered(200, std::string(70'000, ' '))), ErrorCode::too_large);
  kontor::testing::redirect(server, peer.path("/token"));
  EXPECT_EQ(error_code_of(plain()), ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
}

TEST_F(OutsideTokensTest, its_service_is_shown_and_replaced_and_the_secret_is_not) {
  const auto shown = send("GET", "/globex/tokenservice");
  EXPECT_EQ(shown.status, 200u);
  EXPECT_TRUE(shown.body.text.contains(wallet.token_url())) << shown.body.text;
  EXPECT_FALSE(shown.body.text.contains(wallet.secret()));
  EXPECT_EQ(send("GET", "/acme/tokenservice").status, 404u);
  EXPECT_EQ(send("PUT", "/acme/tokenservice", service(wallet.token_url())).status, 404u);
  EXPECT_EQ(send("PUT", "/globex/tokenservice", service("ftp://example.org")).status, 400u);
  ASSERT_TRUE(plain());
  EXPECT_EQ(send("PUT", "/globex/tokenservice", service(server.url("/nowhere"))).status, 204u);
  EXPECT_EQ(error_code_of(plain()), ErrorCode::peer_refused) << "the next token is asked for there";
}

TEST_F(OutsideTokensTest, keys_or_a_token_service_and_that_for_who_brings_a_did_along) {
  const auto key = std::string(R"(,"key":{"keyId":"k","privateKeyAlias":"k",)") +
                   R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp256r1"}})";
  const auto elsewhere = R"(,"tokenService":)" + service(wallet.token_url());
  EXPECT_EQ(create("").status, 400u);
  const auto both = create(key + elsewhere);
  EXPECT_EQ(both.status, 400u);
  EXPECT_TRUE(both.body.text.contains("/tokenService")) << both.body.text;
  const auto hosted = create(elsewhere, acme_did.str() + "-too");
  EXPECT_EQ(hosted.status, 400u);
  EXPECT_TRUE(hosted.body.text.contains("/tokenService")) << hosted.body.text;
}

TEST_F(OutsideTokensTest, one_that_would_be_sent_the_secret_in_the_clear_is_refused_where_it_is_named) {
  const auto clear = service("http://sts.example.org/token");
  const auto created = create(R"(,"tokenService":)" + clear);
  EXPECT_EQ(created.status, 400u);
  EXPECT_TRUE(created.body.text.contains("/tokenService/tokenUrl")) << created.body.text;
  const auto replaced = send("PUT", "/globex/tokenservice", clear);
  EXPECT_EQ(replaced.status, 400u);
  EXPECT_TRUE(replaced.body.text.contains("/tokenUrl")) << replaced.body.text;
  EXPECT_TRUE(plain()) << "the one before is still asked";
}

TEST_F(OutsideTokensTest, nothing_is_published_for_it_here) {
  EXPECT_EQ(error_code_of(loop.run(house.contexts->published_document(peer.did()))), ErrorCode::not_found);
}

}  // namespace kontor::runtime::identity
