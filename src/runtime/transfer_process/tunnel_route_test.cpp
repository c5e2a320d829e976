#include "runtime/transfer_process/tunnel_route.hpp"

#include <set>

#include "domain/transfer_process/transfer_for_test.hpp"
#include "platform/http/server.hpp"
#include "runtime/participant_context/assembly.hpp"
#include "runtime/transfer_process/catching_up.hpp"
#include "runtime/transfer_process/data_planes.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::transfer_process {
namespace {

namespace dps = protocol::dps;
namespace http = platform::http;

/// A control plane with a listener for signalling, and a data plane that dials.
class TunnelRoute : public ::testing::Test {
 protected:
  TunnelRoute() {
    bind_tunnel_route(*house.router, tunnels, contexts);
    planes.ask_through(tunnels);
    house.open();
    listener =
        http::listen(house.scope, loop.clock(), {}, house.router->handler(protocol::api::Listener::signaling))
            .value();
    for (const auto* id : {"acme", "globex"}) {
      EXPECT_TRUE(loop.run(contexts.create(
          {.id = ContextId(id), .identity = Did(std::string("did:web:") + id), .properties = {}}, "test")));
    }
    dps::DataPlaneRegistrationMessage message{.dataplane_id = dps::DataPlaneId("edge"),
                                              .endpoint = "tunnel:edge",
                                              .profiles = {"HttpData-PULL"},
                                              .labels = {},
                                              .authorization = {}};
    EXPECT_TRUE(loop.run(contexts.put_data_plane(acme, message, "test")));
    house.caller = {
        .subject = "edge", .role = {}, .context = acme, .scopes = {"signaling-api:tunnels:write"}};
  }
  ~TunnelRoute() override {
    exit.reset();
    tunnels.close();
    house.close();
    listener.reset();
  }

  /// The tunnel of this plane of this context is open, or why it is not.
  std::string dialled(const std::string& plane, const std::string& context = "acme") {
    std::string outcome;
    exit = std::make_unique<http::TunnelExit>(
        http::TunnelExit::Services{house.scope, loop.clock(), *house.client, loop.random()},
        http::TunnelExitConfig{.url = "http://127.0.0.1:" + std::to_string(listener->port()) +
                                      "/api/signaling/v1/" + context + "/dataplanes/" + plane + "/tunnel",
                               .lines = 1},
        [](platform::async::Deadline) { return token(); },
        [this](http::Request request) { return answer(asked, std::move(request)); });
    exit->observe_with([&](std::size_t open, const Error* failure) {
      outcome = failure ? failure->message() : open > 0 ? "open" : outcome;
    });
    exit->open();
    EXPECT_TRUE(loop.eventually([&] { return !outcome.empty(); }));
    return outcome;
  }
  static Task<Result<std::string>> token() { co_return std::string("Bearer of the plane"); }
  static Task<http::Response> answer(std::vector<http::Request>& seen, http::Request request) {
    seen.push_back(std::move(request));
    http::Response response;
    response.body.text = R"({"state":"STARTED"})";
    co_return response;
  }
  Result<DataPlanes::Answer> signal(const ContextId& context) {
    transfer::Flow flow;
    flow.process = protocol::dsp::Pid("p");
    flow.subject.transfer_type = "HttpData-PULL";
    const platform::engine::EffectCall call{.context = context,
                                            .entity = EntityId("p"),
                                            .id = {},
                                            .attempt = 1,
                                            .deadline = house.soon(),
                                            .trace = {}};
    std::optional<Result<DataPlanes::Answer>> answer;
    house.scope.spawn(testing::detail::keep_at(planes.send(call, flow, {dps::Operation::start, {}}), answer));
    // A line is woken at a moment: time has to move.
    EXPECT_TRUE(loop.eventually([&] { return answer.has_value(); }, std::chrono::milliseconds(1)));
    return answer ? std::move(*answer) : Result<DataPlanes::Answer>(fail(ErrorCode::timeout, "no answer"));
  }

  /// A transfer as it is in the store.
  void keep(const std::string& id, transfer::State state, const std::string& plane, Duration later = {}) {
    using protocol::dsp::Role;
    auto process = transfer::testing::process(Role::provider, transfer::Direction::pull, state);
    process.pid = protocol::dsp::Pid(id);
    process.data_plane = plane;
    process.has_flow = true;
    process.state_at += later;
    platform::store::Transaction transaction;
    transaction.puts.push_back(
        {&transfer::Machine::kind(), EntityId(id), 0, transfer::Machine::encode(process)});
    EXPECT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  }
  static std::vector<const entity::Kind*> kinds() {
    auto all = participant_context::ParticipantContextAssembly::kinds();
    all.push_back(&transfer::Machine::kind());
    return all;
  }

  testing::VirtualLoop loop{testing::VirtualLoop::TimeMoves::by_hand};
  testing::House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  platform::auth::TokenSource own_tokens{
      house.scope, loop.clock(), *house.client, {"http://127.0.0.1:1/token", "kontor", "secret"}};
  http::SecretClient secret_client{*house.client, {}};
  DataPlanes planes{{loop.clock(), *house.client, secret_client, own_tokens, contexts},
                    {{"http://127.0.0.1:1"}, "http://127.0.0.1:1"}};
  http::Tunnels tunnels{house.scope, loop.clock()};
  std::unique_ptr<http::Listener> listener;
  std::unique_ptr<http::TunnelExit> exit;
  std::vector<http::Request> asked;
};

}  // namespace

TEST_F(TunnelRoute, a_plane_that_dialled_is_asked_over_its_tunnel_and_shown_no_token) {
  EXPECT_EQ(dialled("edge"), "open");
  const auto sent = signal(acme);
  ASSERT_TRUE(sent) << sent.error().message();
  EXPECT_EQ(sent->status.state, dps::State::started);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].target, "/api/v1/acme/dataflows/start");
  EXPECT_FALSE(asked[0].headers.get("Authorization"));
}

TEST_F(TunnelRoute, a_plane_that_dials_is_told_which_of_its_flows_were_closed_meanwhile) {
  keep("ended", transfer::State::terminated, "edge");
  keep("rests", transfer::State::suspended, "edge");
  keep("done", transfer::State::completed, "edge");
  keep("runs", transfer::State::started, "edge");
  keep("of-another", transfer::State::terminated, "other");
  CatchingUp catching_up(house.scope, *house.engine, planes);
  EXPECT_EQ(dialled("edge"), "open");
  const auto owner = owner_of(tunnel_of(acme, dps::DataPlaneId("edge")));
  ASSERT_TRUE(owner);
  catching_up.begin(owner->context, owner->plane);
  EXPECT_TRUE(loop.eventually([&] { return asked.size() >= 3; }, std::chrono::milliseconds(1)))
      << asked.size();
  std::set<std::string> targets;
  for (const auto& each : asked) targets.insert(each.target);
  EXPECT_EQ(targets, (std::set<std::string>{"/api/v1/acme/dataflows/ended/terminate",
                                            "/api/v1/acme/dataflows/rests/suspend",
                                            "/api/v1/acme/dataflows/done/completed"}));
}

TEST_F(TunnelRoute, a_plane_is_told_what_was_closed_since_it_did_not_answer) {
  using std::chrono::hours;
  keep("before", transfer::State::terminated, "edge");
  keep("since", transfer::State::terminated, "edge", hours(2));
  CatchingUp catching_up(house.scope, *house.engine, planes);
  EXPECT_EQ(dialled("edge"), "open");
  const auto closed_at = transfer::testing::process(protocol::dsp::Role::provider, transfer::Direction::pull,
                                                    transfer::State::terminated)
                             .state_at;
  catching_up.begin(acme, dps::DataPlaneId("edge"), closed_at + hours(1));
  EXPECT_TRUE(loop.eventually([&] { return !asked.empty(); }, std::chrono::milliseconds(1)));
  EXPECT_TRUE(signal(acme)) << "goes behind, on the only line";
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].target, "/api/v1/acme/dataflows/since/terminate");
  EXPECT_EQ(asked[1].target, "/api/v1/acme/dataflows/start");
}

TEST_F(TunnelRoute, a_plane_that_has_not_dialled_is_a_peer_that_cannot_be_reached) {
  const auto sent = signal(acme);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::peer_unavailable);
}

TEST_F(TunnelRoute, nobody_opens_the_tunnel_of_another) {
  house.caller.subject = "other";
  EXPECT_TRUE(dialled("edge").contains("403")) << "another plane of the participant";
  house.caller.subject = "edge";
  EXPECT_TRUE(dialled("edge", "globex").contains("403")) << "a plane of that name in another context";
  EXPECT_TRUE(dialled("unregistered").contains("404"));
  house.caller.scopes = {"signaling-api:reports:write"};
  EXPECT_TRUE(dialled("edge").contains("403")) << "who may not open tunnels";
  EXPECT_TRUE(asked.empty());
}

TEST_F(TunnelRoute, a_registration_in_another_context_reaches_no_foreign_tunnel) {
  EXPECT_EQ(dialled("edge"), "open");
  const ContextId globex("globex");
  dps::DataPlaneRegistrationMessage message{.dataplane_id = dps::DataPlaneId("edge"),
                                            .endpoint = "tunnel:edge",
                                            .profiles = {"HttpData-PULL"},
                                            .labels = {},
                                            .authorization = {}};
  ASSERT_TRUE(loop.run(contexts.put_data_plane(globex, message, "test")));
  const auto sent = signal(globex);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::peer_unavailable);
  EXPECT_TRUE(asked.empty());
}

}  // namespace kontor::runtime::transfer_process
