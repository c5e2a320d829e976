#include "dataplane/edge/identity.hpp"

#include <gtest/gtest.h>

#include "protocol/api/token/enrolment.hpp"
#include "protocol/jose/jwt.hpp"
#include "testing/house/house.hpp"

namespace kontor::dataplane::edge {
namespace {

namespace api = protocol::api::token;
namespace jose = protocol::jose;

/// A plane, and a token service that says what the test wants.
class EdgeIdentity : public ::testing::Test {
 protected:
  EdgeIdentity() {
    house.open();
    EXPECT_TRUE(loop.run(identity.prepare()));
  }
  ~EdgeIdentity() override { house.close(); }

  Result<std::string> authorization() { return loop.run(identity.authorization(house.soon())); }
  std::string sent_to_token() { return std::string(server.last("/token").body.text); }

  testing::VirtualLoop loop{testing::VirtualLoop::TimeMoves::by_hand};
  testing::LoopbackServer server{loop};
  testing::House house{loop, {}};
  platform::auth::TokenSource tokens{
      house.scope, loop.clock(), *house.client, {server.url("/token"), "edge", ""}};
  Identity identity{{house.scope, loop.clock(), loop.random(), *house.vault, *house.client, tokens},
                    {"edge", server.url(), crypto::Secret("enrolment-token")}};
};

TEST_F(EdgeIdentity, a_plane_enrols_once_and_proves_itself_with_its_key_from_then_on) {
  server.answer("/api/sts/v1/enrolments/enrol",
                json::encode(api::Enrolled{"edge", "acme", {"signaling-api:tunnels:write"}}));
  const auto refused = authorization();
  ASSERT_FALSE(refused) << "nobody is known at this token service";
  const auto enrolment =
      json::decode<api::Enrolment>(server.last("/api/sts/v1/enrolments/enrol").body.text).value();
  EXPECT_EQ(enrolment.enrolment_token, "enrolment-token");
  ASSERT_EQ(enrolment.jwks.keys.size(), 1u);
  server.answer("/token", R"({"access_token":"t","token_type":"Bearer","expires_in":600})");
  EXPECT_EQ(authorization().value(), "Bearer t");
  EXPECT_EQ(server.asked("/api/sts/v1/enrolments/enrol"), 1u);
  const auto form = sent_to_token();
  EXPECT_FALSE(form.contains("client_secret")) << form;
  const auto at = form.find("client_assertion=") + std::string_view("client_assertion=").size();
  const auto jwt = jose::parse_jwt(form.substr(at, form.find('&', at) - at)).value();
  EXPECT_EQ(jwt.claims.sub, "edge");
  EXPECT_EQ(jwt.claims.aud, std::vector<std::string>{server.url("/token")});
  EXPECT_TRUE(jose::verify(jwt.jws, jose::verification_key(enrolment.jwks.keys[0]).value()));
}

TEST_F(EdgeIdentity, a_token_for_another_plane_is_told_as_that) {
  server.answer("/api/sts/v1/enrolments/enrol", json::encode(api::Enrolled{"other", "acme", {}}));
  const auto refused = authorization();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("that of 'other'")) << refused.error().message();
}

}  // namespace
}  // namespace kontor::dataplane::edge
