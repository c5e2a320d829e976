#include "runtime/token_service/test_token_service.hpp"

namespace kontor::runtime::token_service::testing {

// Clients that have an end.
class ClientEndTest : public TokenServiceTest {
 protected:
  api::Client until(Instant end, api::Client client) {
    client.valid_until = end;
    return client;
  }
  api::Client shown(const http::Response& answer) {
    EXPECT_EQ(answer.status, 200u) << answer.body.text;
    return json::decode<api::Client>(answer.body.text).value();
  }
  std::optional<Instant> listed_end(const std::string& id) {
    const auto listed = loop.run(service.clients()).value();
    const auto found = std::ranges::find(listed, id, &api::Client::client_id);
    EXPECT_NE(found, listed.end());
    return found->valid_until;
  }
};

TEST_F(ClientEndTest, from_its_end_on_a_client_is_answered_like_one_that_there_is_not) {
  put(until(house.now() + 1h, participant()));
  loop.clock().advance(1h - 1us);
  EXPECT_EQ(token("acme", "acme-secret").status, 200u);
  loop.clock().advance(1us);
  const auto unknown = token("nobody", "acme-secret");
  for (const auto& ended : {token("acme", "acme-secret"), token("acme", "wrong"),
                            token("acme", "acme-secret", "&scope=sts-api:admin")}) {
    EXPECT_EQ(ended.status, 401u);
    EXPECT_EQ(ended.body.text, unknown.body.text);
    EXPECT_EQ(ended.headers.get("WWW-Authenticate"), "Basic");
  }
  for (int i = 0; i < 7; ++i) EXPECT_EQ(token("acme", "acme-secret").status, 401u);
  EXPECT_EQ(token("acme", "acme-secret").status, 429u) << "as whoever guesses";
}

TEST_F(ClientEndTest, a_client_that_has_ended_proves_itself_with_its_key_in_vain) {
  put(until(house.now() + 1h, keyed()));
  EXPECT_EQ(by_assertion(signed_by(key, saying())).status, 200u);
  loop.clock().advance(1h);
  const auto ended = by_assertion(signed_by(key, saying()));
  EXPECT_EQ(ended.status, 401u);
  EXPECT_EQ(ended.body.text, token("nobody", "wrong").body.text);
}

TEST_F(ClientEndTest, no_token_outlives_its_client) {
  const auto end = house.now() + 12min;
  put(until(end, participant()));
  EXPECT_EQ(claims_of(token("acme", "acme-secret")).exp, house.now() + 10min) << "nor does one live longer";
  loop.clock().advance(8min);
  const auto answer = token("acme", "acme-secret");
  EXPECT_EQ(claims_of(answer).exp, end);
  EXPECT_EQ(json::decode<api::TokenResponse>(answer.body.text)->expires_in, 240);
  put(until(end - 1us, keyed()));
  EXPECT_EQ(claims_of(by_assertion(signed_by(key, saying()))).exp, end - 1s) << "a token says whole seconds";
}

// Between the look at the client and the signature, as while its secret is checked.
TEST_F(ClientEndTest, nothing_is_signed_for_a_client_that_has_ended_meanwhile) {
  const auto late = loop.run(service.sign({.sub = "acme"}, house.now()));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::unauthenticated);
  const auto in_time = loop.run(service.sign({.sub = "acme"}, house.now() + 1s));
  ASSERT_TRUE(in_time) << in_time.error().message();
  EXPECT_EQ(in_time->expires_in, 1);
}

TEST_F(ClientEndTest, an_end_is_shown_moved_and_taken_away_where_the_client_is_changed) {
  const auto end = house.now() + 1h;
  EXPECT_EQ(shown(put(until(end, participant()))).valid_until, end);
  EXPECT_EQ(listed_end("acme"), end);
  EXPECT_EQ(set_secret("acme", std::string(64, 'f')).status, 204u);
  EXPECT_EQ(listed_end("acme"), end) << "another secret is not another end";
  EXPECT_EQ(shown(put(until(house.now(), participant()))).valid_until, house.now());
  EXPECT_EQ(error_of(token("acme", "acme-secret")), "401 invalid_client");
  EXPECT_FALSE(shown(put(participant())).valid_until);
  EXPECT_FALSE(listed_end("acme"));
  EXPECT_EQ(token("acme", "acme-secret").status, 200u);
}

TEST_F(ClientEndTest, an_end_that_is_no_moment_is_refused_with_its_place) {
  http::Request request{"PUT", house.administration_url(clients_path + "acme"), {}, {}};
  request.headers.set("Content-Type", "application/json");
  request.body.text = R"({"clientId":"acme","scopes":["identity-api:read"],"validUntil":"soon"})";
  const auto refused = house.ask(std::move(request));
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("/validUntil")) << refused.body.text;
}

TEST_F(ClientEndTest, what_was_stored_before_there_were_ends_has_none) {
  const auto before = ClientDocument::decode(R"({"id":"acme","secretHash":"h","scopes":["a:read"]})", 1);
  ASSERT_TRUE(before) << before.error().message();
  EXPECT_FALSE(before->valid_until);
  EXPECT_FALSE(ClientDocument::encode(*before).contains("validUntil")) << "and is written as it was";
  auto ending = *before;
  ending.valid_until = house.now();
  EXPECT_EQ(ClientDocument::decode(ClientDocument::encode(ending), 1)->valid_until, house.now());
}

// An installation that exchanges its own tokens too.
class ClientEndExchangeTest : public ClientEndTest {
 protected:
  ClientEndExchangeTest() {
    client.participant_context_id = "initech";  // not the client's own id
    map("initech");
  }

  void map(const std::string& subject) {
    auto mapped = loop.run(ours.mappings().create({.client_identifier = subject,
                                                   .participant_context = "globex",
                                                   .scopes = {},
                                                   .audiences = {},
                                                   .issuer = house.administration_url()},
                                                  {.subject = "admin", .role = Role::admin}));
    EXPECT_TRUE(mapped) << mapped.error().message();
  }
  Result<api::TokenResponse> exchanged(std::string subject_token) {
    return loop.run(ours.exchange({.grant_type = std::string(api::token_exchange_grant),
                                   .client_id = {},
                                   .client_secret = {},
                                   .scope = {},
                                   .audience = {},
                                   .resource = "globex",
                                   .subject_token = std::move(subject_token)}));
  }
  static std::optional<Instant> end_of(const Result<api::TokenResponse>& answer) {
    EXPECT_TRUE(answer) << answer.error().message();
    return answer ? jose::parse_jwt(answer->access_token)->claims.exp : std::nullopt;
  }

  api::Client client = participant();
  TokenExchange ours{{house.scope, *house.engine, *house.client, service},
                     {{house.administration_url(), jwks_url(), "", http::Trust::foreign}},
                     house.administration_url()};
};

TEST_F(ClientEndExchangeTest, what_a_client_exchanges_its_token_for_ends_with_it) {
  const auto end = house.now() + 12min;
  put(until(end, client));
  const auto own = token_of(token("acme", "acme-secret"));
  loop.clock().advance(5min);
  const auto once = exchanged(own);
  EXPECT_EQ(end_of(once), house.now() + 5min) << "an exchange makes no token younger";
  map("globex");
  loop.clock().advance(1min);
  EXPECT_EQ(end_of(exchanged(once->access_token)), house.now() + 4min) << "nor does one after the other";
  put(until(house.now() + 2min, client));
  EXPECT_EQ(end_of(exchanged(own)), house.now() + 2min) << "the end has been moved since";
}

TEST_F(ClientEndExchangeTest, a_client_that_has_ended_exchanges_nothing) {
  put(client);
  const auto own = token_of(token("acme", "acme-secret"));
  EXPECT_TRUE(exchanged(own));
  put(until(house.now(), client));
  const auto refused = exchanged(own);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_EQ(refused.error().pointer, "/subject_token");
  EXPECT_EQ(refused.error().detail, "the subject token is not accepted: it is good no more");
}

}  // namespace kontor::runtime::token_service::testing
