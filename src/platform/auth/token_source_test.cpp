#include "platform/auth/token_source.hpp"

#include <gtest/gtest.h>

#include "testing/loopback/loopback_server.hpp"

namespace kontor::platform::auth {
namespace {

using namespace std::chrono_literals;
using kontor::testing::LoopbackServer;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;
using Token = Result<std::string>;

class TokenSourceTest : public ::testing::Test {
 protected:
  TokenSourceTest() : client(http::make_client(scope, loop.clock(), {}).value()) {
    source = std::make_unique<TokenSource>(scope, loop.clock(), *client,
                                           TokenSourceConfig{server.url("/token"), "us & them", "a+b=c"});
    server.answer("/token", [this](const http::Request&) {
      http::Response response;
      response.body.text =
          R"({"access_token":"t)" + std::to_string(++issued) + R"(","token_type":"bearer","expires_in":100})";
      return response;
    });
  }
  ~TokenSourceTest() override { loop.run(scope.close()); }

  Task<Token> ask(std::string scope_wanted = "a") {
    return source->authorization(std::move(scope_wanted), async::Deadline::after(loop.clock(), 10s));
  }
  std::string token(std::string scope_wanted = "a") { return loop.run(ask(std::move(scope_wanted))).value(); }
  ErrorCode failure() {
    auto asked = loop.run(ask());
    return asked ? ErrorCode::internal : asked.error().code;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  async::Scope scope{loop.executor()};
  LoopbackServer server{loop};
  int issued = 0;
  std::unique_ptr<http::Client> client;
  std::unique_ptr<TokenSource> source;
};

}  // namespace

TEST_F(TokenSourceTest, a_token_is_kept_until_four_fifths_of_its_life) {
  EXPECT_EQ(token(), "Bearer t1");
  loop.clock().advance(79s);
  EXPECT_EQ(token(), "Bearer t1");
  loop.clock().advance(2s);
  EXPECT_EQ(token(), "Bearer t2");
}

TEST_F(TokenSourceTest, each_scope_has_a_token_of_its_own) {
  EXPECT_EQ(token("a"), "Bearer t1");
  EXPECT_EQ(token("b"), "Bearer t2");
  EXPECT_EQ(token("a"), "Bearer t1");
}

TEST_F(TokenSourceTest, credentials_are_sent_in_the_body_and_escaped) {
  token();
  EXPECT_EQ(server.last("/token").body.text,
            "grant_type=client_credentials&client_id=us%20%26%20them&client_secret=a%2Bb%3Dc&scope=a");
}

TEST_F(TokenSourceTest, one_request_serves_all_who_wait) {
  std::vector<Task<Token>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(ask());
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_EQ(*each, "Bearer t1");
  EXPECT_EQ(server.asked("/token"), 1u);
}

TEST_F(TokenSourceTest, a_forgotten_token_is_asked_for_anew) {
  token();
  source->forget();
  EXPECT_EQ(token(), "Bearer t2");
}

TEST_F(TokenSourceTest, a_failure_is_told_and_not_kept) {
  server.answer("/token", R"({"error":"invalid_client"})", 401);
  EXPECT_EQ(failure(), ErrorCode::peer_refused);
  for (const auto status : {429u, 408u, 503u}) {
    server.answer("/token", "", status);
    EXPECT_EQ(failure(), ErrorCode::peer_unavailable) << status;
  }
  server.answer("/token", R"({"access_token":"there again"})");
  EXPECT_EQ(token(), "Bearer there again");
}

TEST_F(TokenSourceTest, an_answer_that_is_no_bearer_token_is_refused) {
  for (const auto* body : {"", "[]", "{}", R"({"access_token":""})", R"({"access_token":5})",
                           R"({"access_token":"t","token_type":"DPoP"})"}) {
    server.answer("/token", body);
    EXPECT_EQ(failure(), ErrorCode::peer_refused) << body;
  }
}

TEST_F(TokenSourceTest, a_life_beyond_all_bounds_is_cut_and_none_at_all_is_not_kept) {
  server.answer("/token", R"({"access_token":"t","expires_in":9223372036854775807})");
  EXPECT_EQ(token(), "Bearer t");
  EXPECT_EQ(token(), "Bearer t");
  EXPECT_EQ(server.asked("/token"), 1u);
  source->forget();
  server.answer("/token", R"({"access_token":"t","expires_in":-5})");
  token();
  token();
  EXPECT_EQ(server.asked("/token"), 3u);
}

TEST_F(TokenSourceTest, a_redirect_is_not_followed) {
  server.answer("/token", [this](const http::Request&) {
    http::Response response{307, {}, {}};
    response.headers.set("Location", server.url("/elsewhere"));
    return response;
  });
  EXPECT_EQ(failure(), ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
}

TEST_F(TokenSourceTest, who_waits_behind_a_slow_answer_gives_up_at_its_own_deadline) {
  server.keep_silent("/token");
  std::vector<Task<Token>> callers;
  callers.push_back(source->authorization("a", async::Deadline::after(loop.clock(), 60s)));
  callers.push_back(source->authorization("b", async::Deadline::after(loop.clock(), 1s)));
  std::optional<Token> slow;
  std::optional<Token> waiting;
  async::Scope callers_scope(loop.executor());
  callers_scope.spawn(kontor::testing::detail::keep_at(std::move(callers[0]), slow));
  callers_scope.spawn(kontor::testing::detail::keep_at(std::move(callers[1]), waiting));
  while (server.asked("/token") == 0) loop.run(loop.turn());
  loop.clock().advance(2s);
  while (!waiting) loop.run(loop.turn());
  EXPECT_EQ(waiting->error().code, ErrorCode::timeout);
  EXPECT_FALSE(slow);
  loop.run(callers_scope.close());
}

}  // namespace kontor::platform::auth
