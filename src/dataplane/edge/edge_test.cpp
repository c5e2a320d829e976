#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/edge/assembly.hpp"
#include "dataplane/http/assembly.hpp"
#include "dataplane/replicas/assembly.hpp"
#include "dataplane/signaling/assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "dataplane/usage/assembly.hpp"
#include "protocol/dps/http_profile.hpp"
#include "testing/data_plane/assemblies.hpp"
#include "testing/house/house.hpp"

namespace kontor::dataplane::edge {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace flows = domain::data_flow;
namespace web = platform::http;
using kontor::testing::VirtualLoop;

std::vector<const entity::Kind*> kinds() {
  auto all = signaling::SignalingAssembly::kinds();
  for (const auto& more :
       {usage::UsageAssembly::kinds(), replicas::ReplicasAssembly::kinds(), EdgeAssembly::kinds()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

class NoLog : public platform::telemetry::LogSink {
 public:
  void write(std::string_view) override {}
};

/// A control plane that comes and goes: it takes lines of tunnels and reports.
class ControlPlane {
 public:
  explicit ControlPlane(kontor::testing::House& house) : house_(house) { come(); }

  void come() {
    tunnels = std::make_unique<web::Tunnels>(house_.scope, house_.loop.clock());
    listener_ = web::listen(house_.scope, house_.loop.clock(), {.port = port_}, [this](web::Request request) {
                  return answer(std::move(request));
                }).value();
    port_ = listener_->port();
  }
  void go() {
    tunnels->close();
    house_.loop.run(listener_->drain(platform::async::Deadline{house_.now()}));
    listener_.reset();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::size_t lines() const { return tunnels->lines("edge"); }

  std::unique_ptr<web::Tunnels> tunnels;
  std::vector<std::string> reports;  ///< paths

 private:
  Task<web::Response> answer(web::Request request) {
    if (!request.target.ends_with("/tunnel")) {
      reports.push_back(request.target);
      co_return web::Response{};
    }
    auto line = tunnels->accept("edge", request);
    co_return line ? std::move(*line) : web::Response{.status = 503};
  }

  kontor::testing::House& house_;
  std::uint16_t port_ = 0;
  std::unique_ptr<web::Listener> listener_;
};

/// A whole data plane at an edge, over HTTP on all sides, and its source.
class EdgePlane : public ::testing::Test {
 protected:
  EdgePlane() {
    server.answer("/token", R"({"access_token":"of-the-edge","token_type":"Bearer","expires_in":600})");
    server.answer("/data", "what the source has");
    assemble();
    house.open();
    EXPECT_TRUE(loop.run(parts.start()));
    EXPECT_TRUE(loop.eventually([&] { return control_plane.lines() == 2; }));
  }
  ~EdgePlane() override {
    parts.get<Edge>().tunnel.reset();
    control_plane.tunnels->close();
    house.close();
  }

  void assemble() {
    parts.give(house.scope).give<platform::async::Clock>(loop.clock()).give(loop.random());
    parts.give(*house.engine).give(*house.vault).give(*house.client).give(secret_client).give(own_tokens);
    parts.give<platform::did::Resolver>(*house.resolver).give(*house.router).give(endpoints).give(registry);
    parts.give(verifier).give(log);
    parts.add<signaling::SignalingAssembly>();
    parts.add<source::HttpSourceAssembly>();
    parts.add<usage::UsageAssembly>();
    parts.add<replicas::ReplicasAssembly>();
    parts.add<http::HttpDataPlaneAssembly>({.https_only = false});
    parts.add<EdgeAssembly>(
        {.dataplane_id = "edge", .participant_context_id = "acme", .enrolment_token = {}});
  }

  /// A signal of the control plane's, over the tunnel.
  web::Response signal(const std::string& path, std::string body) {
    web::Request request{
        .method = "POST", .target = "/api/v1/acme/dataflows/" + path, .body = {std::move(body)}};
    request.headers.set("Content-Type", "application/json");
    std::optional<Result<web::Response>> answer;
    house.scope.spawn(kontor::testing::detail::keep_at(
        control_plane.tunnels->send("edge", std::move(request), {.deadline = house.soon()}), answer));
    // A line is woken at a moment: time has to move.
    EXPECT_TRUE(loop.eventually([&] { return answer.has_value(); }, 1ms));
    EXPECT_TRUE(answer && *answer) << (answer ? answer->error().message() : "no answer");
    return answer && *answer ? std::move(**answer) : web::Response{.status = 0};
  }
  protocol::dps::HttpAccess started(const std::string& flow) {
    const auto response =
        signal("start", R"({"messageId":"m-)" + flow +
                            R"(","participantId":"did:web:us","counterPartyId":"did:web:them",)"
                            R"("dataspaceContext":"dsp","processId":")" +
                            flow + R"(","agreementId":"ag","datasetId":"ds","profile":"HttpData-PULL",)" +
                            R"("metadata":{"dataAddress":{"type":"HttpData","baseUrl":")" +
                            server.url("/data") + R"("}}})");
    EXPECT_EQ(response.status, 200u) << response.body.text;
    const auto message = json::decode<protocol::dps::DataFlowStatusMessage>(response.body.text).value();
    return protocol::dps::read_http_access(*message.data_address,
                                           {.https_only = false, .renewal_required = false})
        .value();
  }
  web::Response pulled(const protocol::dps::HttpAccess& access) {
    web::Request request{.target = access.endpoint};
    request.headers.set("Authorization", "Bearer " + *access.access_token);
    return house.ask(std::move(request));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  kontor::testing::LoopbackServer server{loop};  ///< the source, and the token service
  kontor::testing::House house{loop, {.kinds = kinds()}};
  ControlPlane control_plane{house};
  NoLog silence;
  platform::telemetry::LogLevels levels;
  platform::telemetry::Log log{silence, loop.clock(), levels};
  platform::telemetry::Registry registry;
  web::SecretClient secret_client{*house.client, {"127.0.0.1"}};
  platform::auth::TokenSource own_tokens{
      house.scope, loop.clock(), *house.client, {server.url("/token"), "edge", ""}};
  platform::auth::TokenVerifier verifier{house.scope, loop.clock(), *house.client, {}};
  platform::endpoints::Endpoints endpoints{
      .public_url = house.url(), .administration_url = server.url(), .signaling_url = control_plane.url()};
  kontor::testing::Assemblies parts;
};

}  // namespace

TEST_F(EdgePlane, out_of_reach_it_serves_for_so_long_then_refuses_and_catches_up) {
  const auto access = started("1");
  EXPECT_EQ(pulled(access).body.text, "what the source has");
  control_plane.go();
  EXPECT_TRUE(loop.eventually([&] { return parts.get<Edge>().tunnel->lines() == 0; }));
  // The plane has something to tell, and nobody to tell it to.
  ASSERT_TRUE(loop.run(house.engine->apply<flows::Machine>({ContextId("acme"), EntityId("1")},
                                                           flows::Failed{"the source stutters"})));
  loop.clock().advance(14min + 59s);
  EXPECT_EQ(pulled(access).status, 200u);
  loop.clock().advance(1s);
  const auto refused = pulled(access);
  EXPECT_EQ(refused.status, 503u);
  EXPECT_THAT(refused.body.text, HasSubstr("without its control plane for 900 s"));
  loop.clock().advance(24h);
  EXPECT_EQ(pulled(access).status, 503u);
  EXPECT_TRUE(control_plane.reports.empty());

  control_plane.come();
  EXPECT_TRUE(loop.eventually([&] { return control_plane.lines() == 2; }, 100ms));
  EXPECT_EQ(pulled(access).status, 200u);
  EXPECT_TRUE(loop.eventually([&] { return !control_plane.reports.empty(); }, 100ms));
  EXPECT_EQ(control_plane.reports[0], "/api/signaling/v1/acme/transfers/1/dataflow/errored");
  EXPECT_EQ(signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(pulled(access).status, 403u);
}

TEST_F(EdgePlane, a_control_plane_that_is_back_in_time_is_not_noticed_by_who_pulls) {
  const auto access = started("1");
  for (int outage = 0; outage < 3; ++outage) {
    control_plane.go();
    EXPECT_TRUE(loop.eventually([&] { return parts.get<Edge>().tunnel->lines() == 0; }));
    loop.clock().advance(10min);
    EXPECT_EQ(pulled(access).status, 200u);
    control_plane.come();
    EXPECT_TRUE(loop.eventually([&] { return control_plane.lines() == 2; }, 100ms));
  }
  EXPECT_EQ(pulled(access).status, 200u);
}

}  // namespace kontor::dataplane::edge
