#include "platform/auth/token_verifier.hpp"

#include <gtest/gtest.h>

#include "base/crypto/hash.hpp"
#include "base/crypto/test_keys.hpp"
#include "base/text/encoding.hpp"
#include "platform/auth/internal/test_issuer.hpp"

namespace kontor::platform::auth::testing {
namespace {

using namespace std::chrono_literals;
using kontor::testing::VirtualLoop;
using Verdict = Result<Caller>;

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest() : client(http::make_client(scope, loop.clock(), {}).value()) {
    issuer.publish({first});
    trust({{.issuer = issuer.name(), .audience = "kontor"}});
  }
  ~TokenVerifierTest() override { loop.run(scope.close()); }

  void trust(std::vector<TrustedIssuer> issuers) {
    verifier = std::make_unique<TokenVerifier>(scope, loop.clock(), *client,
                                               TokenVerifierConfig{.issuers = std::move(issuers)});
  }
  static IssuerKey make_key(std::string kid, crypto::KeyType type, unsigned char number) {
    const Bytes scalar(32, std::byte{number});
    return {std::move(kid), crypto::PrivateKey::from_scalar(type, scalar).value()};
  }
  Instant now() { return loop.clock().now(); }
  Verdict verify(const std::string& token) { return loop.run(verifier->verify("Bearer " + token)); }
  std::string good(const IssuerKey& key) { return TestIssuer::sign(key, issuer.claims(now())); }
  /// A good token with its claims changed before it is signed.
  Verdict with(const std::function<void(jose::Claims&)>& change) {
    auto claims = issuer.claims(now());
    change(claims);
    return verify(TestIssuer::sign(first, claims));
  }
  /// A good token under another header; `sign` makes the signature of the input.
  std::string forged(std::string header, const std::function<Bytes(std::string_view)>& sign) {
    const auto claims = json::serialize(write(issuer.claims(now())));
    auto input = text::base64url_encode(bytes_of(header)) + "." + text::base64url_encode(bytes_of(claims));
    const auto signature = sign(input);
    return jose::assemble(std::move(input), signature);
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  async::Scope scope{loop.executor()};
  TestIssuer issuer{loop};
  IssuerKey first = make_key("first", crypto::KeyType::p256, 1);
  IssuerKey second = make_key("second", crypto::KeyType::p256, 2);
  std::unique_ptr<http::Client> client;
  std::unique_ptr<TokenVerifier> verifier;
};

ErrorCode code_of(const Verdict& verdict) {
  return verdict ? ErrorCode::internal : verdict.error().code;
}
constexpr auto refused = ErrorCode::unauthenticated;

Task<Result<Caller>> having(Caller caller, std::string scopes) {
  caller.scopes = split_scopes(scopes);
  co_return caller;
}

}  // namespace

TEST_F(TokenVerifierTest, the_keys_of_an_issuer_are_found_by_its_discovery_document) {
  const auto caller = verify(good(first));
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->subject, "acme");
  EXPECT_EQ(issuer.server.asked("/.well-known/openid-configuration"), 1u);
}

TEST_F(TokenVerifierTest, configured_keys_need_no_discovery) {
  trust({{.issuer = issuer.name(), .jwks_url = issuer.server.url("/jwks"), .audience = "kontor"}});
  EXPECT_TRUE(verify(good(first)));
  EXPECT_EQ(issuer.server.asked("/.well-known/openid-configuration"), 0u);
}

TEST_F(TokenVerifierTest, a_discovery_document_of_another_issuer_is_not_believed) {
  issuer.discover_as("http://other.example");
  EXPECT_EQ(code_of(verify(good(first))), ErrorCode::unavailable);
  EXPECT_EQ(issuer.server.asked("/jwks"), 0u);
}

TEST_F(TokenVerifierTest, the_algorithms_of_oidc_providers_are_verified) {
  const auto ed = make_key("ed", crypto::KeyType::ed25519, 3);
  const IssuerKey rsa{"rsa", crypto::PrivateKey::from_pem(crypto::test::rsa_pem).value()};
  issuer.publish({first, ed, rsa});
  EXPECT_TRUE(verify(good(first)));
  EXPECT_TRUE(verify(good(ed)));
  EXPECT_TRUE(verify(good(rsa)));
}

TEST_F(TokenVerifierTest, the_style_of_role_and_participant_context_id_is_read) {
  auto claims = issuer.claims(now());
  claims.sub = "0d0cf0fb-user";
  claims.rest = {{"role", "participant"}, {"participant_context_id", "acme"}};
  const auto caller = verify(TestIssuer::sign(first, claims));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->role, Role::participant);
  EXPECT_EQ(caller->context, ContextId("acme"));
}

TEST_F(TokenVerifierTest, the_style_of_scopes_is_read_and_its_context_is_the_subject) {
  auto claims = issuer.claims(now());
  claims.rest = {{"scope", "management-api:read identity-api:write"}};
  const auto caller = verify(TestIssuer::sign(first, claims));
  ASSERT_TRUE(caller);
  EXPECT_FALSE(caller->role);
  EXPECT_EQ(caller->context, ContextId("acme"));
  EXPECT_EQ(caller->scopes, (std::set<std::string>{"identity-api:write", "management-api:read"}));
}

TEST_F(TokenVerifierTest, a_subject_is_no_context_where_a_role_is_given) {
  const auto caller = with([](jose::Claims& claims) { claims.rest = {{"role", "participant"}}; });
  ASSERT_TRUE(caller);
  EXPECT_FALSE(caller->context);
}

TEST_F(TokenVerifierTest, scopes_are_bound_each_time_and_roles_are_not) {
  std::string left = "catalog:read";
  verifier->bind_with([&left](Caller caller) { return having(std::move(caller), left); });
  const auto scoped = [](jose::Claims& claims) { claims.rest = {{"scope", "catalog:read catalog:write"}}; };
  EXPECT_EQ(with(scoped)->scopes, split_scopes("catalog:read"));
  left = "";
  EXPECT_TRUE(with(scoped)->scopes.empty()) << "also a token that is remembered";
  const auto role = [](jose::Claims& claims) {
    claims.rest = {{"role", "participant"}, {"participant_context_id", "acme"}, {"scope", "catalog:read"}};
  };
  EXPECT_EQ(with(role)->scopes, split_scopes("catalog:read"));
}

TEST_F(TokenVerifierTest, a_token_of_another_issuer_is_refused) {
  EXPECT_EQ(code_of(with([](auto& claims) { claims.iss = "http://other.example"; })), refused);
  EXPECT_EQ(code_of(with([](auto& claims) { claims.iss.reset(); })), refused);
  EXPECT_EQ(code_of(with([](auto& claims) { claims.iss = *claims.iss + "/"; })), refused);
}

TEST_F(TokenVerifierTest, a_token_for_another_audience_is_refused) {
  EXPECT_EQ(code_of(with([](auto& claims) { claims.aud = {"other"}; })), refused);
  EXPECT_EQ(code_of(with([](auto& claims) { claims.aud.clear(); })), refused);
  EXPECT_TRUE(with([](auto& claims) { claims.aud = {"other", "kontor"}; }));
}

TEST_F(TokenVerifierTest, an_issuer_without_audience_vouches_for_tokens_to_itself_alone) {
  trust({{.issuer = issuer.name()}});
  EXPECT_EQ(code_of(with([](auto& claims) { claims.aud = {"kontor"}; })), refused);
  EXPECT_EQ(code_of(with([](auto& claims) { claims.aud.clear(); })), refused);
  EXPECT_TRUE(with([this](auto& claims) { claims.aud = {issuer.name()}; }));
}

TEST_F(TokenVerifierTest, dates_hold_within_the_leeway_and_no_further) {
  const auto at = now();
  EXPECT_TRUE(with([at](auto& claims) { claims.nbf = at + 4s; }));
  EXPECT_EQ(code_of(with([at](auto& claims) { claims.nbf = at + 6s; })), refused);
  EXPECT_TRUE(with([at](auto& claims) { claims.iat = at + 4s; }));
  EXPECT_EQ(code_of(with([at](auto& claims) { claims.iat = at + 6s; })), refused);
  EXPECT_TRUE(with([at](auto& claims) { claims.iat = at - 1min, claims.exp = at - 4s; }));
  EXPECT_EQ(code_of(with([at](auto& claims) { claims.iat = at - 1min, claims.exp = at - 6s; })), refused);
  EXPECT_EQ(code_of(with([](auto& claims) { claims.exp.reset(); })), refused);
}

TEST_F(TokenVerifierTest, a_remembered_token_expires_like_any_other) {
  const auto token = good(first);
  ASSERT_TRUE(verify(token));
  loop.clock().advance(5min + 6s);
  EXPECT_EQ(code_of(verify(token)), refused);
}

TEST_F(TokenVerifierTest, a_token_without_signature_is_refused) {
  const auto none = [](std::string_view) { return Bytes{}; };
  EXPECT_EQ(code_of(verify(forged(R"({"alg":"none","kid":"first"})", none))), refused);
  EXPECT_EQ(code_of(verify(forged(R"({"alg":"ES256","kid":"first"})", none))), refused);
}

TEST_F(TokenVerifierTest, a_public_key_is_no_shared_secret) {
  const auto key = first.key.public_key();
  for (const auto& secret : {key.to_pem(), json::serialize(write(jose::jwk_of(key)))}) {
    const auto mac = [&](std::string_view input) {
      const auto digest = crypto::hmac_sha256({bytes_of(secret), bytes_of(input)});
      return Bytes(digest.begin(), digest.end());
    };
    EXPECT_EQ(code_of(verify(forged(R"({"alg":"HS256","kid":"first"})", mac))), refused);
  }
}

TEST_F(TokenVerifierTest, a_signature_by_another_key_under_a_known_id_is_refused) {
  EXPECT_EQ(code_of(verify(good({"first", second.key}))), refused);
}

TEST_F(TokenVerifierTest, a_changed_token_is_refused) {
  const auto token = good(first);
  const auto dot = token.find('.') + 10;
  auto claims_changed = token;
  claims_changed[dot] = claims_changed[dot] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(verify(claims_changed)), refused);
  auto signature_changed = token;
  auto& letter = signature_changed[token.rfind('.') + 5];
  letter = letter == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(verify(signature_changed)), refused);
  EXPECT_EQ(code_of(verify(token + ".x")), refused);
}

TEST_F(TokenVerifierTest, a_key_of_one_issuer_signs_nothing_for_another) {
  TestIssuer other(loop, "/realms/other");
  other.publish({make_key("first", crypto::KeyType::p256, 9)});
  trust({{.issuer = issuer.name(), .audience = "kontor"}, {.issuer = other.name(), .audience = "kontor"}});
  ASSERT_TRUE(verify(good(first)));
  ASSERT_TRUE(verify(TestIssuer::sign(make_key("first", crypto::KeyType::p256, 9), other.claims(now()))));
  EXPECT_EQ(code_of(verify(TestIssuer::sign(first, other.claims(now())))), refused);
}

TEST_F(TokenVerifierTest, a_token_without_key_id_is_verified_when_there_is_one_key) {
  EXPECT_TRUE(verify(good({"", first.key})));
  issuer.publish({first, second});
  loop.clock().advance(11min);
  EXPECT_EQ(code_of(verify(good({"", first.key}))), refused);
}

TEST_F(TokenVerifierTest, an_oversize_token_is_refused_unread) {
  const auto verdict = with([](auto& claims) { claims.rest = {{"scope", std::string(20'000, 'x')}}; });
  EXPECT_EQ(code_of(verdict), refused);
  EXPECT_EQ(issuer.server.asked("/jwks"), 0u);
}

TEST_F(TokenVerifierTest, a_header_that_is_no_bearer_token_is_refused) {
  for (const auto* header : {"", "Bearer", "Basic YTpi", "Bearer ", "Bearer  ", "Bearer a.b.c"}) {
    EXPECT_EQ(code_of(loop.run(verifier->verify(header))), refused) << header;
  }
}

TEST_F(TokenVerifierTest, a_key_that_is_rotated_in_is_fetched_once_for_all_who_wait) {
  ASSERT_TRUE(verify(good(first)));
  issuer.publish({first, second});
  loop.clock().advance(3s);
  std::vector<Task<Verdict>> callers;
  const auto claims = issuer.claims(now());
  for (int i = 0; i < 20; ++i) {
    auto each = claims;
    each.jti = std::to_string(i);
    callers.push_back(verifier->verify("Bearer " + TestIssuer::sign(second, each)));
  }
  for (const auto& verdict : run_together(loop, std::move(callers))) EXPECT_TRUE(verdict);
  EXPECT_EQ(issuer.server.asked("/jwks"), 2u);
}

TEST_F(TokenVerifierTest, invented_key_ids_make_one_fetch_a_pause) {
  ASSERT_TRUE(verify(good(first)));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(code_of(verify(good({"invented-" + std::to_string(i), second.key}))), refused);
  }
  EXPECT_EQ(issuer.server.asked("/jwks"), 1u);
  loop.clock().advance(3s);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(code_of(verify(good({"invented-" + std::to_string(i), second.key}))), refused);
  }
  EXPECT_EQ(issuer.server.asked("/jwks"), 2u);
}

TEST_F(TokenVerifierTest, a_withdrawn_key_is_not_believed_beyond_the_age_of_keys) {
  auto claims = issuer.claims(now());
  claims.exp = now() + 1h;
  const auto token = TestIssuer::sign(first, claims);
  ASSERT_TRUE(verify(token));
  issuer.publish({second});
  loop.clock().advance(10min + 1s);
  EXPECT_EQ(code_of(verify(token)), refused);
}

TEST_F(TokenVerifierTest, an_issuer_that_was_down_at_the_start_is_used_when_it_is_there) {
  issuer.server.answer("/jwks", "", 503);
  EXPECT_EQ(code_of(verify(good(first))), ErrorCode::unavailable);
  issuer.publish({first});
  EXPECT_EQ(code_of(verify(good(first))), ErrorCode::unavailable) << "within the pause nobody asks again";
  loop.clock().advance(3s);
  EXPECT_TRUE(verify(good(first)));
}

TEST_F(TokenVerifierTest, an_issuer_that_is_down_is_not_asked_by_every_request) {
  issuer.server.stop();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(verify(good(first))), ErrorCode::unavailable);
  TestIssuer broken(loop);
  broken.server.answer("/jwks", "", 500);
  trust({{.issuer = broken.name(), .jwks_url = broken.server.url("/jwks"), .audience = "kontor"}});
  const auto token = TestIssuer::sign(first, broken.claims(now()));
  std::vector<Task<Verdict>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(verifier->verify("Bearer " + token));
  for (const auto& verdict : run_together(loop, std::move(callers)))
    EXPECT_EQ(code_of(verdict), ErrorCode::unavailable);
  EXPECT_EQ(broken.server.asked("/jwks"), 1u);
}

TEST_F(TokenVerifierTest, known_keys_serve_on_while_their_issuer_is_down) {
  ASSERT_TRUE(verify(good(first)));
  issuer.server.answer("/jwks", "", 503);
  for (int round = 0; round < 3; ++round) {
    loop.clock().advance(11min);
    const auto before = issuer.server.asked("/jwks");
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(with([i](auto& claims) { claims.jti = std::to_string(i); }));
    EXPECT_EQ(issuer.server.asked("/jwks"), before + 1);
  }
}

}  // namespace kontor::platform::auth::testing
