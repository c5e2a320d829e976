#include "platform/auth/plane_tokens.hpp"

#include <gtest/gtest.h>

#include "testing/async/temporary_folder.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::platform::auth {
namespace {

using kontor::testing::LoopbackServer;
using kontor::testing::TemporaryFolder;
using kontor::testing::VirtualLoop;
namespace dps = protocol::dps;

/// A broker that exchanges tokens, on loopback.
class PlaneTokensTest : public ::testing::Test {
 protected:
  PlaneTokensTest() : client(http::make_client(scope, loop.clock(), {}).value()) {
    server.answer("/exchange", R"({"access_token":"exchanged","token_type":"Bearer","expires_in":60})");
  }
  ~PlaneTokensTest() override { loop.run(scope.close()); }

  dps::Authorization profile() const {
    dps::Authorization profile;
    profile.type = dps::token_exchange;
    profile.token_exchange_endpoint = server.url("/exchange");
    profile.issuer = server.url();
    profile.jwks_uri = server.url("/jwks");
    return profile;
  }
  Result<std::string> ask(const PlaneTokensConfig& config, const dps::Authorization& by) {
    http::SecretClient secret_client(*client, {});
    PlaneTokens tokens(secret_client, config);
    return loop.run(tokens.authorization({"plane", ContextId("acme"), by},
                                         async::Deadline::after(loop.clock(), std::chrono::seconds(5))));
  }
  PlaneTokensConfig config(const std::string& subject_token) {
    return {folder.write("token", subject_token).string(), {server.url("/exchange")}};
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  async::Scope scope{loop.executor()};
  LoopbackServer server{loop};
  std::unique_ptr<http::Client> client;
  TemporaryFolder folder;
};

}  // namespace

TEST_F(PlaneTokensTest, the_credential_of_the_workload_is_exchanged_for_each_message) {
  auto by = profile();
  EXPECT_EQ(ask(config("first\n"), by).value(), "Bearer exchanged");
  EXPECT_EQ(server.last("/exchange").body.text,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=first"
            "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt"
            "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt"
            "&resource=acme&audience=plane");
  by.resource = "urn:principal:acme";
  by.audience = "edcv";
  by.scope = "a b";
  // Whoever writes the file has replaced it.
  EXPECT_TRUE(ask(config("second"), by));
  const auto& form = server.last("/exchange").body.text;
  EXPECT_TRUE(form.contains("&subject_token=second&")) << form;
  EXPECT_TRUE(form.ends_with("&resource=urn%3Aprincipal%3Aacme&audience=edcv&scope=a%20b")) << form;
  EXPECT_EQ(server.asked("/exchange"), 2u);
}

TEST_F(PlaneTokensTest, the_credential_is_shown_to_no_address_that_only_a_registration_names) {
  auto by = profile();
  by.token_exchange_endpoint = server.url("/elsewhere");
  const auto refused = ask(config("ours"), by);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(refused.error().pointer, "/authorization/tokenExchangeEndpoint");
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
}

TEST_F(PlaneTokensTest, a_token_service_that_has_too_much_to_do_is_asked_again_and_one_that_refuses_is_not) {
  for (const auto& [status, code] :
       {std::pair{429u, ErrorCode::peer_unavailable}, std::pair{408u, ErrorCode::peer_unavailable},
        std::pair{503u, ErrorCode::peer_unavailable}, std::pair{400u, ErrorCode::peer_refused},
        std::pair{401u, ErrorCode::peer_refused}}) {
    server.answer("/exchange", "{}", status);
    EXPECT_EQ(ask(config("ours"), profile()).error().code, code) << status;
  }
}

TEST_F(PlaneTokensTest, without_a_credential_there_is_no_exchange) {
  EXPECT_EQ(ask({{}, {server.url("/exchange")}}, profile()).error().pointer, "/authorization/type");
  EXPECT_EQ(ask({"/no/such/file", {server.url("/exchange")}}, profile()).error().code,
            ErrorCode::unavailable);
  EXPECT_EQ(ask(config("\n"), profile()).error().code, ErrorCode::unavailable);
  EXPECT_EQ(server.asked("/exchange"), 0u);
}

}  // namespace kontor::platform::auth
