#include "runtime/secure_token_service/secure_tokens.hpp"

#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "protocol/dcp/tokens.hpp"
#include "protocol/jose/jwt.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::secure_token_service {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace jose = protocol::jose;

const std::string member_scope = "org.eclipse.dspace.dcp.vc.type:MembershipCredential:read";
const std::string identities = "/api/identity/v1beta/participants";
const std::string long_secret = "a-secret-of-more-than-32-characters";

std::string text_at(const http::Response& response, std::string_view member) {
  const auto body = json::parse(response.body.text).value();
  const auto* found = json::find(body, member);
  return found && found->is_string() ? std::string(found->get_string()) : "";
}

std::string error_of(const http::Response& response) {
  return std::to_string(response.status) + " " + text_at(response, "error");
}

class SecureTokensTest : public ::testing::Test {
 protected:
  SecureTokensTest() {
    bind_routes(*house.router, service);
    house.open();
    const auto created = create(manifest("acme", acme_did()));
    EXPECT_EQ(created.status, 200u) << created.body.text;
    secret = text_at(created, "clientSecret");
    globex = house.participant("globex");
  }

  ~SecureTokensTest() override { house.close(); }

  std::string acme_did() {
    const auto host = house.url().substr(std::string("http://").size());
    return "did:web:" + text::percent_encode(host) + ":acme";
  }
  static std::string manifest(const std::string& context, const std::string& did,
                              const std::string& rest = "") {
    return R"({"participantContextId":")" + context + R"(","did":")" + did +
           R"(","key":{"keyId":"key-1","privateKeyAlias":"key-1",)" +
           R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp256r1"}})" + rest + "}";
  }
  http::Response create(const std::string& body) {
    return house.post(house.administration_url(identities), body);
  }
  http::Response send(const std::string& method, const std::string& path, const std::string& body = "") {
    http::Request request{method, house.administration_url(path), {}, {body, {}}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  http::Response set_secret(const std::string& context, const std::string& chosen) {
    return send("PUT", identities + "/" + context + "/account", R"({"clientSecret":")" + chosen + R"("})");
  }

  http::Response form(const std::string& body) {
    http::Request request{"POST", house.administration_url("/api/sts/token"), {}, {body, {}}};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    return house.ask(std::move(request));
  }
  static std::string member(const std::string& name, const std::string& value) {
    return "&" + name + "=" + text::percent_encode(value);
  }
  http::Response ask(const std::string& client, const std::string& client_secret,
                     const std::string& rest = "") {
    return form("grant_type=client_credentials" + member("client_id", client) +
                member("client_secret", client_secret) + member("audience", globex.str()) + rest);
  }
  http::Response ask_as_acme(const std::string& rest = "") { return ask(acme_did(), secret, rest); }
  jose::Jwt token_in(const http::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body.text;
    return jose::parse_jwt(text_at(response, "access_token")).value();
  }
  Result<dcp::Caller> verified(const http::Response& response, bool with_access_token) {
    return loop.run(house.verifier->verify("Bearer " + text_at(response, "access_token"),
                                           {ContextId("globex"), with_access_token}, house.soon()));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {}};
  SecureTokens service{{*house.engine, *house.contexts, *house.signing, *house.tokens}, 0};
  std::string secret;
  Did globex;
};

}  // namespace

TEST_F(SecureTokensTest, a_token_proves_the_participant_to_its_audience) {
  const auto response = ask_as_acme();
  const auto token = token_in(response);
  EXPECT_EQ(token.claims.iss, acme_did());
  EXPECT_EQ(token.claims.sub, acme_did());
  EXPECT_EQ(token.claims.aud, std::vector<std::string>{globex.str()});
  EXPECT_EQ(token.jws.header.kid, acme_did() + "#key-1");
  EXPECT_EQ(token.claims.exp, house.now() + std::chrono::minutes(5));
  EXPECT_EQ(jose::text_claim(token.claims, "token"), std::nullopt);
  EXPECT_EQ(text_at(response, "token_type"), "Bearer");
  EXPECT_EQ(json::parse(response.body.text)->at("expires_in").to_number<int>(), 300);
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  const auto caller = verified(response, false);
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->did.str(), acme_did());
}

TEST_F(SecureTokensTest, scopes_become_an_access_token_for_the_audience_alone) {
  const auto response = ask_as_acme(member("bearer_access_scope", member_scope + " " + member_scope));
  const auto caller = verified(response, true);
  ASSERT_TRUE(caller) << caller.error().message();
  const auto inner = jose::parse_jwt(caller->access_token.value()).value();
  const auto key = loop.run(house.signing->own_key(ContextId("acme"), inner.jws.header.kid.value_or("")));
  ASSERT_TRUE(key);
  const dcp::AccessTokenExpectations expected{
      .now = house.now(), .holder = Did(acme_did()), .presenter = globex};
  const auto grant = dcp::verify_access_token(inner, *key, expected);
  ASSERT_TRUE(grant) << grant.error().message();
  EXPECT_EQ(dcp::to_string(grant->scopes), member_scope + " " + member_scope);
  const dcp::AccessTokenExpectations by_another{
      .now = house.now(), .holder = Did(acme_did()), .presenter = Did("did:web:example.org")};
  EXPECT_FALSE(dcp::verify_access_token(inner, *key, by_another));
}

TEST_F(SecureTokensTest, the_token_of_the_audience_is_handed_back_as_it_is) {
  const auto token = token_in(ask_as_acme(member("token", "what.it.says")));
  EXPECT_EQ(jose::text_claim(token.claims, "token"), "what.it.says");
}

TEST_F(SecureTokensTest, scopes_win_over_a_token) {
  const auto both = member("token", "what.it.says") + member("bearer_access_scope", member_scope);
  const auto token = token_in(ask_as_acme(both));
  EXPECT_NE(jose::text_claim(token.claims, "token"), "what.it.says");
  const auto none = token_in(ask_as_acme(member("token", "what.it.says") + "&bearer_access_scope="));
  EXPECT_EQ(jose::text_claim(none.claims, "token"), "what.it.says") << "nothing is no scope";
}

TEST_F(SecureTokensTest, each_answer_is_a_token_of_its_own) {
  const auto first = token_in(ask_as_acme());
  const auto second = token_in(ask_as_acme());
  EXPECT_NE(first.claims.jti, second.claims.jti);
}

TEST_F(SecureTokensTest, what_is_missing_or_cannot_be_read_is_named) {
  const std::string grant = "grant_type=client_credentials";
  const auto id = member("client_id", acme_did());
  const auto proof = member("client_secret", secret);
  const auto whom = member("audience", globex.str());
  const auto refused = [&](const std::string& body) {
    const auto response = form(body);
    return error_of(response) + " " + text_at(response, "error_description").substr(0, 14);
  };
  EXPECT_EQ(refused(id.substr(1) + proof + whom), "400 invalid_request /grant_type is");
  EXPECT_EQ(refused(grant + proof + whom), "400 invalid_request /client_id is ");
  EXPECT_EQ(refused(grant + "&client_id=" + proof + whom), "400 invalid_request /client_id mus");
  EXPECT_EQ(refused(grant + id + whom), "400 invalid_request /client_secret");
  EXPECT_EQ(refused(grant + id + "&client_secret=" + whom), "400 invalid_request /client_secret");
  EXPECT_EQ(refused(grant + id + proof), "400 invalid_request /audience is r");
  EXPECT_EQ(refused(grant + id + proof + "&audience=globex"), "400 invalid_request /audience must");
  EXPECT_EQ(error_of(form("grant_type=password" + id + proof + whom)), "400 unsupported_grant_type");
  EXPECT_EQ(error_of(ask_as_acme("&bearer_access_scope=everything")), "400 invalid_scope");
}

TEST_F(SecureTokensTest, an_unknown_client_and_a_wrong_secret_are_answered_alike) {
  const auto unknown = ask("did:web:example.org:nobody", secret);
  EXPECT_EQ(error_of(unknown), "401 invalid_client");
  // Globex has no account; a context id is no client id; what cannot be an id is none.
  for (const auto& other :
       {ask(acme_did(), "wrong"), ask(acme_did(), secret + " "), ask(globex.str(), secret),
        ask("acme", secret), ask(std::string(2000, 'x'), secret), ask(acme_did(), std::string(2000, 'x'))}) {
    EXPECT_EQ(other.status, 401u);
    EXPECT_EQ(other.body.text, unknown.body.text);
  }
}

TEST_F(SecureTokensTest, a_store_that_does_not_answer_is_no_wrong_secret) {
  loop.run(house.store->close());
  EXPECT_EQ(error_of(ask("did:web:example.org:nobody", secret)), "503 server_error");
}

TEST_F(SecureTokensTest, the_secret_of_one_participant_is_none_of_anothers) {
  ASSERT_EQ(set_secret("globex", long_secret).status, 204u);
  EXPECT_EQ(ask(globex.str(), long_secret).status, 200u);
  EXPECT_EQ(error_of(ask(globex.str(), secret)), "401 invalid_client");
  EXPECT_EQ(error_of(ask(acme_did(), long_secret)), "401 invalid_client");
}

TEST_F(SecureTokensTest, a_participant_that_is_not_active_gets_no_token) {
  ASSERT_EQ(ask_as_acme().status, 200u);
  ASSERT_TRUE(loop.run(house.contexts->set_active(ContextId("acme"), false, "test")));
  EXPECT_EQ(error_of(ask_as_acme()), "401 invalid_client");
  ASSERT_TRUE(loop.run(house.contexts->set_active(ContextId("acme"), true, "test")));
  EXPECT_EQ(ask_as_acme().status, 200u);
}

TEST_F(SecureTokensTest, a_participant_without_a_key_for_tokens_is_told_so) {
  identity::NewIdentityContext order;
  order.context.id = ContextId("keyless");
  order.context.did = Did("did:web:example.org:keyless");
  order.keys = {{.key_id = "key-1",
                 .alias = platform::vault::KeyAlias("key-1"),
                 .usages = {domain::key_pair::Usage::sign_credentials}}};
  ASSERT_TRUE(loop.run(house.contexts->create(std::move(order), "test")));
  ASSERT_EQ(set_secret("keyless", long_secret).status, 204u);
  EXPECT_EQ(error_of(ask("did:web:example.org:keyless", long_secret)), "400 invalid_request");
}

// Nobody was proven before, so that nothing is known of the account but its hash.
TEST_F(SecureTokensTest, a_stranger_that_guesses_locks_no_tenant_out) {
  for (int i = 0; i < 11; ++i) ask(acme_did(), std::to_string(i));
  EXPECT_EQ(ask_as_acme().status, 429u) << "from where was guessed";
  const protocol::api::secure_token::TokenRequest right{.grant_type = "client_credentials",
                                                        .client_id = acme_did(),
                                                        .client_secret = secret,
                                                        .audience = globex,
                                                        .bearer_access_scope = {},
                                                        .token = {}};
  const auto elsewhere = loop.run(service.issue(right, "192.0.2.1"));
  EXPECT_TRUE(elsewhere) << elsewhere.error().message();
  EXPECT_EQ(ask_as_acme().status, 200u) << "who was proven is known behind the same gateway too";
}

TEST_F(SecureTokensTest, who_keeps_its_keys_elsewhere_has_no_tokens_of_ours) {
  identity::NewIdentityContext order;
  order.context.id = ContextId("elsewhere");
  order.context.did = Did("did:web:elsewhere.example");
  order.token_service = {house.administration_url("/api/sts/token"), order.context.did.str(), "sts"};
  const auto owner = loop.run(house.contexts->create(std::move(order), "test")).value();
  ASSERT_TRUE(loop.run(house.contexts->claim(owner, "test")));
  ASSERT_TRUE(loop.run(house.contexts->set_active(owner.id, true, "test")));
  ASSERT_EQ(set_secret("elsewhere", long_secret).status, 204u);
  EXPECT_EQ(error_of(ask(owner.did.str(), long_secret)), "401 invalid_client");
}

TEST_F(SecureTokensTest, an_account_is_opened_with_the_participant_and_its_secret_told_once) {
  const auto created = create(manifest("initech", "did:web:example.org:initech"));
  EXPECT_EQ(text_at(created, "clientId"), "did:web:example.org:initech");
  EXPECT_EQ(created.headers.get("Cache-Control"), "no-store");
  const auto told = text_at(created, "clientSecret");
  EXPECT_EQ(told.size(), 64u);
  EXPECT_EQ(ask("did:web:example.org:initech", told).status, 200u);
  const auto shown = send("GET", identities + "/initech").body.text;
  EXPECT_EQ(shown.find(told), std::string::npos) << shown;
  EXPECT_EQ(create(manifest("initech", "did:web:example.org:initech")).status, 409u);
  EXPECT_EQ(ask("did:web:example.org:initech", told).status, 200u) << "the second creation changed nothing";
}

TEST_F(SecureTokensTest, who_wants_no_account_has_none) {
  const auto created =
      create(manifest("initech", "did:web:example.org:initech", R"(,"provisionStsAccount":false)"));
  EXPECT_EQ(created.status, 200u);
  EXPECT_TRUE(json::parse(created.body.text)->at("clientId").is_null());
  EXPECT_TRUE(json::parse(created.body.text)->at("clientSecret").is_null());
  EXPECT_EQ(send("DELETE", identities + "/initech/account").status, 404u);
}

TEST_F(SecureTokensTest, another_secret_ends_the_one_before_and_a_closed_account_gets_nothing) {
  ASSERT_EQ(ask_as_acme().status, 200u);
  ASSERT_EQ(set_secret("acme", long_secret).status, 204u);
  EXPECT_EQ(error_of(ask_as_acme()), "401 invalid_client");
  EXPECT_EQ(ask(acme_did(), long_secret).status, 200u);
  EXPECT_EQ(set_secret("acme", "short").status, 400u);
  EXPECT_EQ(set_secret("nobody", long_secret).status, 404u);
  EXPECT_EQ(send("DELETE", identities + "/acme/account").status, 204u);
  EXPECT_EQ(error_of(ask(acme_did(), long_secret)), "401 invalid_client");
  EXPECT_EQ(send("DELETE", identities + "/acme/account").status, 404u);
}

TEST_F(SecureTokensTest, the_secret_before_is_good_for_as_long_as_was_said) {
  const auto change = R"({"previousGoodForSeconds":60,"clientSecret":")" + long_secret + R"("})";
  ASSERT_EQ(send("PUT", identities + "/acme/account", change).status, 204u);
  EXPECT_EQ(ask(acme_did(), long_secret).status, 200u);
  EXPECT_EQ(ask_as_acme().status, 200u);
  loop.clock().advance(std::chrono::minutes(1));
  EXPECT_EQ(error_of(ask_as_acme()), "401 invalid_client");
  EXPECT_EQ(ask(acme_did(), long_secret).status, 200u);
}

}  // namespace kontor::runtime::secure_token_service
