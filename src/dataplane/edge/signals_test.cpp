#include "dataplane/edge/signals.hpp"

#include <gtest/gtest.h>

#include "protocol/api/signaling/routes.hpp"
#include "testing/async/run.hpp"
#include "testing/house/house.hpp"

namespace kontor::dataplane::edge {
namespace {

namespace http = platform::http;
using platform::auth::TokenVerifier;

/// A router with one signalling route and one that is none, which tell who is asking.
class Signals : public ::testing::Test {
 protected:
  Signals() {
    house.router->bind(protocol::api::signaling::status,
                       [this](platform::routing::Call call, protocol::api::Nothing) {
                         subjects.push_back(call.caller.subject);
                         return answer();
                       });
    house.open();
    tunnel = signals_of(*house.router, verifier, loop.random(), ContextId("acme"));
    listener = house.router->handler(protocol::api::Listener::signaling);
  }
  ~Signals() override { house.close(); }
  static Task<Result<platform::routing::Reply<protocol::dps::DataFlowStatusResponseMessage>>> answer() {
    co_return platform::routing::Reply<protocol::dps::DataFlowStatusResponseMessage>{};
  }
  unsigned asked(const http::Handler& by, std::string path, std::string token = "") {
    http::Request request{.method = "GET", .target = std::move(path)};
    if (!token.empty()) request.headers.set("Authorization", token);
    return loop.run(by(std::move(request))).status;
  }

  testing::VirtualLoop loop{testing::VirtualLoop::TimeMoves::by_hand};
  testing::House house{loop, {}};
  TokenVerifier verifier{house.scope, loop.clock(), *house.client, {}};
  std::vector<std::string> subjects;
  http::Handler tunnel;
  http::Handler listener;
};

TEST_F(Signals, nothing_but_signals_of_its_own_context_passes) {
  EXPECT_EQ(asked(tunnel, "/api/v1/acme/dataflows/f/status"), 200u);
  EXPECT_EQ(subjects, std::vector<std::string>{"control-plane"});
  EXPECT_EQ(asked(tunnel, "/api/v1/globex/dataflows/f/status"), 404u);
  EXPECT_EQ(asked(tunnel, "/api/v1/acme/controlplanes"), 404u);
  EXPECT_EQ(asked(tunnel, "/api/v1/acme/dataflows/../../globex/dataflows/f/status"), 400u);
  EXPECT_EQ(asked(tunnel, "/api/identity/v1beta/participants"), 404u);
  EXPECT_EQ(subjects.size(), 1u);
}

TEST_F(Signals, who_does_not_come_through_the_tunnel_is_asked_for_a_token) {
  EXPECT_EQ(asked(listener, "/api/v1/acme/dataflows/f/status"), 401u);
  EXPECT_EQ(asked(listener, "/api/v1/acme/dataflows/f/status", "Tunnel 00"), 401u);
  EXPECT_EQ(asked(listener, "/api/v1/acme/dataflows/f/status", "Bearer x"), 401u);
  EXPECT_EQ(asked(tunnel, "/api/v1/acme/dataflows/f/status", "Bearer x"), 200u)
      << "what came with it is dropped";
  EXPECT_EQ(subjects, std::vector<std::string>{"control-plane"});
}

}  // namespace
}  // namespace kontor::dataplane::edge
