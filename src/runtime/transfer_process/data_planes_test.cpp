#include "runtime/transfer_process/data_planes.hpp"

#include "runtime/participant_context/assembly.hpp"
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
  Result<DataPlanes::Answer> signal(dps::Operation operation = dps::Operation::start) {
    transfer::Flow flow;
    flow.process = protocol::dsp::Pid("p");
    flow.subject.transfer_type = "HttpData-PULL";
    const platform::engine::EffectCall call{.context = acme,
                                            .entity = EntityId("p"),
                                            .id = {},
                                            .attempt = 1,
                                            .deadline = house.soon(),
                                            .trace = {}};
    return loop.run(planes.send(call, flow, {operation, "{}"}));
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
  DataPlanes planes{{loop.clock(), *house.client, secret_client, own_tokens, contexts}, {server.url()}};
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
  const auto refused = loop.run(tokens.authorization(profile(), "plane", house.soon()));
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

}  // namespace kontor::runtime::transfer_process
