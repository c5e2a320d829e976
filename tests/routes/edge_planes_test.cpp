#include <fmt/format.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "base/crypto/signature.hpp"
#include "base/text/encoding.hpp"
#include "dataplane/edge/signals.hpp"
#include "platform/http/tunnel.hpp"
#include "protocol/api/token/enrolment.hpp"
#include "protocol/jose/jwt.hpp"
#include "world_calls.hpp"

// What a data plane at a participant's site gets, and what it does not: enrolments, tokens and lines are
// real.
namespace kontor::routes_test {
namespace {

namespace http = platform::http;
namespace jose = protocol::jose;
namespace tokens = protocol::api::token;
using protocol::api::Listener;

/// A data plane of a participant, which has a key, and dials when it is told to.
class EdgePlane {
 public:
  EdgePlane(World& world, const Party& party, std::string id)
      : world_(world), party_(party), id_(std::move(id)), scope_(installation().loop().executor()) {
    client_ = http::make_client(scope_, installation().loop().clock(), {.allowed_networks = {"127.0.0.0/8"}})
                  .value();
  }
  ~EdgePlane() {
    exit_.reset();
    installation().loop().run(scope_.close());
  }

  std::string ordered_token() {
    const auto order = json::encode(tokens::EnrolmentOrder{id_, party_.context, 600});
    return text_at(world_.call("POST", "/api/sts/v1/enrolments", order), "enrolmentToken");
  }
  unsigned enrol(const std::string& token) {
    const tokens::Enrolment enrolment{token, {{jose::jwk_of(key_.public_key())}}};
    return installation()
        .send({.method = "POST", .target = "/api/sts/v1/enrolments/enrol", .body = json::encode(enrolment)})
        .status;
  }
  /// An access token, or why there is none.
  Answer proven() {
    const auto audience = installation().origin(Listener::administration) + "/token";
    auto& loop = installation().loop();
    const jose::Claims claims{.iss = id_,
                              .sub = id_,
                              .aud = {audience},
                              .exp = loop.clock().now() + std::chrono::minutes(1),
                              .jti = new_uuid(loop.random())};
    auto input = jose::make_signing_input({.alg = jose::Algorithm::es256}, claims);
    const auto signature = crypto::sign(key_, bytes_of(input));
    const std::string type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    return installation().send(
        {.method = "POST",
         .target = "/token",
         .body = "grant_type=client_credentials&client_assertion_type=" + text::percent_encode(type) +
                 "&client_assertion=" + jose::assemble(std::move(input), signature),
         .content_type = "application/x-www-form-urlencoded"});
  }
  void enrol() {
    require(enrol(ordered_token()) == 200, "it is enrolled");
    bearer_ = "Bearer " + text_at(proven().json(), "access_token");
  }
  Answer ask(Listener listener, std::string method, std::string target, std::string body = "{}") {
    return installation().send({.listener = listener,
                                .method = std::move(method),
                                .target = std::move(target),
                                .authorization = bearer_,
                                .body = std::move(body)});
  }
  Answer report(const std::string& context, const std::string& process, const std::string& what) {
    return ask(Listener::signaling, "POST",
               fmt::format("/api/signaling/v1/{}/transfers/{}/dataflow/{}", context,
                           text::percent_encode(process), what),
               R"({"messageId":"m","dataFlowId":"f","state":"STARTED","error":"no"})");
  }
  /// `open`, or why a line of that plane's tunnel is not.
  std::string dialled(const std::string& context, const std::string& plane) {
    auto& loop = installation().loop();
    std::string outcome;
    const auto url = fmt::format("{}/api/signaling/v1/{}/dataplanes/{}/tunnel",
                                 installation().origin(Listener::signaling), context, plane);
    exit_ = std::make_unique<http::TunnelExit>(
        http::TunnelExit::Services{scope_, loop.clock(), *client_, loop.random()},
        http::TunnelExitConfig{.url = url, .lines = 1},
        [this](platform::async::Deadline) { return authorization(bearer_); },
        [this](http::Request request) { return answer(asked, std::move(request)); });
    exit_->observe_with([&](std::size_t open, const Error* failure) {
      outcome = failure ? failure->message() : open > 0 ? "open" : outcome;
    });
    exit_->open();
    loop.run(until_told(loop, outcome));
    exit_->observe_with({});
    return outcome;
  }
  std::vector<http::Request> asked;

 private:
  Installation& installation() { return world_.installation(); }
  static Task<Result<std::string>> authorization(std::string bearer) { co_return bearer; }
  static Task<void> until_told(testing::EventLoop& loop, const std::string& outcome) {
    while (outcome.empty()) co_await loop.turn();
  }
  static Task<http::Response> answer(std::vector<http::Request>& seen, http::Request request) {
    seen.push_back(std::move(request));
    http::Response response;
    response.body.text =
        R"({"messageId":"m","dataFlowId":"f","state":"STARTED","dataAddress":{"@type":"DataAddress",)"
        R"("endpointType":"https://example.org/edge","endpoint":"https://edge.example.org/data"}})";
    co_return response;
  }

  World& world_;
  const Party& party_;
  std::string id_;
  platform::async::Scope scope_;
  crypto::PrivateKey key_ =
      crypto::PrivateKey::generate(crypto::KeyType::p256, installation().loop().random()).value();
  std::unique_ptr<http::Client> client_;
  std::string bearer_;
  std::unique_ptr<http::TunnelExit> exit_;
};

class EdgePlanes : public ::testing::Test {
 protected:
  void register_plane(const std::string& id) {
    world.call(
        "PUT", management_path(world.acme(), "dataplanes"),
        fmt::format(R"({{"dataplaneId":"{0}","endpoint":"tunnel:{0}","transferTypes":["Edge-PULL"]}})", id));
  }
  /// A transfer of Acme's data that a plane at an edge has to carry; both sides' ids.
  std::pair<std::string, std::string> ordered_transfer() {
    const auto opened = world.call(
        "POST", management_path(world.globex(), "transferprocesses"),
        fmt::format(R"({{{},"@type":"TransferRequest","profile":"{}","counterPartyAddress":"{}",)"
                    R"("contractId":"{}","transferType":"Edge-PULL"}})",
                    management, profile, world.dsp_url(world.acme()), world.globex().ids.at("agreementId")));
    const auto id = text_at(opened, "@id");
    const auto ours =
        world.call("GET", management_path(world.globex(), "transferprocesses/" + id), "", patience);
    EXPECT_EQ(text_at(ours, "state"), "STARTED") << json::serialize(ours);
    world.call("GET", management_path(world.acme(), "transferprocesses/" + text_at(ours, "correlationId")),
               "", patience);
    return {id, text_at(ours, "correlationId")};
  }
  std::string state_of(const std::string& process) {
    return text_at(world.call("GET", management_path(world.acme(), "transferprocesses/" + process)), "state");
  }

  World world;
};

}  // namespace

TEST_F(EdgePlanes, an_enrolment_token_is_good_for_one_plane_and_once) {
  EdgePlane plane(world, world.acme(), "edge-1");
  EdgePlane thief(world, world.acme(), "edge-1");
  const auto token = plane.ordered_token();
  EXPECT_EQ(plane.enrol(token), 200u);
  EXPECT_EQ(thief.enrol(token), 401u);
  EXPECT_EQ(plane.enrol(token), 401u);
  EXPECT_FALSE(thief.proven().fine());
  EXPECT_EQ(plane.proven().status, 200u);
}

TEST_F(EdgePlanes, a_plane_carries_flows_over_its_tunnel_and_reports_them) {
  register_plane("edge-1");
  EdgePlane plane(world, world.acme(), "edge-1");
  plane.enrol();
  ASSERT_EQ(plane.dialled(world.acme().context, "edge-1"), "open");
  const auto process = ordered_transfer().second;
  ASSERT_EQ(plane.asked.size(), 1u);
  EXPECT_EQ(plane.asked[0].target, "/api/v1/" + world.acme().context + "/dataflows/start");
  EXPECT_EQ(plane.report(world.acme().context, process, "errored").status, 200u);
  EXPECT_EQ(plane.report(world.acme().context, process, "completed").status, 200u);
}

TEST_F(EdgePlanes, a_plane_signals_no_flow_of_another) {
  register_plane("edge-1");
  register_plane("edge-2");
  EdgePlane carrier(world, world.acme(), "edge-1");
  EdgePlane other(world, world.acme(), "edge-2");
  carrier.enrol();
  other.enrol();
  ASSERT_EQ(carrier.dialled(world.acme().context, "edge-1"), "open");
  const auto carried = ordered_transfer().second;
  for (const auto& process : {carried, world.acme().ids.at("flowId")}) {
    const auto before = state_of(process);
    for (const auto* what : {"prepared", "started", "completed", "errored"}) {
      const auto refused = other.report(world.acme().context, process, what);
      const auto unknown = other.report(world.acme().context, "nobody", what);
      EXPECT_EQ(refused.status, 404u) << what << " of " << process;
      EXPECT_EQ(without(refused.body, {process}), without(unknown.body, {"nobody"})) << "it can be told";
      EXPECT_EQ(other.report(world.globex().context, process, what).status, 403u);
    }
    EXPECT_EQ(state_of(process), before);
  }
  const auto flows = "/api/v1/" + world.acme().context + "/dataflows/";
  for (const auto* order : {"/suspend", "/resume", "/terminate", "/completed", "/started"}) {
    const auto path = flows + text::percent_encode(carried) + order;
    EXPECT_EQ(carrier.ask(Listener::signaling, "POST", path).status, 403u) << order << ": it takes orders";
  }
  EXPECT_EQ(carrier.ask(Listener::signaling, "POST", flows + "start").status, 403u);
}

TEST_F(EdgePlanes, a_plane_takes_over_no_registration_of_another) {
  register_plane("edge-1");
  EdgePlane plane(world, world.acme(), "edge-1");
  plane.enrol();
  const auto& acme = world.acme();
  const auto taken = fmt::format(
      R"({{"dataplaneId":"{}","endpoint":"https://example.org/mine","transferTypes":["HttpData-PULL"]}})",
      acme.ids.at("dataplaneId"));
  const auto planes = management_path(acme, "dataplanes");
  EXPECT_EQ(plane.ask(Listener::administration, "PUT", planes, taken).status, 403u);
  EXPECT_EQ(plane.ask(Listener::administration, "DELETE", planes + "/" + acme.ids.at("dataplaneId")).status,
            403u);
  EXPECT_EQ(plane.ask(Listener::administration, "GET", planes).status, 403u);
  EXPECT_TRUE(plane.dialled(acme.context, acme.ids.at("dataplaneId")).contains("403"));
  EXPECT_TRUE(plane.dialled(world.globex().context, "edge-1").contains("403"));
  const auto order = [&](const Party& party, const std::string& authorization) {
    return world.installation()
        .send({.method = "POST",
               .target = "/api/sts/v1/enrolments",
               .authorization = authorization,
               .body = json::encode(tokens::EnrolmentOrder{"edge-1", party.context, 600})})
        .status;
  };
  EXPECT_EQ(order(world.globex(), world.admin()), 409u) << "the id is Acme's";
  EXPECT_EQ(order(acme, world.token_of(acme)), 403u) << "a participant enrols nobody";
}

TEST_F(EdgePlanes, nothing_but_signals_to_its_participant_passes_the_tunnel_of_a_plane) {
  const auto& inside = world.installation().inside();
  auto& loop = world.installation().loop();
  const auto& acme = world.acme();
  const auto tunnel =
      dataplane::edge::signals_of(*inside.router, *inside.verifier, loop.random(), ContextId(acme.context));
  const auto passes = [&](const RouteInfo& route, const std::string& context) {
    const auto target =
        target_of(route, [&](const std::string& name) { return name == context_parameter ? context : "1"; });
    http::Request request{.method = std::string(protocol::api::method_name(route.method)), .target = target};
    request.headers.set("Authorization", world.admin());
    const auto response = loop.run(tunnel(std::move(request)));
    return !response.body.text.starts_with("the tunnel leads to");
  };
  std::size_t let_in = 0;
  for (const auto* route : world.installation().routes()) {
    const bool is_signal = route->path.starts_with("/api/v1/{participantContextId}/dataflows/");
    EXPECT_EQ(passes(*route, acme.context), is_signal) << route->name;
    EXPECT_FALSE(passes(*route, world.globex().context)) << route->name;
    let_in += is_signal ? 1 : 0;
  }
  EXPECT_GE(let_in, 8u);
}

}  // namespace kontor::routes_test
