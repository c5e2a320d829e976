#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "dataplane/http/test_plane.hpp"
#include "testing/party/party.hpp"

namespace kontor::dataplane::http::testing {
namespace {

using kontor::testing::LoopbackServer;
using kontor::testing::Party;

/// A plane whose tokens expire, and who they are given to.
class RenewalTest : public ::testing::Test {
 protected:
  RenewalTest() {
    signaling::SignalingConfig signaling;
    signaling.token_lifetime = std::chrono::minutes(5);
    plane = plane_for_pulls(loop,
                            {.folder = folder.path(),
                             .control_plane = world.url(),
                             .plain_authorities = {server.authority()},
                             .signaling = signaling},
                            {.flows_cached_for = std::chrono::hours(1)});
  }
  ~RenewalTest() override { plane.reset(); }

  dps::HttpAccess start(const std::string& flow, const std::string& path = "/data") {
    const auto response =
        plane->signal("start", R"({"messageId":"m1","participantId":"did:web:us","counterPartyId":")" +
                                   client.did().str() + R"(","processId":")" + flow +
                                   R"(","agreementId":"ag","datasetId":"ds","profile":"HttpData-PULL",)" +
                                   R"("metadata":{"dataAddress":{"type":"HttpData","baseUrl":")" +
                                   world.url() + path + R"("}}})");
    EXPECT_EQ(response.status, 200u) << response.body.text;
    const auto message = json::decode<dps::DataFlowStatusMessage>(response.body.text).value();
    return dps::read_http_access(*message.data_address, {.https_only = false, .renewal_required = true})
        .value();
  }

  /// What the client signs of itself, and of the access token that it has.
  protocol::dcp::SelfIssuedToken proof_of(const std::string& access_token) {
    auto token = client.self_issued(Did("did:web:us"), loop.clock().now());
    token.access_token = access_token;
    return token;
  }
  std::string proven(const std::string& access_token) { return client.authorization(proof_of(access_token)); }

  web::Response renew(const std::string& url, const std::string& refresh_token,
                      const std::string& authorization) {
    web::Request request{.method = "POST", .target = url};
    if (!authorization.empty()) request.headers.set("Authorization", authorization);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body.text = "grant_type=refresh_token&refresh_token=" + text::percent_encode(refresh_token);
    return loop
        .run(plane->client().send(std::move(request),
                                  {.deadline = plane->soon(), .trust = web::Trust::configured}))
        .value();
  }
  static dps::TokenRenewalResponse renewed(const web::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body.text;
    return json::decode<dps::TokenRenewalResponse>(response.body.text).value_or(dps::TokenRenewalResponse{});
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  World world{loop};
  LoopbackServer server{loop};
  Party client{server, "globex"};
  Party other{server, "initech"};
  std::unique_ptr<Plane> plane;
};

}  // namespace

TEST_F(RenewalTest, a_token_is_renewed_for_whom_the_flow_is_for) {
  const auto access = start("1");
  EXPECT_EQ(access.renewal->refresh_endpoint, plane->public_url() + "/api/data-token");
  EXPECT_LE(access.renewal->expires_in, std::chrono::minutes(5));
  EXPECT_GT(access.renewal->expires_in, std::chrono::minutes(4));
  const auto answer =
      renew(access.renewal->refresh_endpoint, access.renewal->refresh_token, proven(*access.access_token));
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  const auto fresh = renewed(answer);
  EXPECT_NE(fresh.access_token, *access.access_token);
  EXPECT_NE(fresh.refresh_token, access.renewal->refresh_token);
  EXPECT_EQ(plane->pull(access.endpoint, fresh.access_token).status, 200u);
  // What is on its way under the old one arrives.
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
}

TEST_F(RenewalTest, an_answer_that_is_lost_loses_nothing_until_the_next_token_was_used) {
  const auto access = start("1");
  const auto& url = access.renewal->refresh_endpoint;
  const auto& first = access.renewal->refresh_token;
  const auto lost = renewed(renew(url, first, proven(*access.access_token)));
  const auto again = renewed(renew(url, first, proven(*access.access_token)));
  EXPECT_NE(again.access_token, lost.access_token);
  const auto next = renewed(renew(url, *again.refresh_token, proven(again.access_token)));
  EXPECT_EQ(plane->pull(access.endpoint, next.access_token).status, 200u);
  const auto refused = renew(url, first, proven(*access.access_token));
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("invalid_grant")) << refused.body.text;
}

TEST_F(RenewalTest, a_stream_outlives_the_token_that_it_began_with_and_ends_with_its_flow) {
  const auto access = start("1", "/events");
  web::Request request{.target = access.endpoint};
  request.headers.set("Authorization", "Bearer " + *access.access_token);
  auto response = loop.run(plane->client().send(
      std::move(request),
      {.deadline = plane->soon(), .trust = web::Trust::configured, .stream_response = true}));
  ASSERT_TRUE(response) << response.error().message();
  dps::TokenRenewalResponse token{
      .access_token = *access.access_token, .expires_in = {}, .refresh_token = access.renewal->refresh_token};
  for (const auto* said : {"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}) {
    token =
        renewed(renew(access.renewal->refresh_endpoint, *token.refresh_token, proven(token.access_token)));
    world.events->say(said);
    EXPECT_EQ(loop.run(response->body.stream->read()).value_or("it has ended"), said);
  }
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 403u) << "it begins nothing new";
  EXPECT_EQ(plane->signal("1/suspend", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(plane->signal("1/resume", R"({"messageId":"m3"})").status, 200u);
  world.events->say("data: 4\n\n");
  EXPECT_FALSE(loop.run(response->body.stream->read()));
}

TEST_F(RenewalTest, nobody_else_renews_it) {
  const auto access = start("1");
  const auto& url = access.renewal->refresh_endpoint;
  const auto& token = access.renewal->refresh_token;
  auto elsewhere = proof_of(*access.access_token);
  elsewhere.audience = Did("did:web:elsewhere");
  auto expired = proof_of(*access.access_token);
  expired.now = loop.clock().now() - std::chrono::hours(1);
  auto by_other = other.self_issued(Did("did:web:us"), loop.clock().now());
  by_other.access_token = *access.access_token;
  auto without = proof_of(*access.access_token);
  without.access_token.reset();
  const std::pair<const char*, std::string> proofs[] = {
      {"no proof", ""},
      {"the access token itself", "Bearer " + *access.access_token},
      {"somebody else", other.authorization(by_other)},
      {"under somebody else's key", other.authorization(proof_of(*access.access_token))},
      {"for another provider", client.authorization(elsewhere)},
      {"expired", client.authorization(expired)},
      {"without the access token", client.authorization(without)},
      {"with another access token", proven("another")}};
  for (const auto& [what, proof] : proofs) EXPECT_EQ(renew(url, token, proof).status, 401u) << what;
  EXPECT_EQ(renew(url, "unknown", proven(*access.access_token)).status, 400u);
  EXPECT_EQ(renew(url, token, proven(*access.access_token)).status, 200u);
}

TEST_F(RenewalTest, a_flow_that_is_closed_has_no_token_to_renew) {
  const auto access = start("1");
  const auto renew_it = [&] {
    return renew(access.renewal->refresh_endpoint, access.renewal->refresh_token,
                 proven(*access.access_token))
        .status;
  };
  EXPECT_EQ(plane->signal("1/suspend", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(renew_it(), 400u);
  EXPECT_EQ(plane->signal("1/resume", R"({"messageId":"m3"})").status, 200u);
  EXPECT_EQ(renew_it(), 400u);
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m4"})").status, 200u);
  EXPECT_EQ(renew_it(), 400u);
}

TEST_F(RenewalTest, the_parameters_may_stand_in_the_query) {
  const auto access = start("1");
  web::Request request{.method = "POST",
                       .target = access.renewal->refresh_endpoint +
                                 "?grant_type=refresh_token&refresh_token=" +
                                 text::percent_encode(access.renewal->refresh_token)};
  request.headers.set("Authorization", proven(*access.access_token));
  const auto answer = loop.run(
      plane->client().send(std::move(request), {.deadline = plane->soon(), .trust = web::Trust::configured}));
  EXPECT_EQ(answer.value().status, 200u) << answer.value().body.text;
}

}  // namespace kontor::dataplane::http::testing
