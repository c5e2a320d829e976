#include "base/text/encoding.hpp"
#include "dataplane/http/test_plane.hpp"

namespace kontor::dataplane::http::testing {
namespace {

class PullTest : public ::testing::Test {
 protected:
  PullTest() { boot(); }
  ~PullTest() override { plane.reset(); }

  void boot(std::vector<std::string> allowed_networks = {"127.0.0.0/8"},
            std::chrono::milliseconds flows_cached_for = std::chrono::hours(1)) {
    plane.reset();
    plane = std::make_unique<Plane>(loop, Plane::Options{.folder = folder.path(),
                                                         .world_url = world.url(),
                                                         .allowed_networks = std::move(allowed_networks),
                                                         .flows_cached_for = flows_cached_for});
  }
  Task<void> pause(Duration duration) {
    [[maybe_unused]] auto waited = co_await loop.clock().wait_until(loop.clock().now() + duration);
  }

  /// A start message; `source` are members of the data address.
  static std::string start_of(const std::string& flow, const std::string& source,
                              const std::string& message = "m1") {
    return R"({"messageId":")" + message +
           R"(","participantId":"did:web:us","counterPartyId":"did:web:them",)" +
           R"("dataspaceContext":"dsp","processId":")" + flow + R"(","agreementId":"ag","datasetId":"ds",)" +
           R"("profile":"HttpData-PULL","metadata":{"dataAddress":{"type":"HttpData",)" + source + "}}}";
  }
  std::string source_at(const std::string& path) { return R"("baseUrl":")" + world.url() + path + "\""; }

  static dps::HttpAccess access_in(const web::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body.text;
    auto message = json::decode<dps::DataFlowStatusMessage>(response.body.text);
    EXPECT_TRUE(message && message->data_address) << response.body.text;
    if (!message || !message->data_address) return {};
    return dps::read_http_access(*message->data_address, {.https_only = false, .renewal_required = false})
        .value();
  }
  dps::HttpAccess start(const std::string& flow, const std::string& source) {
    return access_in(plane->signal("start", start_of(flow, source)));
  }
  /// Reads on until the answer breaks off, which it does long before the bound unless it is endless.
  bool ends(const web::Response& response) {
    for (int pieces = 0; pieces < 20'000; ++pieces) {
      const auto piece = loop.run(response.body.stream->read());
      if (!piece || piece->empty()) return true;
    }
    return false;
  }
  /// The address under a plane that has moved to another port.
  std::string moved(const std::string& url) const {
    return plane->public_url() + url.substr(url.find("/api/"));
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  World world{loop};
  std::unique_ptr<Plane> plane;
};

}  // namespace

TEST_F(PullTest, data_is_pulled_byte_by_byte_as_the_source_has_it) {
  const auto access = start("urn:uuid:1", source_at("/data") + R"(,"authKey":"X-Code","authCode":"s3cret")");
  EXPECT_EQ(access.endpoint, plane->public_url() + "/api/data/urn%3Auuid%3A1");
  const auto response = plane->pull(access.endpoint, *access.access_token);
  EXPECT_EQ(response.status, 200u);
  EXPECT_TRUE(response.body.text == world.data);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/csv");
  EXPECT_EQ(response.headers.get("Content-Length"), std::to_string(world.data.size()));
  EXPECT_EQ(response.headers.get("ETag"), "\"1\"");
  EXPECT_FALSE(response.headers.get("Set-Cookie"));
  ASSERT_EQ(world.requests.size(), 1u);
  EXPECT_EQ(world.requests[0].headers.get("X-Code"), "s3cret");
  EXPECT_FALSE(world.requests[0].headers.get("Authorization"));
}

TEST_F(PullTest, a_range_and_a_head_request_are_answered_as_the_source_answers) {
  const auto access = start("1", source_at("/data"));
  web::Headers range;
  range.set("Range", "bytes=0-9");
  const auto part = plane->pull(access.endpoint, *access.access_token, "GET", range);
  EXPECT_EQ(part.status, 206u);
  EXPECT_EQ(part.body.text, world.data.substr(0, 10));
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 0-9/" + std::to_string(world.data.size()));
  const auto head = plane->pull(access.endpoint, *access.access_token, "HEAD");
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.get("Content-Length"), std::to_string(world.data.size()));
  EXPECT_EQ(head.body.text, "");
}

TEST_F(PullTest, a_token_is_dead_when_terminate_is_answered) {
  const auto access = start("1", source_at("/data") + R"(,"header:X-Code":"s3cret")");
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2","reason":"enough"})").status, 200u);
  const auto refused = plane->pull(access.endpoint, *access.access_token);
  EXPECT_EQ(refused.status, 401u);
  EXPECT_EQ(refused.headers.get("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(PullTest, the_secrets_of_a_flow_end_with_it) {
  start("1", source_at("/data") + R"(,"header:X-Code":"s3cret")");
  const auto secrets = [&] {
    return loop.run(plane->vault().list_secrets(ContextId("acme"))).value().size();
  };
  EXPECT_EQ(secrets(), 1u);
  plane->signal("1/terminate", R"({"messageId":"m2"})");
  // The deletion follows the answer; each look lets the loop go on.
  for (int looks = 0; looks < 10'000 && secrets() > 0; ++looks) continue;
  EXPECT_EQ(secrets(), 0u);
}

TEST_F(PullTest, a_source_that_is_no_source_opens_nothing) {
  for (const auto& source :
       {std::string(R"("baseUrl":"gopher://a.example")"), source_at("/data") + R"(,"secretName":"s")"}) {
    EXPECT_EQ(plane->signal("start", start_of("1", source)).status, 400u) << source;
  }
  web::Request request{.target = "/api/v1/acme/dataflows/1/status"};
  EXPECT_EQ(plane->ask(std::move(request)).status, 404u);
  start("1", source_at("/data"));
  const auto status = plane->ask({.target = "/api/v1/acme/dataflows/1/status"});
  EXPECT_EQ(status.status, 200u);
  EXPECT_TRUE(status.body.text.contains("STARTED")) << status.body.text;
}

TEST_F(PullTest, after_a_suspension_only_a_new_token_serves) {
  const auto first = start("1", source_at("/data"));
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 200u);
  EXPECT_EQ(plane->signal("1/suspend", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 401u);
  const auto second = access_in(plane->signal("1/resume", R"({"messageId":"m3"})"));
  EXPECT_NE(second.access_token, first.access_token);
  EXPECT_EQ(plane->pull(second.endpoint, *second.access_token).status, 200u);
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 401u);
}

TEST_F(PullTest, an_order_that_comes_twice_gets_the_same_address) {
  const auto first = start("1", source_at("/data") + R"(,"header:X-Code":"s3cret")");
  const auto again = access_in(
      plane->signal("start", start_of("1", source_at("/data") + R"(,"header:X-Code":"s3cret")", "m9")));
  EXPECT_EQ(again, first);
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 200u);
  EXPECT_EQ(loop.run(plane->vault().list_secrets(ContextId("acme"))).value().size(), 1u);
}

TEST_F(PullTest, a_restart_of_the_plane_keeps_serving) {
  const auto access = start("1", source_at("/data"));
  boot();
  EXPECT_EQ(plane->pull(moved(access.endpoint), *access.access_token).status, 200u);
  const auto again = access_in(plane->signal("start", start_of("1", source_at("/data"))));
  EXPECT_EQ(again.access_token, access.access_token);
  plane->signal("1/terminate", R"({"messageId":"m2"})");
  boot();
  EXPECT_EQ(plane->pull(moved(access.endpoint), *access.access_token).status, 401u);
}

TEST_F(PullTest, a_context_that_was_erased_serves_nothing_once_the_copy_is_too_old) {
  boot({"127.0.0.0/8"}, std::chrono::milliseconds(1));
  const auto access = start("1", source_at("/data"));
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
  const auto endless = start("2", source_at("/endless"));
  web::Request request{.target = endless.endpoint};
  request.headers.set("Authorization", "Bearer " + *endless.access_token);
  auto running = loop.run(plane->client().send(
      std::move(request),
      {.deadline = plane->soon(), .trust = web::Trust::configured, .stream_response = true}));
  ASSERT_TRUE(running) << running.error().message();
  ASSERT_TRUE(loop.run(plane->store().erase(ContextId("acme"))));
  loop.run(pause(std::chrono::milliseconds(5)));
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 401u);
  EXPECT_TRUE(ends(*running));
}

TEST_F(PullTest, unknown_foreign_and_missing_tokens_are_refused) {
  const auto mine = start("1", source_at("/data"));
  const auto other = start("2", source_at("/data"));
  const auto foreign = access_in(plane->signal("start", start_of("3", source_at("/data")), "globex"));
  const auto unknown =
      text::base64url_encode(bytes_of(std::string_view("acme"))) + "." + std::string(43, 'A');
  for (const auto& token :
       {std::string(), std::string("nonsense"), unknown, *other.access_token, *foreign.access_token}) {
    EXPECT_EQ(plane->pull(mine.endpoint, token).status, 401u) << token;
  }
  EXPECT_EQ(plane->pull(plane->public_url() + "/api/data/nowhere", *mine.access_token).status, 401u);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(PullTest, no_path_leads_out_of_the_source) {
  const auto access = start("1", source_at("/data") + R"(,"proxyPath":"true","proxyQueryParams":"true")");
  EXPECT_EQ(plane->pull(access.endpoint + "/a/b?c=d", *access.access_token).status, 200u);
  ASSERT_EQ(world.requests.size(), 1u);
  EXPECT_EQ(world.requests[0].target, "/data/a/b?c=d");
  for (const auto* path :
       {"/../secret", "/%2e%2e/secret", "/%252e%252e/secret", "/a%2f..%2f..%2fsecret", "/..;/secret"}) {
    EXPECT_EQ(plane->pull(access.endpoint + path, *access.access_token).status, 400u) << path;
  }
  const auto fixed = start("2", source_at("/data"));
  EXPECT_EQ(plane->pull(fixed.endpoint + "/a", *fixed.access_token).status, 404u);
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(PullTest, a_redirect_is_refused) {
  const auto redirect = start("1", source_at("/redirect"));
  EXPECT_EQ(plane->pull(redirect.endpoint, *redirect.access_token).status, 502u);
  const auto broken = start("2", source_at("/broken"));
  EXPECT_EQ(plane->pull(broken.endpoint, *broken.access_token).status, 502u);
  EXPECT_EQ(world.requests.size(), 2u);
}

TEST_F(PullTest, a_source_in_a_private_network_is_not_reached) {
  boot({});
  const auto access = start("1", source_at("/data"));
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 502u);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(PullTest, an_answer_that_is_under_way_ends_with_its_flow) {
  const auto access = start("1", source_at("/endless"));
  web::Request request{.target = access.endpoint};
  request.headers.set("Authorization", "Bearer " + *access.access_token);
  auto response = loop.run(plane->client().send(
      std::move(request),
      {.deadline = plane->soon(), .trust = web::Trust::configured, .stream_response = true}));
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_FALSE(loop.run(response->body.stream->read()).value().empty());
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_TRUE(ends(*response));
}

TEST_F(PullTest, a_source_that_cannot_be_read_is_told_to_the_control_plane) {
  start("1", source_at("/data") + R"(,"header:X-Code":"s3cret")");
  EXPECT_EQ(plane->signal("1/suspend", R"({"messageId":"m2"})").status, 200u);
  for (auto& name : loop.run(plane->vault().list_secrets(ContextId("acme"))).value()) {
    ASSERT_TRUE(loop.run(plane->vault().delete_secret(ContextId("acme"), name)));
  }
  EXPECT_EQ(plane->signal("1/resume", R"({"messageId":"m3"})").status, 200u);
  auto told = loop.run(world.request_with("/errored"));
  EXPECT_EQ(told.target, "/api/signaling/v1/acme/transfers/1/dataflow/errored");
  EXPECT_EQ(told.headers.get("Authorization"), "Bearer ours");
  EXPECT_TRUE(told.body.text.contains("STARTED")) << told.body.text;
}

TEST_F(PullTest, the_consumers_side_keeps_no_copy_of_the_token_that_it_is_told) {
  const auto prepared = plane->signal(
      "prepare",
      R"({"messageId":"m1","processId":"c1","agreementId":"ag","datasetId":"ds","profile":"HttpData-PULL"})");
  EXPECT_EQ(prepared.status, 200u) << prepared.body.text;
  EXPECT_TRUE(prepared.body.text.contains("PREPARED"));
  const auto started = plane->signal("c1/started", R"({"messageId":"m2","dataAddress":{"endpointType":"http",
      "endpoint":"https://them.example/data",
      "endpointProperties":[{"name":"authorization","value":"t0ken"}]}})");
  EXPECT_EQ(started.status, 200u) << started.body.text;
  EXPECT_TRUE(started.body.text.contains("STARTED")) << started.body.text;
  EXPECT_TRUE(loop.run(plane->vault().list_secrets(ContextId("acme"))).value().empty());
  EXPECT_EQ(plane->signal("c2/started", R"({"messageId":"m3"})").status, 404u);
  EXPECT_EQ(plane->signal("c1/completed", "").status, 200u);
}

TEST_F(PullTest, a_push_and_a_profile_that_is_not_served_are_refused) {
  for (const auto* profile : {"HttpData-PUSH", "AmazonS3-PULL"}) {
    const auto refused = plane->signal(
        "prepare", R"({"messageId":"m1","processId":"c1","agreementId":"a","datasetId":"d","profile":")" +
                       std::string(profile) + R"("})");
    EXPECT_EQ(refused.status, 400u) << profile;
  }
}

}  // namespace kontor::dataplane::http::testing
