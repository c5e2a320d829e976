#include <set>

#include "runtime/token_service/test_token_service.hpp"

namespace kontor::runtime::token_service::testing {

TEST_F(TokenServiceTest, a_token_says_who_the_client_is_and_what_it_may) {
  put(participant());
  const auto response = token("acme", "acme-secret");
  const auto claims = claims_of(response);
  EXPECT_EQ(claims.iss, house.administration_url());
  EXPECT_EQ(claims.sub, "acme");
  EXPECT_EQ(jose::text_claim(claims, "role"), "participant");
  EXPECT_EQ(jose::text_claim(claims, "participant_context_id"), "acme");
  EXPECT_EQ(jose::text_claim(claims, "scope"), "management-api:write identity-api:read");
  EXPECT_EQ(claims.exp, house.now() + 10min);
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
}

TEST_F(TokenServiceTest, credentials_may_stand_in_the_header) {
  auto client = participant("s+c:r%t");
  put(client);
  const auto basic = [](std::string_view text) { return "Basic " + text::base64_encode(bytes_of(text)); };
  const std::string grant = "grant_type=client_credentials";
  EXPECT_EQ(form(grant, basic("acme:s%2Bc%3Ar%25t")).status, 200u);
  EXPECT_EQ(form(grant + "&client_id=acme", basic("acme:s%2Bc%3Ar%25t")).status, 200u);
  EXPECT_EQ(error_of(form(grant, basic("acme:wrong"))), "401 invalid_client");
  EXPECT_EQ(error_of(form(grant, basic("acme"))), "401 invalid_client");
  EXPECT_EQ(error_of(form(grant, "Basic *")), "401 invalid_client");
  EXPECT_EQ(error_of(form(grant + "&client_secret=x", basic("acme:x"))), "400 invalid_request");
  EXPECT_EQ(error_of(form(grant + "&client_id=other", basic("acme:x"))), "400 invalid_request");
}

TEST_F(TokenServiceTest, an_unknown_client_and_a_wrong_secret_are_answered_alike) {
  put(participant());
  const auto unknown = token("nobody", "acme-secret");
  for (const auto& other : {token("acme", "wrong"), token("provisioner", "wrong"),
                            token("acme", "acme-secret "), token(std::string(2000, 'x'), "x"),
                            token("acme", std::string(2000, 'x')), token("nobody", "nobody")}) {
    EXPECT_EQ(other.status, 401u);
    EXPECT_EQ(other.body.text, unknown.body.text);
    EXPECT_EQ(other.headers.get("WWW-Authenticate"), "Basic");
  }
}

TEST_F(TokenServiceTest, an_incomplete_request_is_refused) {
  EXPECT_EQ(error_of(form("")), "400 invalid_request");
  EXPECT_EQ(error_of(form("grant_type=client_credentials")), "400 invalid_request");
  EXPECT_EQ(error_of(form("grant_type=client_credentials&client_id=acme")), "400 invalid_request");
  EXPECT_EQ(error_of(form("grant_type=password&client_id=acme&client_secret=x")),
            "400 unsupported_grant_type");
}

TEST_F(TokenServiceTest, scopes_are_narrowed_and_never_widened) {
  put(participant());
  EXPECT_EQ(jose::text_claim(claims_of(token("acme", "acme-secret", "&scope=management-api:read")), "scope"),
            "management-api:read");
  for (const auto* more :
       {"identity-api:write", "management-api:admin", "management-api", "*", "sts-api:admin"}) {
    EXPECT_EQ(error_of(token("acme", "acme-secret", std::string("&scope=") + more)), "400 invalid_scope")
        << more;
  }
  EXPECT_EQ(error_of(token("acme", "acme-secret", "&scope=management-api:read%20identity-api:admin")),
            "400 invalid_scope");
}

TEST_F(TokenServiceTest, a_deleted_client_gets_no_more_tokens) {
  put(participant());
  ASSERT_EQ(token("acme", "acme-secret").status, 200u);
  EXPECT_EQ(remove("acme").status, 204u);
  EXPECT_EQ(error_of(token("acme", "acme-secret")), "401 invalid_client");
  EXPECT_EQ(remove("acme").status, 404u);
}

TEST_F(TokenServiceTest, a_secret_that_is_made_here_is_told_once_and_kept_as_a_hash) {
  const auto made = json::decode<api::Client>(put(participant(std::nullopt)).body.text).value();
  ASSERT_TRUE(made.client_secret);
  EXPECT_EQ(made.client_secret->size(), 64u);
  EXPECT_EQ(token("acme", *made.client_secret).status, 200u);
  EXPECT_FALSE(json::decode<api::Client>(put(participant(std::nullopt)).body.text)->client_secret);
  http::Request list;
  list.target = house.administration_url("/api/sts/v1/clients");
  const auto listed = house.ask(std::move(list)).body.text;
  EXPECT_TRUE(listed.contains("acme"));
  EXPECT_FALSE(listed.contains("Secret")) << listed;
  const auto stored =
      loop.run(house.engine->load<ClientDocument>(platform::store::installation_context(), EntityId("acme")));
  EXPECT_FALSE(ClientDocument::encode(stored->entity).contains(*made.client_secret));
}

TEST_F(TokenServiceTest, a_new_secret_ends_the_one_before_and_is_told_to_nobody) {
  put(participant());
  ASSERT_EQ(token("acme", "acme-secret").status, 200u);
  const std::string secret(64, 'f');
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto set = set_secret("acme", secret);
    EXPECT_EQ(set.status, 204u);
    EXPECT_EQ(set.body.text, "");
  }
  EXPECT_EQ(token("acme", secret).status, 200u);
  EXPECT_EQ(error_of(token("acme", "acme-secret")), "401 invalid_client");
  EXPECT_EQ(set_secret("acme", "short").status, 400u);
  EXPECT_EQ(set_secret("nobody", secret).status, 404u);
  EXPECT_EQ(set_secret("provisioner", secret).status, 409u);
}

TEST_F(TokenServiceTest, the_secret_before_is_good_for_as_long_as_was_said) {
  put(participant());
  const std::string secret(64, 'f');
  EXPECT_EQ(set_secret("acme", secret, 3600).status, 204u);
  EXPECT_EQ(token("acme", "acme-secret").status, 200u);
  EXPECT_EQ(token("acme", secret).status, 200u);
  loop.clock().advance(1h);
  EXPECT_EQ(error_of(token("acme", "acme-secret")), "401 invalid_client");
  EXPECT_EQ(token("acme", secret).status, 200u);
  EXPECT_EQ(set_secret("acme", std::string(64, 'e'), -1).status, 400u);
  EXPECT_EQ(set_secret("acme", std::string(64, 'e'), 31 * 86400).status, 400u);
}

TEST_F(TokenServiceTest, who_guesses_on_and_on_is_told_to_wait) {
  put(participant());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(token("acme", std::to_string(i)).status, 401u);
  const auto held_up = token("acme", "another");
  EXPECT_EQ(held_up.status, 429u);
  EXPECT_TRUE(held_up.headers.get("Retry-After"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(token("nobody", std::to_string(i)).status, 401u);
  EXPECT_EQ(token("nobody", "another").body.text, held_up.body.text) << "who there is, is not told";
  loop.clock().advance(1s);
  EXPECT_EQ(token("acme", "acme-secret").status, 200u);
}

// Nobody was proven before, so that nothing is known of the client but its hash.
TEST_F(TokenServiceTest, a_stranger_that_guesses_locks_no_tenant_out) {
  put(participant());
  for (int i = 0; i < 11; ++i) token("acme", std::to_string(i));
  EXPECT_EQ(token("acme", "acme-secret").status, 429u) << "from where was guessed";
  const api::TokenRequest right{.grant_type = "client_credentials",
                                .client_id = "acme",
                                .client_secret = "acme-secret",
                                .scope = {},
                                .audience = {}};
  const auto elsewhere = loop.run(service.issue(right, "192.0.2.1"));
  EXPECT_TRUE(elsewhere) << elsewhere.error().message();
  EXPECT_EQ(token("acme", "acme-secret").status, 200u)
      << "who was proven is known behind the same gateway too";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(token("acme", "wrong-" + std::to_string(i)).status, 429u);
  EXPECT_EQ(token("acme", "acme-secret").status, 200u);
}

TEST_F(TokenServiceTest, nobody_gets_more_rights_through_a_client_than_he_has) {
  put({.client_id = "root", .client_secret = "s", .role = "admin"});
  call_as(Role::provisioner);
  for (const auto* role : {"admin", "governance", "authority", "issuer", "operator", "provisioner"}) {
    EXPECT_EQ(put({.client_id = "mine", .client_secret = "s", .role = role}).status, 403u) << role;
  }
  EXPECT_EQ(put({.client_id = "mine", .client_secret = "s", .scopes = {"management-api:admin"}}).status,
            403u);
  auto taken_over = participant();
  taken_over.client_id = "root";
  EXPECT_EQ(put(taken_over).status, 403u);
  EXPECT_EQ(set_secret("root", std::string(64, 'f')).status, 403u);
  EXPECT_EQ(remove("root").status, 403u);
  EXPECT_EQ(token("root", "s").status, 200u);
  EXPECT_EQ(put(participant()).status, 200u);
  EXPECT_EQ(set_secret("acme", std::string(64, 'f')).status, 204u);
  EXPECT_EQ(remove("acme").status, 204u);
}

TEST_F(TokenServiceTest, a_participants_client_names_its_context) {
  auto client = participant();
  client.participant_context_id.reset();
  EXPECT_EQ(put(client).status, 400u);
  client.participant_context_id = "";
  EXPECT_EQ(put(client).status, 400u);
  client = participant();
  client.role = "superuser";
  EXPECT_EQ(put(client).status, 400u);
}

TEST_F(TokenServiceTest, a_client_of_the_configuration_is_changed_there_alone) {
  EXPECT_EQ(put({.client_id = "provisioner", .client_secret = "mine", .role = "admin"}).status, 409u);
  EXPECT_EQ(remove("provisioner").status, 409u);
  EXPECT_EQ(token("provisioner", "provisioner-secret").status, 200u);
}

TEST_F(TokenServiceTest, keys_rotate_while_tokens_of_the_one_before_are_good) {
  put(participant());
  const platform::auth::TokenVerifierConfig trusting{
      .issuers = {{.issuer = house.administration_url(), .audience = house.administration_url()}}};
  platform::auth::TokenVerifier verifier(house.scope, loop.clock(), *house.client, trusting);
  loop.clock().advance(std::chrono::hours(24 * 30) - 1min);
  const auto before = token_of(token("acme", "acme-secret"));
  EXPECT_EQ(jwks().keys.size(), 2u) << "the next one is published and does not sign yet";
  loop.clock().advance(10min);
  const auto after = token_of(token("acme", "acme-secret"));
  EXPECT_NE(jose::parse_jws(before)->header.kid, jose::parse_jws(after)->header.kid);
  EXPECT_EQ(jwks().keys.size(), 2u);
  EXPECT_TRUE(loop.run(verifier.verify("Bearer " + before)));
  EXPECT_TRUE(loop.run(verifier.verify("Bearer " + after)));
  loop.clock().advance(12min);
  ASSERT_EQ(jwks().keys.size(), 1u);
  EXPECT_EQ(jwks().keys[0].kid, jose::parse_jws(after)->header.kid);
}

TEST_F(TokenServiceTest, who_asked_for_the_keys_just_before_takes_a_token_under_the_next_one) {
  put(participant());
  const platform::auth::TokenVerifierConfig trusting{
      .issuers = {{.issuer = house.administration_url(), .audience = house.administration_url()}},
      .keys = {.max_age = std::chrono::hours(1)}};
  platform::auth::TokenVerifier elsewhere(house.scope, loop.clock(), *house.client, trusting);
  auto input = jose::make_signing_input({.alg = jose::Algorithm::es256, .kid = "nobodys"},
                                        {.iss = house.administration_url()});
  const auto signature = crypto::sign(key, bytes_of(input));
  const auto strangers = jose::assemble(std::move(input), signature);
  std::set<std::string> signers;
  loop.clock().advance(std::chrono::hours(24 * 30) - 10min - 1us);
  for (const auto step : {Duration(1us), Duration(10min - 1us), Duration(1us), Duration(1s)}) {
    EXPECT_FALSE(loop.run(elsewhere.verify("Bearer " + strangers))) << "it looks at the keys once more";
    loop.clock().advance(step);
    const auto issued = token_of(token("acme", "acme-secret"));
    signers.insert(jose::parse_jws(issued)->header.kid.value_or(""));
    EXPECT_TRUE(loop.run(elsewhere.verify("Bearer " + issued))) << signers.size();
  }
  EXPECT_EQ(signers.size(), 2u) << "another key has taken over";
}

TEST_F(TokenServiceTest, a_replica_that_was_told_nothing_publishes_and_signs_with_the_same_keys) {
  put(participant());
  TokenService replica(house.scope, *house.engine, *house.vault, options());
  const auto signer_of = [this](TokenService& process) {
    auto issued = loop.run(process.issue({"client_credentials", "acme", "acme-secret", {}, {}}, "192.0.2.1"));
    return jose::parse_jws(issued->access_token)->header.kid.value_or("");
  };
  const auto first = signer_of(replica);
  loop.clock().advance(std::chrono::hours(24 * 30) - 10min);
  EXPECT_EQ(signer_of(service), first);
  EXPECT_EQ(loop.run(replica.jwks())->keys.size(), 2u) << "the other one has made a key meanwhile";
  loop.clock().advance(10min);
  const auto second = signer_of(service);
  EXPECT_NE(second, first);
  EXPECT_EQ(signer_of(replica), second);
}

TEST_F(TokenServiceTest, a_rotation_that_comes_late_publishes_first_all_the_same) {
  put(participant());
  const auto kid = [this] { return jose::parse_jws(token_of(token("acme", "acme-secret")))->header.kid; };
  const auto first = kid();
  loop.clock().advance(std::chrono::hours(24 * 90));
  EXPECT_EQ(kid(), first) << "nobody has seen the next one yet";
  loop.clock().advance(10min);
  EXPECT_NE(kid(), first);
}

TEST_F(TokenServiceTest, one_rotation_serves_all_who_ask_at_once) {
  put(participant());
  ASSERT_EQ(token("acme", "acme-secret").status, 200u);
  loop.clock().advance(std::chrono::hours(24 * 31));
  std::vector<Task<Result<api::TokenResponse>>> callers;
  for (int i = 0; i < 10; ++i)
    callers.push_back(service.issue({"client_credentials", "acme", "acme-secret", {}, {}}, "192.0.2.1"));
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_TRUE(each);
  EXPECT_EQ(jwks().keys.size(), 2u);
}

TEST_F(TokenServiceTest, the_private_key_of_a_rotation_long_past_is_destroyed) {
  for (int i = 0; i < 3; ++i) {
    loop.clock().advance(std::chrono::hours(24 * 31));
    ASSERT_TRUE(loop.run(service.prepare_keys()));
  }
  EXPECT_EQ(loop.run(house.vault->list_keys(platform::store::installation_context()))->size(), 2u);
}

TEST_F(TokenServiceTest, what_it_can_do_is_told_at_both_addresses) {
  http::Request request;
  request.target = house.administration_url("/.well-known/oauth-authorization-server");
  const auto told = json::decode<api::Discovery>(house.ask(request).body.text).value();
  EXPECT_EQ(told.issuer, house.administration_url());
  EXPECT_EQ(told.token_endpoint, house.administration_url("/token"));
  EXPECT_EQ(told.token_endpoint_auth_methods_supported.back(), "private_key_jwt");
  request.target = house.administration_url("/.well-known/openid-configuration");
  EXPECT_EQ(json::decode<api::Discovery>(house.ask(request).body.text).value().jwks_uri, told.jwks_uri);
}

TEST_F(TokenServiceTest, a_restart_signs_with_the_same_key) {
  put(participant());
  const auto before = jose::parse_jws(token_of(token("acme", "acme-secret")))->header.kid;
  TokenService restarted(house.scope, *house.engine, *house.vault, options());
  ASSERT_TRUE(loop.run(restarted.prepare_keys()));
  const auto issued =
      loop.run(restarted.issue({"client_credentials", "acme", "acme-secret", {}, {}}, "192.0.2.1"));
  EXPECT_EQ(jose::parse_jws(issued->access_token)->header.kid, before);
}

TEST_F(TokenServiceTest, guesses_at_one_client_do_not_hold_the_others_up) {
  auto slow = options();
  slow.hashing_threads = 1;
  TokenService threaded(house.scope, *house.engine, *house.vault, std::move(slow));
  ASSERT_TRUE(loop.run(threaded.prepare_keys()));
  put(participant());
  auto other = participant("other-secret");
  other.client_id = other.participant_context_id.emplace("other");
  put(other);
  std::vector<Task<Result<api::TokenResponse>>> callers;
  for (int i = 0; i < 30; ++i)
    callers.push_back(threaded.issue({"client_credentials", "acme", std::to_string(i), {}, {}}, "192.0.2.1"));
  callers.push_back(threaded.issue({"client_credentials", "other", "other-secret", {}, {}}, "192.0.2.1"));
  const auto results = run_together(loop, std::move(callers));
  std::size_t held_off = 0;
  for (const auto& each : results) {
    if (!each && each.error().code == ErrorCode::too_many_requests) ++held_off;
  }
  EXPECT_EQ(held_off, 22u);
  EXPECT_TRUE(results.back());
}

}  // namespace kontor::runtime::token_service::testing
