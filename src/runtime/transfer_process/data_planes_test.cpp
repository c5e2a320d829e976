#include "runtime/transfer_process/data_planes.hpp"

#include "platform/auth/plane_proofs.hpp"
#include "runtime/participant_context/assembly.hpp"
#include "runtime/transfer_process/signals.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::transfer_process {
namespace {

namespace dps = protocol::dps;

std::vector<const entity::Kind*> kinds() {
  return participant_context::ParticipantContextAssembly::kinds();
}

/// A control plane, and on one server its own data plane, those of others, and the token services of all.
class DataPlanesTest : public ::testing::Test {
 protected:
  DataPlanesTest() {
    house.open();
    EXPECT_TRUE(
        loop.run(contexts.create({.id = acme, .identity = Did("did:web:acme"), .properties = {}}, "test")));
    server.answer("/own-token", R"({"access_token":"ours","token_type":"Bearer","expires_in":600})");
    server.answer("/their-token", R"({"access_token":"theirs","token_type":"Bearer"})");
  }
  ~DataPlanesTest() override { house.close(); }

  void register_plane(std::string path, std::optional<dps::Authorization> profile = {}) {
    server.answer(path + "/start", R"({"state":"STARTED"})");
    dps::DataPlaneRegistrationMessage message{.dataplane_id = dps::DataPlaneId("plane"),
                                              .endpoint = server.url(path),
                                              .profiles = {"HttpData-PULL"},
                                              .labels = {},
                                              .authorization = std::move(profile)};
    EXPECT_TRUE(loop.run(contexts.put_data_plane(acme, std::move(message), "test")));
  }
  dps::Authorization profile() const {
    dps::Authorization profile;
    profile.type = dps::client_credentials;
    profile.token_endpoint = server.url("/their-token");
    profile.client_id = "us";
    profile.client_secret = "s3cret";
    return profile;
  }
  Result<DataPlanes::Answer> signal(dps::Operation operation = dps::Operation::start,
                                    const std::string& process = "p") {
    transfer::Flow flow;
    flow.process = protocol::dsp::Pid(process);
    flow.subject.transfer_type = "HttpData-PULL";
    const platform::engine::EffectCall call{.context = acme,
                                            .entity = EntityId("p"),
                                            .id = {},
                                            .attempt = 1,
                                            .deadline = house.soon(),
                                            .trace = {}};
    return loop.run(planes.send(call, flow, {operation, {}}));
  }
  void register_at(const std::string& id, const std::string& endpoint,
                   std::optional<std::chrono::seconds> lease = {}, std::optional<std::uint32_t> load = {},
                   dps::Dialect dialect = dps::Dialect::rc3) {
    dps::DataPlaneRegistrationMessage message{.dataplane_id = dps::DataPlaneId(id),
                                              .endpoint = endpoint,
                                              .profiles = {"HttpData-PULL"},
                                              .labels = {},
                                              .authorization = {},
                                              .lease = lease,
                                              .load_percent = load,
                                              .dialect = dialect};
    EXPECT_TRUE(loop.run(contexts.put_data_plane(acme, std::move(message), "test")));
  }
  static platform::auth::Caller caller(std::string subject, std::string scope) {
    return {.subject = std::move(subject), .role = {}, .context = {}, .scopes = {std::move(scope)}};
  }
  bool speaks(std::string carrier, const platform::auth::Caller& caller) {
    return loop.run(planes.speaks_for(acme, {protocol::dsp::Pid("p"), std::move(carrier)}, caller)).value();
  }
  /// The Authorization header of a signal to the plane at `path`.
  std::string shown_at(const std::string& path) {
    auto sent = signal();
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().message());
    return std::string(server.last(path + "/start").headers.get("Authorization").value_or("none"));
  }

  testing::VirtualLoop loop{testing::VirtualLoop::TimeMoves::by_hand};
  testing::LoopbackServer server{loop};
  testing::House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  platform::auth::TokenSource own_tokens{
      house.scope, loop.clock(), *house.client, {server.url("/own-token"), "kontor", "secret"}};
  platform::http::SecretClient secret_client{*house.client, {"127.0.0.1"}};
  DataPlanes planes{{loop.clock(), *house.client, secret_client, own_tokens, contexts},
                    {{server.url()}, "https://us.example"}};
};

}  // namespace

TEST_F(DataPlanesTest, our_token_goes_to_our_own_planes_alone) {
  register_plane("/api/v1/acme/dataflows");
  EXPECT_EQ(shown_at("/api/v1/acme/dataflows"), "Bearer ours");
  // Of another context, and somewhere else at the same origin.
  for (const auto* path : {"/api/v1/globex/dataflows", "/elsewhere/dataflows"}) {
    register_plane(path);
    EXPECT_EQ(shown_at(path), "none") << path;
  }
}

TEST_F(DataPlanesTest, a_plane_of_others_gets_a_token_of_its_profile_each_time) {
  register_plane("/theirs/dataflows", profile());
  EXPECT_EQ(shown_at("/theirs/dataflows"), "Bearer theirs");
  EXPECT_TRUE(server.last("/their-token").body.text.contains("client_secret=s3cret"));
  EXPECT_TRUE(server.last("/their-token").body.text.contains("audience=plane"));
  EXPECT_EQ(shown_at("/theirs/dataflows"), "Bearer theirs");
  EXPECT_EQ(server.asked("/their-token"), 2u);
  EXPECT_EQ(server.asked("/own-token"), 0u);
}

TEST_F(DataPlanesTest, only_the_answer_to_an_order_has_to_tell_a_status) {
  register_plane("/theirs/dataflows");
  server.answer("/theirs/dataflows/p/suspend", "{}");
  server.answer("/theirs/dataflows/p/started", "");
  server.answer("/theirs/dataflows/p/resume", "{}");
  EXPECT_TRUE(signal(dps::Operation::suspend));
  EXPECT_TRUE(signal(dps::Operation::started));
  EXPECT_EQ(signal(dps::Operation::resume).error().code, ErrorCode::peer_refused);
  server.answer("/theirs/dataflows/start", R"({"state":"STARTING"})");
  EXPECT_TRUE(signal(dps::Operation::start).value().pending);
}

TEST_F(DataPlanesTest, the_secret_of_a_profile_does_not_go_in_the_clear) {
  platform::http::SecretClient strict(*house.client, {});
  platform::auth::PlaneTokens tokens(strict);
  const auto refused = loop.run(tokens.authorization({"plane", acme, profile()}, house.soon()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::address_refused);
  EXPECT_EQ(server.asked("/their-token"), 0u);
}

TEST_F(DataPlanesTest, the_secret_of_a_profile_is_not_shown_with_the_plane) {
  register_plane("/theirs/dataflows", profile());
  const auto shown = loop.run(contexts.data_planes(acme)).value();
  ASSERT_EQ(shown.size(), 1u);
  ASSERT_TRUE(shown[0].authorization);
  EXPECT_FALSE(shown[0].authorization->client_secret);
}

TEST_F(DataPlanesTest, a_plane_that_does_not_answer_is_passed_over_until_it_may_be_back) {
  server.answer("/b/dataflows/start", R"({"state":"STARTED"})");
  register_at("a", "http://127.0.0.1:1/dataflows");
  register_at("b", server.url("/b/dataflows"));
  EXPECT_EQ(signal().error().code, ErrorCode::peer_unavailable);
  EXPECT_EQ(signal(dps::Operation::start, "another").value().data_plane, "b");
  // It may have taken the order before the answer was lost.
  EXPECT_EQ(signal().error().code, ErrorCode::peer_unavailable);
  const auto selection = loop.run(planes.select(acme, {"HttpData-PULL", {}})).value();
  EXPECT_EQ(selection.judgements[0].verdict, transfer::Verdict::silent);
  EXPECT_EQ(loop.run(planes.standing(acme, "a")).value().verdict, transfer::Verdict::silent);
  loop.clock().advance(std::chrono::seconds(31));
  EXPECT_EQ(loop.run(planes.select(acme, {"HttpData-PULL", {}})).value().chosen, 0u);
}

TEST_F(DataPlanesTest, a_plane_that_registers_or_answers_after_a_silence_is_back) {
  std::vector<Instant> unheard;
  planes.when_back([&](const ContextId& context, const dps::DataPlaneId& plane, Instant since) {
    EXPECT_EQ(context, acme);
    EXPECT_EQ(plane.str(), "a");
    unheard.push_back(since);
  });
  contexts.on_data_plane(
      [&](const ContextId& context, const dps::DataPlaneId& plane) { planes.heard_from(context, plane); });
  const auto lost = [&] {
    register_at("a", "http://127.0.0.1:1/dataflows");
    EXPECT_FALSE(signal());
    return loop.clock().now();
  };
  const auto first = lost();
  loop.clock().advance(std::chrono::minutes(5));
  EXPECT_FALSE(signal());
  EXPECT_TRUE(unheard.empty());
  server.answer("/a/dataflows/start", R"({"state":"STARTED"})");
  register_at("a", server.url("/a/dataflows"));
  EXPECT_EQ(unheard, std::vector{first}) << "since it was silent for the first time";
  EXPECT_TRUE(signal());
  EXPECT_EQ(unheard.size(), 1u) << "it is known by now";
  const auto second = lost();
  // A registration of which nobody here has heard, as on another replica.
  contexts.on_data_plane([](const ContextId&, const dps::DataPlaneId&) {});
  register_at("a", server.url("/a/dataflows"));
  EXPECT_TRUE(signal());
  EXPECT_EQ(unheard, (std::vector{first, second}));
}

TEST_F(DataPlanesTest, a_plane_that_is_too_busy_is_passed_over_for_another) {
  server.answer("/a/dataflows/start", "{}", 503);
  server.answer("/b/dataflows/start", R"({"state":"STARTED"})");
  register_at("a", server.url("/a/dataflows"));
  register_at("b", server.url("/b/dataflows"));
  EXPECT_EQ(signal().error().code, ErrorCode::peer_unavailable);
  const auto taken = signal();
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(taken->data_plane, "b");
  EXPECT_EQ(taken->choice, "suits, with 0 orders under way");
}

TEST_F(DataPlanesTest, a_plane_that_does_not_register_again_is_gone_and_comes_back) {
  server.answer("/a/dataflows/start", R"({"state":"STARTED"})");
  const auto lease = std::chrono::seconds(30);
  register_at("a", server.url("/a/dataflows"), lease);
  loop.clock().advance(std::chrono::seconds(29));
  EXPECT_EQ(signal().value().data_plane, "a");
  register_at("a", server.url("/a/dataflows"), lease);
  loop.clock().advance(std::chrono::seconds(29));
  EXPECT_EQ(signal().value().data_plane, "a");
  loop.clock().advance(std::chrono::seconds(1));
  const auto gone = signal();
  EXPECT_EQ(gone.error().code, ErrorCode::unavailable) << gone.error().message();
  EXPECT_TRUE(gone.error().detail.contains("has not registered again")) << gone.error().detail;
  EXPECT_EQ(loop.run(planes.standing(acme, "a")).value().verdict, transfer::Verdict::gone);
  register_at("a", server.url("/a/dataflows"), lease);
  EXPECT_EQ(signal().value().data_plane, "a");
}

TEST_F(DataPlanesTest, orders_count_until_a_plane_tells_its_load_again) {
  for (const auto* id : {"a", "b"}) {
    server.answer(std::string("/") + id + "/dataflows/start", R"({"state":"STARTED"})");
  }
  const auto lease = std::chrono::seconds(30);
  register_at("a", server.url("/a/dataflows"), lease, 10);
  register_at("b", server.url("/b/dataflows"), lease, 11);
  std::string taken;
  for (const auto* process : {"1", "2", "3", "4"}) {
    taken += signal(dps::Operation::start, process).value().data_plane;
  }
  EXPECT_EQ(taken, "aaba");
  loop.clock().advance(std::chrono::seconds(1));
  register_at("a", server.url("/a/dataflows"), lease, 10);
  EXPECT_EQ(signal(dps::Operation::start, "5").value().choice,
            "suits, with a load of 10 % and 0 orders since");
}

TEST_F(DataPlanesTest, a_plane_that_was_deregistered_is_not_chosen_and_its_transfers_say_so) {
  server.answer("/a/dataflows/start", R"({"state":"STARTED"})");
  register_at("a", server.url("/a/dataflows"), std::chrono::seconds(30));
  EXPECT_TRUE(loop.run(contexts.remove_data_plane(acme, dps::DataPlaneId("a"), "test")));
  EXPECT_EQ(signal().error().code, ErrorCode::not_found);
  EXPECT_EQ(loop.run(planes.standing(acme, "a")).value().verdict, transfer::Verdict::not_registered);
}

TEST_F(DataPlanesTest, early_planes_are_told_where_to_call_back) {
  server.answer("/a/dataflows/start", R"({"state":"STARTED"})");
  register_at("a", server.url("/a/dataflows"));
  EXPECT_TRUE(signal());
  EXPECT_FALSE(server.last("/a/dataflows/start").body.text.contains("callbackAddress"));
  register_at("a", server.url("/a/dataflows"), {}, {}, dps::Dialect::rc3_compat);
  EXPECT_TRUE(signal());
  EXPECT_EQ(server.last("/a/dataflows/start").body.text,
            R"({"callbackAddress":"https://us.example/api/signaling/v1/acme"})");
}

TEST_F(DataPlanesTest, a_plane_of_edc_is_told_and_understood_in_its_own_form) {
  server.answer("/a/dataflows",
                R"({"@type":"DataFlowResponseMessage","provisioning":"false","dataAddress":{
                    "dspace:endpointType":"https://w3id.org/idsa/v4.1/HTTP","dspace:endpointProperties":{
                    "dspace:name":"https://w3id.org/edc/v0.0.1/ns/endpoint",
                    "dspace:value":"https://data"}}})");
  server.answer("/a/dataflows/p/suspend", "", 204);
  register_at("a", server.url("/a/dataflows"), {}, {}, dps::Dialect::edc_legacy);
  transfer::Flow flow;
  flow.process = protocol::dsp::Pid("p");
  flow.subject.transfer_type = "HttpData-PULL";
  flow.metadata.properties["dataAddress"] = json::Object{{"type", "HttpData"}, {"baseUrl", "https://source"}};
  const auto told = [&](const transfer::Effect& effect) {
    auto signal = signal_of(effect, "m").value();
    return loop.run(planes.send({.context = acme,
                                 .entity = EntityId("p"),
                                 .id = {},
                                 .attempt = 1,
                                 .deadline = house.soon(),
                                 .trace = {}},
                                signal.flow, std::move(signal.signal)));
  };
  const auto started = told(transfer::StartFlow{flow, {}});
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_EQ(started->status.data_address->endpoint, "https://data");
  EXPECT_FALSE(started->pending);
  const auto sent = server.last("/a/dataflows").body.text;
  EXPECT_TRUE(sent.contains(R"("callbackAddress":"https://us.example/api/signaling/v1/acme")")) << sent;
  flow.data_plane = "a";
  EXPECT_TRUE(told(transfer::SuspendFlow{flow, "why"}));
  EXPECT_TRUE(told(transfer::ResumeFlow{flow, {}}).value().status.data_address);
  EXPECT_EQ(server.asked("/a/dataflows"), 2u) << "a resumption is a start";
  flow.role = protocol::dsp::Role::consumer;
  EXPECT_TRUE(told(transfer::TerminateFlow{flow, "nobody is told"}));
}

TEST_F(DataPlanesTest, a_plane_that_its_tokens_name_speaks_for_its_own_flows_alone) {
  register_plane("/plane/dataflows", profile());
  const auto installation = caller("us", "signaling-api:admin");
  const auto keys =
      caller("plane", platform::auth::registered_scope(platform::auth::PlaneKind::data_plane, acme));
  const auto enrolled = caller("edge", "signaling-api:reports:write");
  EXPECT_TRUE(speaks("plane", keys));
  EXPECT_FALSE(speaks("plane", installation));
  EXPECT_FALSE(speaks("plane", enrolled));
  EXPECT_TRUE(speaks("edge", enrolled));
  EXPECT_FALSE(speaks("edge", keys));
  // Of one that is registered without a profile, or not any more.
  EXPECT_TRUE(speaks("plain", installation));
  EXPECT_FALSE(speaks("plain", keys));
  EXPECT_FALSE(speaks("plain", enrolled));
  // Nobody has been ordered to carry it.
  EXPECT_TRUE(speaks("", installation));
  EXPECT_FALSE(speaks("", keys));
  EXPECT_FALSE(speaks("", enrolled));
  // Before the answer to the order is here, and before it is committed.
  server.answer("/plane/dataflows/start", "", 500);
  EXPECT_FALSE(signal());
  EXPECT_TRUE(speaks("", keys));
  server.answer("/plane/dataflows/start", R"({"state":"STARTED"})");
  EXPECT_TRUE(signal());
  EXPECT_TRUE(speaks("", keys));
  EXPECT_FALSE(speaks("", enrolled));
}

TEST_F(DataPlanesTest, who_signals_for_all_does_not_speak_for_a_plane_that_dials) {
  register_at("edge", "tunnel:edge");
  EXPECT_FALSE(speaks("edge", caller("us", "signaling-api:admin")));
  EXPECT_TRUE(speaks("edge", caller("edge", "signaling-api:reports:write")));
}

}  // namespace kontor::runtime::transfer_process
