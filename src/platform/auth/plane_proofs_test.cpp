#include "platform/auth/plane_proofs.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "platform/auth/internal/test_issuer.hpp"
#include "platform/auth/role_matrix.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::platform::auth::testing {
namespace {

using kontor::testing::LoopbackServer;
using kontor::testing::VirtualLoop;
namespace dps = protocol::dps;

constexpr auto refused = ErrorCode::unauthenticated;
const ContextId acme{"acme"};
const ContextId globex{"globex"};

Task<Result<std::vector<RegisteredPlane>>> ready(std::vector<RegisteredPlane> planes) {
  co_return planes;
}

/// Planes that registered, with their issuer on loopback.
class PlaneProofsTest : public ::testing::Test {
 protected:
  PlaneProofsTest()
      : client(http::make_client(scope, loop.clock(), {.allowed_networks = {"127.0.0.0/8"}}).value()) {
    issuer.publish({key});
  }
  ~PlaneProofsTest() override {
    loop.run(scope.close());
    loop.run(store->close());
  }

  static IssuerKey make_key(std::string kid, unsigned char number) {
    const Bytes scalar(32, std::byte{number});
    return {std::move(kid), crypto::PrivateKey::from_scalar(crypto::KeyType::p256, scalar).value()};
  }
  static json::Value set_of(const IssuerKey& key) {
    jose::Jwks jwks{{jose::jwk_of(key.key.public_key())}};
    jwks.keys.back().kid = key.kid;
    return write(jwks);
  }
  dps::Authorization by_credentials(std::optional<json::Value> jwks) {
    dps::Authorization profile;
    profile.type = dps::client_credentials;
    profile.jwks = std::move(jwks);
    return profile;
  }
  dps::Authorization by_exchange() {
    dps::Authorization profile;
    profile.type = dps::token_exchange;
    profile.issuer = issuer.name();
    profile.jwks_uri = issuer.server.url("/jwks");
    return profile;
  }
  void register_plane(ContextId context, const dps::Authorization& profile, std::string id = "plane") {
    registered[id].push_back({std::move(context), id, profile});
  }
  PlaneProofs make(std::vector<std::string> audiences = {}) {
    return {{scope, loop.clock(), *client, *store},
            PlaneKind::data_plane,
            [this](const std::string& id) { return ready(registered[id]); },
            std::move(audiences)};
  }
  /// Of the plane, good but for what `change` does.
  std::string token(const IssuerKey& by, const std::function<void(jose::Claims&)>& change = {}) {
    auto claims = issuer.claims(loop.clock().now());
    claims.sub = "plane";
    claims.jti.reset();
    if (change) change(claims);
    return TestIssuer::sign(by, claims);
  }
  Result<Caller> verify(const std::string& text) { return loop.run(proofs.verify(text)); }
  ErrorCode code_of(const std::string& text) {
    auto caller = verify(text);
    return caller ? ErrorCode::internal : caller.error().code;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  async::Scope scope{loop.executor()};
  TestIssuer issuer{loop};
  IssuerKey key = make_key("1", 1);
  IssuerKey another = make_key("1", 2);
  std::unique_ptr<http::Client> client;
  std::map<std::string, std::vector<RegisteredPlane>> registered;
  kontor::testing::TemporaryFolder folder;
  std::unique_ptr<store::Store> store =
      loop.run(store::sqlite::open_sqlite(loop.clock(),
                                          {.file = folder.path() / "kontor.db", .own_threads = false}, {}))
          .value();
  PlaneProofs proofs = make();
};

}  // namespace

TEST_F(PlaneProofsTest, a_plane_is_who_signs_with_the_keys_that_it_registered) {
  register_plane(acme, by_credentials(set_of(key)));
  const auto caller = verify(token(key));
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->subject, "plane");
  EXPECT_EQ(caller->scopes, std::set<std::string>{"signaling-api:data-plane:acme"});
  EXPECT_EQ(code_of(token(another)), refused);
  EXPECT_EQ(code_of("no token"), refused);
}

TEST_F(PlaneProofsTest, nobody_is_believed_without_registered_keys) {
  EXPECT_EQ(code_of(token(key)), refused);
  register_plane(acme, by_credentials({}));
  EXPECT_EQ(code_of(token(key)), refused);
}

TEST_F(PlaneProofsTest, a_registration_speaks_for_the_contexts_that_have_its_keys) {
  register_plane(acme, by_credentials(set_of(key)));
  register_plane(globex, by_credentials(set_of(another)));
  EXPECT_EQ(verify(token(key))->scopes, std::set<std::string>{"signaling-api:data-plane:acme"});
  EXPECT_EQ(verify(token(another))->scopes, std::set<std::string>{"signaling-api:data-plane:globex"});
  register_plane(ContextId("initech"), by_credentials(set_of(key)));
  EXPECT_EQ(verify(token(key))->scopes,
            (std::set<std::string>{"signaling-api:data-plane:acme", "signaling-api:data-plane:initech"}));
}

TEST_F(PlaneProofsTest, with_token_exchange_keys_and_issuer_are_those_of_the_registration) {
  register_plane(acme, by_exchange());
  const auto caller = verify(token(key));
  EXPECT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(code_of(token(another)), refused);
  EXPECT_EQ(code_of(token(key, [](auto& claims) { claims.iss = "https://somebody.example"; })), refused);
  EXPECT_EQ(issuer.server.asked("/jwks"), 1u);
}

TEST_F(PlaneProofsTest, a_plane_is_the_client_id_of_its_token_else_its_subject) {
  register_plane(acme, by_exchange());
  EXPECT_TRUE(verify(token(key, [](auto& claims) {
    claims.sub = "urn:principal:acme";
    claims.rest["client_id"] = "plane";
  })));
  EXPECT_EQ(code_of(token(key, [](auto& claims) { claims.sub = "urn:principal:acme"; })), refused);
}

TEST_F(PlaneProofsTest, what_has_expired_or_is_for_somebody_else_is_refused) {
  register_plane(acme, by_exchange());
  EXPECT_EQ(
      code_of(token(key, [&](auto& claims) { claims.exp = loop.clock().now() - std::chrono::minutes(1); })),
      refused);
  EXPECT_EQ(code_of(token(key, [](auto& claims) { claims.exp.reset(); })), refused);
  proofs = make({"us", "kontor"});
  EXPECT_TRUE(verify(token(key)));
  proofs = make({"us"});
  EXPECT_EQ(code_of(token(key)), refused);
}

TEST_F(PlaneProofsTest, a_token_with_a_jti_is_taken_once) {
  register_plane(acme, by_exchange());
  const auto first = token(key, [](auto& claims) { claims.jti = "1"; });
  EXPECT_TRUE(verify(first));
  EXPECT_EQ(code_of(first), ErrorCode::replayed);
  EXPECT_TRUE(verify(token(key, [](auto& claims) { claims.jti = "2"; })));
  const auto without = token(key);
  EXPECT_TRUE(verify(without));
  EXPECT_TRUE(verify(without));
}

TEST_F(PlaneProofsTest, keys_that_cannot_be_had_are_said_to_be_out_of_reach) {
  register_plane(acme, by_exchange());
  issuer.server.answer("/jwks", "{}", 500);
  EXPECT_EQ(code_of(token(key)), ErrorCode::unavailable);
}

TEST_F(PlaneProofsTest, a_plane_signals_in_its_context_in_its_own_direction_and_does_nothing_else) {
  register_plane(acme, by_exchange());
  const auto caller = verify(token(key)).value();
  using protocol::api::Concern;
  protocol::api::RouteInfo callback{.name = "c",
                                    .method = protocol::api::Method::post,
                                    .path = "/api/signaling/v1/{participantContextId}/x",
                                    .concern = Concern::signaling,
                                    .scope = "signaling-api:admin"};
  EXPECT_TRUE(authorize(callback, caller, acme));
  EXPECT_FALSE(authorize(callback, caller, globex));
  auto order = callback;
  order.path = "/api/v1/{participantContextId}/x";
  EXPECT_FALSE(authorize(order, caller, acme));
  auto management = callback;
  management.concern = Concern::participant_data;
  management.scope = "management-api:read";
  EXPECT_FALSE(authorize(management, caller, acme));
}

TEST_F(PlaneProofsTest,
       the_verifier_asks_about_issuers_that_it_does_not_trust_and_nobody_else_says_what_it_would) {
  register_plane(acme, by_credentials(set_of(another)));
  TestIssuer trusted(loop);
  trusted.publish({key});
  TokenVerifier verifier(scope, loop.clock(), *client,
                         {.issuers = {{.issuer = trusted.name(), .jwks_url = {}, .audience = "kontor"}}});
  proofs.answer(verifier);
  const auto plane = loop.run(verifier.verify("Bearer " + token(another)));
  ASSERT_TRUE(plane) << plane.error().message();
  EXPECT_TRUE(is_registered_plane(*plane, acme));
  auto claims = trusted.claims(loop.clock().now());
  claims.rest["scope"] = "signaling-api:data-plane:acme other";
  const auto somebody = loop.run(verifier.verify("Bearer " + TestIssuer::sign(key, claims)));
  ASSERT_TRUE(somebody) << somebody.error().message();
  EXPECT_EQ(somebody->scopes, std::set<std::string>{"other"});
}

}  // namespace kontor::platform::auth::testing
