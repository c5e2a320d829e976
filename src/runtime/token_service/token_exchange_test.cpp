#include "base/crypto/hash.hpp"
#include "runtime/token_service/exchange_rules.hpp"
#include "runtime/token_service/test_token_service.hpp"

namespace kontor::runtime::token_service::testing {

// Token exchange over HTTP, with a real issuer on loopback.
class TokenExchangeTest : public TokenServiceTest {
 protected:
  TokenExchangeTest() {
    publish({"first", key});
    const auto put = send("POST", "/api/v1/scopes", R"([
      {"scope":"read","claims":{"scope":"identity-api:read management-api:read"}},
      {"scope":"write","claims":{"scope":"management-api:write identity-api:read"}},
      {"scope":"vault","claims":{"role":"participant"}},
      {"scope":"seven","claims":{"level":7}},{"scope":"eight","claims":{"level":8}}])");
    EXPECT_EQ(put.status, 201u) << put.body.text;
    map(R"("scopes":["read","write","vault","seven","eight","unmapped"])");
  }

  struct Signer {
    std::string kid;
    crypto::PrivateKey key;
  };
  void publish(const Signer& signer) {
    jose::Jwks keys;
    keys.keys.push_back(jose::jwk_of(signer.key.public_key()));
    keys.keys.back().kid = signer.kid;
    outside.answer("/cluster/jwks", json::encode(keys));
  }
  http::Response send(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), house.administration_url(path), {}, {}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  static std::string mapping(const std::string& rest, const std::string& client = agent,
                             const std::string& context = "acme") {
    return fmt::format(R"({{"clientIdentifier":"{}","participantContext":"{}",{}}})", client, context, rest);
  }
  void map(const std::string& rest, const std::string& context = "acme") {
    EXPECT_EQ(send("POST", "/api/v1/mappings", mapping(rest, agent, context)).status, 201u);
  }
  jose::Claims claims() {
    return {.iss = outside.url("/cluster"),
            .sub = agent,
            .aud = {house.administration_url()},
            .exp = house.now() + 5min,
            .iat = house.now()};
  }
  std::string subject_token(const std::function<void(jose::Claims&)>& change = {},
                            std::string kid = "first") {
    auto said = claims();
    if (change) change(said);
    auto input = jose::make_signing_input({.alg = jose::Algorithm::es256, .kid = std::move(kid)}, said);
    const auto signature = crypto::sign(key, bytes_of(input));
    return jose::assemble(std::move(input), signature);
  }
  /// A token under a header that the test writes, with any signature.
  std::string forged(const std::string& header, const Bytes& signature, const std::string& payload = "") {
    const auto said = payload.empty() ? json::serialize(write(claims())) : payload;
    auto input = text::base64url_encode(bytes_of(header)) + "." + text::base64url_encode(bytes_of(said));
    return jose::assemble(std::move(input), signature);
  }
  http::Response exchanged(const std::string& subject, const std::string& rest = "",
                           const std::string& resource = "acme") {
    return form(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=" + subject +
        "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&resource=" + resource + rest);
  }
  std::string scope_of(const http::Response& response) {
    return jose::text_claim(claims_of(response), "scope").value_or("none");
  }

  static inline const std::string agent = "system:serviceaccount:edc-v:cfm-agents";
};

TEST_F(TokenExchangeTest, a_workloads_token_becomes_one_of_ours_for_a_participant) {
  const auto answer = exchanged(subject_token(), "&scope=read");
  const auto said = claims_of(answer);
  EXPECT_EQ(said.sub, "acme");
  EXPECT_EQ(said.iss, house.administration_url());
  EXPECT_EQ(said.aud, std::vector{house.administration_url()});
  EXPECT_EQ(said.exp, house.now() + 10min);
  EXPECT_TRUE(said.nbf && said.iat && said.jti);
  EXPECT_EQ(jose::text_claim(said, "participant_context_id"), "acme");
  EXPECT_EQ(jose::text_claim(said, "scope"), "identity-api:read management-api:read");
  EXPECT_EQ(json::serialize(said.rest.at("act")),
            fmt::format(R"({{"sub":"{}","iss":"{}"}})", agent, outside.url("/cluster")));
  const auto body = json::decode<api::TokenResponse>(answer.body.text).value();
  EXPECT_EQ(body.issued_token_type, "urn:ietf:params:oauth:token-type:jwt");
  EXPECT_EQ(body.token_type, "Bearer");
  EXPECT_EQ(body.scope, "read") << "what was asked for, as the reference echoes it";
  EXPECT_EQ(body.expires_in, 600);
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
}

TEST_F(TokenExchangeTest, both_styles_of_claims_are_understood_by_our_apis) {
  platform::auth::TokenVerifier ours(house.scope, loop.clock(), *house.client,
                                     {.issuers = {{house.administration_url(), jwks_url(), ""}}});
  const auto by_scope =
      loop.run(ours.verify("Bearer " + token_of(exchanged(subject_token(), "&scope=read"))));
  ASSERT_TRUE(by_scope);
  EXPECT_FALSE(by_scope->role);
  EXPECT_EQ(by_scope->context, ContextId("acme"));
  EXPECT_TRUE(by_scope->scopes.contains("identity-api:read"));
  const auto by_role =
      loop.run(ours.verify("Bearer " + token_of(exchanged(subject_token(), "&scope=vault"))));
  ASSERT_TRUE(by_role);
  EXPECT_EQ(by_role->role, Role::participant);
  EXPECT_EQ(by_role->context, ContextId("acme"));
}

TEST_F(TokenExchangeTest, scopes_are_composed_of_what_each_means) {
  EXPECT_EQ(scope_of(exchanged(subject_token(), "&scope=read%20write")),
            "identity-api:read management-api:read management-api:write");
  EXPECT_EQ(scope_of(exchanged(subject_token())), "none") << "what is not asked for is not granted";
  EXPECT_EQ(scope_of(exchanged(subject_token(), "&scope=unmapped")), "none");
  EXPECT_EQ(error_of(exchanged(subject_token(), "&scope=seven%20eight")), "400 invalid_scope");
}

TEST_F(TokenExchangeTest, what_no_mapping_grants_is_refused_whole) {
  EXPECT_EQ(error_of(exchanged(subject_token(), "&scope=read%20admin")), "403 unauthorized_client");
  EXPECT_EQ(error_of(exchanged(subject_token(), "", "globex")), "403 unauthorized_client");
  const auto other = subject_token([](jose::Claims& said) { said.sub = "system:serviceaccount:x:y"; });
  EXPECT_EQ(error_of(exchanged(other)), "403 unauthorized_client");
}

TEST_F(TokenExchangeTest, the_audience_is_ours_or_one_that_the_mapping_names) {
  const auto audience = [&](const std::string& resource, const std::string& rest) {
    const auto answer = exchanged(subject_token(), rest, resource);
    return answer.status == 200 ? claims_of(answer).aud.at(0) : error_of(answer);
  };
  const auto own = house.administration_url();
  const auto asking_for_own = "&audience=" + text::percent_encode(own);
  EXPECT_EQ(audience("acme", asking_for_own), own);
  EXPECT_EQ(audience("acme", "&audience=edcv"), "403 unauthorized_client");
  map(R"("scopes":[],"audiences":["edcv"])", "globex");
  EXPECT_EQ(audience("globex", "&audience=edcv"), "edcv");
  EXPECT_EQ(audience("globex", ""), "403 unauthorized_client");
  map(fmt::format(R"("scopes":[],"audiences":["edcv","{}"])", own), "initech");
  EXPECT_EQ(audience("initech", ""), own);
}

TEST_F(TokenExchangeTest, a_subject_token_that_is_not_good_is_refused) {
  const auto refused = [&](const char* what, const std::string& subject) {
    EXPECT_EQ(error_of(exchanged(subject)), "400 invalid_grant") << what;
  };
  const auto with = [&](auto change) { return subject_token(change); };
  refused("no token", "nonsense");
  refused("an expired one", with([&](jose::Claims& said) { said.exp = house.now() - 6s; }));
  refused("one without end", with([](jose::Claims& said) { said.exp.reset(); }));
  refused("one that is good later", with([&](jose::Claims& said) { said.nbf = house.now() + 1min; }));
  refused("one for somebody else",
          with([](jose::Claims& said) { said.aud = {"https://kubernetes.default"}; }));
  refused("one for nobody", with([](jose::Claims& said) { said.aud.clear(); }));
  refused("one of an unknown issuer",
          with([](jose::Claims& said) { said.iss = "https://elsewhere.example"; }));
  refused("one of nobody", with([](jose::Claims& said) { said.iss.reset(); }));
  refused("one about nobody", with([](jose::Claims& said) { said.sub.reset(); }));
  refused("one of an unknown key", subject_token({}, "second"));
  auto changed = subject_token();
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  refused("another signature", changed);
  refused("a long one", std::string(20'000, 'a'));
}

TEST_F(TokenExchangeTest, the_algorithm_is_that_of_the_issuers_key) {
  const auto refused = [&](const char* what, const std::string& subject) {
    EXPECT_EQ(error_of(exchanged(subject)), "400 invalid_grant") << what;
  };
  ASSERT_EQ(exchanged(subject_token()).status, 200u) << "the issuer's keys are known";
  refused("no algorithm", forged(R"({"alg":"none","kid":"first"})", {}));
  const auto public_half = json::encode(jose::jwk_of(key.public_key()));
  const auto mac = crypto::sha256(bytes_of(public_half));
  refused("the public key as a secret",
          forged(R"({"alg":"HS256","kid":"first"})", Bytes(mac.begin(), mac.end())));
  refused("another algorithm", forged(R"({"alg":"RS256","kid":"first"})", Bytes(64, std::byte{1})));
  const auto stranger = crypto::PrivateKey::generate(crypto::KeyType::p256, loop.random()).value();
  const auto header = fmt::format(R"({{"alg":"ES256","kid":"first","jwk":{}}})",
                                  json::encode(jose::jwk_of(stranger.public_key())));
  auto input = text::base64url_encode(bytes_of(header)) + "." +
               text::base64url_encode(bytes_of(json::serialize(write(claims()))));
  const auto signature = crypto::sign(stranger, bytes_of(input));
  refused("a key inside the token", jose::assemble(input, signature));
  refused("a key at an address of the token's",
          forged(R"({"alg":"ES256","kid":"first","jku":"http://127.0.0.1/x"})", signature));
}

TEST_F(TokenExchangeTest, an_incomplete_request_is_refused_as_rfc_6749_has_it) {
  const std::string grant = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
  EXPECT_EQ(error_of(form(grant)), "400 invalid_request");
  EXPECT_EQ(error_of(form(grant + "&resource=acme")), "400 invalid_request");
  EXPECT_EQ(error_of(form(grant + "&subject_token=x")), "400 invalid_request");
  const auto complete = grant + "&resource=acme&subject_token=" + subject_token();
  EXPECT_EQ(form(complete).status, 200u) << "clients that do not say the type are served";
  EXPECT_EQ(error_of(form(complete + "&subject_token_type=urn:ietf:params:oauth:token-type:saml2")),
            "400 invalid_request");
  EXPECT_EQ(error_of(form(complete + "&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token")),
            "400 invalid_request");
  EXPECT_EQ(error_of(form(complete + "&actor_token=x")), "400 invalid_request");
  EXPECT_EQ(error_of(form(complete + "&resource=globex")), "400 invalid_request") << "a member twice";
}

TEST_F(TokenExchangeTest, a_mapping_is_for_the_issuer_whose_subjects_it_means_and_until_it_ends) {
  const auto replaced = [&](const std::string& rest) {
    return send("PUT", "/api/v1/mappings/" + text::percent_encode(agent) + "/acme", mapping(rest)).status;
  };
  EXPECT_EQ(replaced(R"("scopes":[],"issuer":"https://elsewhere.example")"), 400u);
  EXPECT_EQ(replaced(R"("scopes":[],"expiresAt":")" + format_instant(house.now() + 1min) + R"(")"), 204u);
  EXPECT_EQ(exchanged(subject_token()).status, 200u);
  loop.clock().advance(1min);
  EXPECT_EQ(error_of(exchanged(subject_token())), "403 unauthorized_client");
  auto stored = loop.run(exchange.mappings().find({agent, "acme"})).value();
  EXPECT_EQ(stored.issuer, outside.url("/cluster")) << "the one that is trusted, where none was said";
}

TEST_F(TokenExchangeTest, equal_names_of_two_issuers_are_two_clients) {
  const api::ResourceMapping mapping{.client_identifier = agent,
                                     .participant_context = "acme",
                                     .scopes = {},
                                     .audiences = {},
                                     .issuer = "https://one.example"};
  const auto granted = [&](const char* issuer) {
    return granted_by(mapping, {issuer, agent}, {}, "own", house.now()).has_value();
  };
  EXPECT_TRUE(granted("https://one.example"));
  EXPECT_FALSE(granted("https://other.example"));
}

TEST_F(TokenExchangeTest, one_fetch_of_keys_serves_all_who_exchange_at_once_and_a_rotation_is_seen) {
  std::vector<Task<Result<api::TokenResponse>>> callers;
  for (int i = 0; i < 10; ++i) {
    callers.push_back(exchange.exchange({.grant_type = std::string(api::token_exchange_grant),
                                         .client_id = {},
                                         .client_secret = {},
                                         .scope = {},
                                         .audience = {},
                                         .resource = "acme",
                                         .subject_token = subject_token()}));
  }
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_TRUE(each);
  EXPECT_EQ(outside.asked("/cluster/jwks"), 1u);
  for (int i = 0; i < 10; ++i) exchanged(subject_token({}, "invented-" + std::to_string(i)));
  EXPECT_EQ(outside.asked("/cluster/jwks"), 1u) << "invented key ids wait for the pause";
  publish({"second", key});
  loop.clock().advance(3s);
  EXPECT_EQ(exchanged(subject_token({}, "second")).status, 200u);
  EXPECT_EQ(outside.asked("/cluster/jwks"), 2u);
}

TEST_F(TokenExchangeTest, keys_that_are_endless_or_at_a_private_address_are_not_fetched) {
  const auto by = [&](http::Client& client, const std::string& path) {
    TokenExchange another({house.scope, *house.engine, client, service},
                          {{outside.url("/cluster"), outside.url(path), "", http::Trust::foreign}},
                          house.administration_url());
    const auto answer = loop.run(another.exchange({.grant_type = std::string(api::token_exchange_grant),
                                                   .client_id = {},
                                                   .client_secret = {},
                                                   .scope = {},
                                                   .audience = {},
                                                   .resource = "acme",
                                                   .subject_token = subject_token()}));
    return answer ? ErrorCode::internal : answer.error().code;
  };
  outside.answer("/endless", std::string(1024 * 1024, ' '));
  EXPECT_EQ(by(*house.client, "/endless"), ErrorCode::unavailable);
  const auto guarded = http::make_client(house.scope, loop.clock(), {}).value();
  EXPECT_EQ(by(*guarded, "/cluster/jwks"), ErrorCode::unavailable);
  EXPECT_EQ(outside.asked("/cluster/jwks"), 0u)
      << "loopback is no address that foreign keys are fetched from";
}

TEST_F(TokenExchangeTest, mappings_are_administered_as_their_clients_know_it) {
  const auto path = "/api/v1/mappings/" + text::percent_encode(agent);
  EXPECT_EQ(send("POST", "/api/v1/mappings", mapping(R"("scopes":[])")).status, 409u);
  EXPECT_EQ(send("PUT", path + "/acme", mapping(R"("scopes":[])", agent, "globex")).status, 400u)
      << "another than the path's";
  EXPECT_EQ(send("PUT", path + "/globex", mapping(R"("scopes":[])", agent, "globex")).status, 404u);
  map(R"("scopes":["read"])", "globex");
  EXPECT_TRUE(send("GET", "/api/v1/mappings").body.text.contains("globex"));
  EXPECT_EQ(send("DELETE", path + "/globex").status, 204u);
  EXPECT_EQ(send("DELETE", path + "/globex").status, 404u);
  map(R"("scopes":["read"])", "globex");
  EXPECT_EQ(send("DELETE", path).status, 204u);
  EXPECT_EQ(error_of(exchanged(subject_token())), "403 unauthorized_client");
  EXPECT_EQ(send("GET", "/api/v1/mappings").body.text, "[]");
}

TEST_F(TokenExchangeTest, a_scope_says_nothing_that_the_token_service_says_itself) {
  for (const char* claim : {"sub", "iss", "aud", "exp", "iat", "nbf", "act", "jti", "client_id",
                            "participant_context_id", "sharing_application"}) {
    const auto body =
        fmt::format(R"([{{"scope":"x","claims":{{}}}},{{"scope":"y","claims":{{"{}":"a"}}}}])", claim);
    EXPECT_EQ(send("POST", "/api/v1/scopes", body).status, 400u) << claim;
  }
  EXPECT_FALSE(send("GET", "/api/v1/scopes").body.text.contains(R"("x")")) << "all of a list or nothing";
  EXPECT_EQ(send("POST", "/api/v1/scopes", "[]").status, 400u);
  EXPECT_EQ(send("POST", "/api/v1/scopes", R"([{"scope":"x","claims":{}},{"scope":"x","claims":{}}])").status,
            400u);
  EXPECT_EQ(send("POST", "/api/v1/scopes", R"({"scope":"x","claims":{}})").status, 201u)
      << "one without a list";
  EXPECT_EQ(send("PUT", "/api/v1/scopes/x", R"({"scope":"x","claims":{"a":"b"}})").status, 204u);
  EXPECT_EQ(send("PUT", "/api/v1/scopes/x", R"({"scope":"y","claims":{}})").status, 400u);
  EXPECT_EQ(send("DELETE", "/api/v1/scopes/x").status, 204u);
  EXPECT_EQ(send("DELETE", "/api/v1/scopes/x").status, 404u);
}

TEST_F(TokenExchangeTest, a_provisioner_lets_nobody_do_more_than_read_and_write_for_a_participant) {
  EXPECT_EQ(send("POST", "/api/v1/scopes",
                 R"([{"scope":"admin","claims":{"scope":"management-api:admin"}},
                     {"scope":"issue","claims":{"scope":"issuer-admin-api:write"}}])")
                .status,
            201u);
  call_as(Role::provisioner);
  for (const char* scope : {"admin", "issue", "vault"}) {
    const auto body = mapping(fmt::format(R"("scopes":["read","{}"])", scope), agent, "globex");
    EXPECT_EQ(send("POST", "/api/v1/mappings", body).status, 403u) << scope;
  }
  EXPECT_EQ(send("POST", "/api/v1/mappings", mapping(R"("scopes":["read","write"])", agent, "globex")).status,
            201u);
  EXPECT_EQ(send("POST", "/api/v1/scopes", R"({"scope":"read","claims":{"role":"admin"}})").status, 403u);
  call_as(Role::participant);
  EXPECT_EQ(send("GET", "/api/v1/mappings").status, 403u);
  EXPECT_EQ(send("DELETE", "/api/v1/mappings/x").status, 403u);
}

TEST_F(TokenExchangeTest, without_a_trusted_issuer_there_is_no_exchange) {
  EXPECT_EQ(service.discovery().grant_types_supported.back(), api::token_exchange_grant);
  TokenExchange nobodys({house.scope, *house.engine, *house.client, service}, {}, house.administration_url());
  EXPECT_FALSE(nobodys.offered());
}

}  // namespace kontor::runtime::token_service::testing
