#include "runtime/token_service/test_token_service.hpp"

namespace kontor::runtime::token_service::testing {

TEST_F(TokenServiceTest, a_client_proves_itself_with_a_key_of_its_own) {
  put(keyed());
  const auto answer = by_assertion(signed_by(key, saying()), "&scope=identity-api:read");
  EXPECT_EQ(jose::text_claim(claims_of(answer), "scope"), "identity-api:read");
  auto for_issuer = saying();
  for_issuer.aud = {"https://elsewhere.example", house.administration_url()};
  EXPECT_EQ(by_assertion(signed_by(key, for_issuer), "&client_id=acme").status, 200u);
  EXPECT_EQ(error_of(by_assertion(signed_by(key, saying()), "&client_id=other")), "400 invalid_request");
  EXPECT_EQ(error_of(by_assertion(signed_by(key, saying()), "&client_secret=x")), "400 invalid_request");
  EXPECT_EQ(error_of(form("grant_type=client_credentials&client_assertion_type=other&client_assertion=x")),
            "400 invalid_request");
}

TEST_F(TokenServiceTest, an_assertion_is_the_clients_for_us_short_lived_and_serves_once) {
  put(keyed());
  const auto once = signed_by(key, saying());
  EXPECT_EQ(by_assertion(once).status, 200u);
  EXPECT_EQ(error_of(by_assertion(once)), "401 invalid_client");
  const auto refused = [&](void (*change)(jose::Claims&, Instant)) {
    auto claims = saying();
    change(claims, house.now());
    EXPECT_EQ(error_of(by_assertion(signed_by(key, claims))), "401 invalid_client");
  };
  refused([](jose::Claims& claims, Instant) { claims.aud = {"https://elsewhere.example"}; });
  refused([](jose::Claims& claims, Instant) { claims.aud.clear(); });
  refused([](jose::Claims& claims, Instant) { claims.sub = "other"; });
  refused([](jose::Claims& claims, Instant) { claims.iss = claims.sub = "other"; });
  refused([](jose::Claims& claims, Instant) { claims.jti.reset(); });
  refused([](jose::Claims& claims, Instant) { claims.jti = std::string(257, 'x'); });
  refused([](jose::Claims& claims, Instant) { claims.exp.reset(); });
  refused([](jose::Claims& claims, Instant now) { claims.exp = now - 6s; });
  refused([](jose::Claims& claims, Instant now) { claims.exp = now + 11min; });
  const auto stranger = crypto::PrivateKey::generate(crypto::KeyType::p256, loop.random()).value();
  EXPECT_EQ(error_of(by_assertion(signed_by(stranger, saying()))), "401 invalid_client");
  EXPECT_EQ(error_of(by_assertion("no.token.here")), "401 invalid_client");
}

TEST_F(TokenServiceTest, a_client_with_keys_has_no_secret_and_no_private_half_comes_here) {
  const auto put_answer = put(keyed());
  EXPECT_EQ(put_answer.status, 200u);
  const auto shown = json::decode<api::Client>(put_answer.body.text).value();
  EXPECT_FALSE(shown.client_secret);
  EXPECT_EQ(shown.jwks->keys.size(), 1u);
  EXPECT_EQ(error_of(token("acme", "")), "400 invalid_request");
  EXPECT_EQ(error_of(token("acme", "anything")), "401 invalid_client");
  auto half = json::encode(keyed());
  half.replace(half.find(R"("crv")"), 0, R"("d":"AAAA",)");
  http::Request request{"PUT", house.administration_url(clients_path + "acme"), {}, {half, {}}};
  request.headers.set("Content-Type", "application/json");
  EXPECT_EQ(house.ask(std::move(request)).status, 400u);
}

}  // namespace kontor::runtime::token_service::testing
