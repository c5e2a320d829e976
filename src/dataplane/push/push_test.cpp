#include "base/crypto/hash.hpp"
#include "dataplane/push/test_plane.hpp"

namespace kontor::dataplane::push::testing {
namespace {

std::string order(const std::string& flow, const std::string& metadata, const std::string& address = {}) {
  return R"({"messageId":"m-)" + flow + R"(","participantId":"did:web:us","counterPartyId":"did:web:them",)" +
         R"("dataspaceContext":"dsp","processId":")" + flow + R"(","agreementId":"ag","datasetId":"ds",)" +
         R"("profile":"HttpData-PUSH","metadata":{)" + metadata + "}" +
         (address.empty() ? "" : R"(,"dataAddress":)" + address) + "}";
}

bool has_ended(const flows::DataFlow& flow) {
  return flows::is_final(flow.state) || !flow.last_error.empty();
}

class PushTest : public ::testing::Test {
 protected:
  PushTest() { boot(); }
  ~PushTest() override {
    provider.reset();
    consumer.reset();
  }

  void boot(std::vector<std::string> allowed_networks = {"127.0.0.0/8"}) {
    provider.reset();
    provider =
        plane_for_pushes(loop, {.folder = home.path(), .allowed_networks = std::move(allowed_networks)});
  }
  void boot_consumer() {
    consumer.reset();
    consumer = plane_for_pushes(loop, {.folder = away.path()});
  }
  void write(const std::string& name, const std::string& content) const {
    const auto path = home.path() / "files" / "acme" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  void write_three() const {
    for (const auto* name : {"out/a", "out/b", "out/c"}) write(name, name);
  }
  unsigned start(const std::string& flow, const std::string& address) {
    return provider->signal("start", order(flow, R"("dataAddress":{"type":"File","path":"out"})", address))
        .status;
  }
  /// The address that the consumer's plane opens, as its control plane gets it.
  std::string prepared(const std::string& flow, const std::string& metadata = {}) {
    const auto response = consumer->signal("prepare", order(flow, metadata));
    EXPECT_EQ(response.status, 200u) << response.body.text;
    const auto body = json::parse(response.body.text).value();
    const auto* address = json::find(body, "dataAddress");
    EXPECT_TRUE(address) << response.body.text;
    return address ? json::serialize(*address) : std::string();
  }
  /// The push of the flow 1, once it satisfies `done` or as it is after a while.
  domain::push::Push pushed(std::function<bool(const domain::push::Push&)> done) {
    using domain::push::Machine;
    return loop
        .run(provider->engine().wait<Machine>(ContextId("acme"), EntityId("1"), std::move(done),
                                              provider->soon()))
        .value()
        .entity;
  }
  domain::push::Push push() {
    return pushed([](const auto&) { return true; });
  }
  std::map<std::string, std::string> received() const {
    std::map<std::string, std::string> all;
    const auto root = away.path() / "files" / "acme";
    if (!std::filesystem::exists(root)) return all;
    for (const auto& each : std::filesystem::recursive_directory_iterator(root)) {
      if (each.is_directory()) continue;
      std::ifstream stream(each.path(), std::ios::binary);
      std::stringstream text;
      text << stream.rdbuf();
      all.emplace(std::filesystem::relative(each.path(), root).string(), text.str());
    }
    return all;
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder home;
  kontor::testing::TemporaryFolder away;
  Receiver receiver{loop};
  std::unique_ptr<Plane> provider;
  std::unique_ptr<Plane> consumer;
};

}  // namespace

TEST_F(PushTest, a_control_plane_that_was_away_hears_of_the_end_when_it_is_back) {
  const std::chrono::milliseconds pause(1);
  provider.reset();
  provider = plane_for_pushes(
      loop, {.folder = home.path(),
             .control_plane = receiver.url(),
             .engine = {.retry_delay_min = pause, .retry_delay_max = pause, .attempts_max = 3}});
  write_three();
  const std::string told = "/api/signaling/v1/acme/transfers/1/dataflow/completed";
  receiver.statuses[told] = std::vector<unsigned>(7, 503);
  ASSERT_EQ(start("1", receiver.address()), 200u);
  ASSERT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  for (int i = 0; i < 20 && receiver.times(told) < 8; ++i)
    loop.run(receiver.requests_have_come(receiver.requests.size() + 1));
  EXPECT_TRUE(receiver.statuses[told].empty()) << "more often than the engine tries one effect";
  EXPECT_EQ(provider->flow("1", has_ended).last_error, "");
}

TEST_F(PushTest, a_folder_is_pushed_from_file_to_file_between_two_planes) {
  boot_consumer();
  const std::string large(700'000, 'x');
  write("out/a.csv", "1,2\n");
  write("out/2025/large", large);
  write("out/ü b", "");
  const auto address = prepared("1", R"("dataDestination":{"type":"File","path":"from them"})");
  ASSERT_EQ(start("1", address), 200u);
  const auto flow = provider->flow("1", has_ended);
  EXPECT_EQ(flow.state, flows::State::completed) << flow.last_error;
  EXPECT_EQ(flow.counters.requests, 3u);
  EXPECT_EQ(flow.counters.sent_bytes, large.size() + 4);
  const std::map<std::string, std::string> expected{
      {"from them/a.csv", "1,2\n"}, {"from them/2025/large", large}, {"from them/ü b", ""}};
  EXPECT_TRUE(received() == expected);
  EXPECT_EQ(consumer->flow("1", [](const auto&) { return true; }).counters.received_bytes, large.size() + 4);
  const auto sent = push();
  EXPECT_EQ(sent.parts, 3u);
  for (const auto& part : sent.newest)
    EXPECT_EQ(part.sha256, crypto::sha256_hex(expected.at("from them/" + part.name))) << part.name;
}

TEST_F(PushTest, a_push_comes_in_for_as_long_as_its_flow_is_open_however_soon_other_tokens_expire) {
  consumer.reset();
  consumer = plane_for_pushes(
      loop, {.folder = away.path(), .signaling = {.token_lifetime = std::chrono::milliseconds(1)}});
  write_three();
  const auto address = prepared("1");
  for (const auto* property : {"refreshToken", "refreshEndpoint", "expiresIn"})
    EXPECT_FALSE(address.contains(property)) << address;
  ASSERT_TRUE(loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::milliseconds(2))));
  ASSERT_EQ(start("1", address), 200u);
  const auto flow = provider->flow("1", has_ended);
  EXPECT_EQ(flow.state, flows::State::completed) << flow.last_error;
}

TEST_F(PushTest, what_a_push_moves_is_counted_for_both_participants) {
  boot_consumer();
  write_three();
  ASSERT_EQ(start("1", prepared("1")), 200u);
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  const auto given = provider->used("1");
  EXPECT_EQ(given.requests, 3u);
  EXPECT_EQ(given.sent_bytes, 15u);
  const auto taken = consumer->used("1");
  EXPECT_EQ(taken.requests, 3u);
  EXPECT_EQ(taken.received_bytes, 15u);
}

TEST_F(PushTest, a_push_sends_no_more_than_its_participant_may) {
  provider.reset();
  provider = plane_for_pushes(loop, {.folder = home.path(), .usage = {.flow_bytes_max = 8}});
  write_three();
  ASSERT_EQ(start("1", receiver.address()), 200u);
  const auto failed = provider->flow("1", has_ended);
  EXPECT_EQ(failed.state, flows::State::started);
  EXPECT_TRUE(failed.last_error.contains("8")) << failed.last_error;
  EXPECT_LE(failed.counters.sent_bytes, 10u);
}

TEST_F(PushTest, parts_that_were_acknowledged_are_not_sent_again_after_a_restart) {
  write_three();
  receiver.silent_at = "/in/c";
  ASSERT_EQ(start("1", receiver.address()), 200u);
  loop.run(receiver.requests_have_come(3));
  provider->flow("1", [](const flows::DataFlow& flow) { return flow.counters.requests == 2; });
  receiver.silent_at.clear();
  boot();
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  EXPECT_EQ(receiver.times("/in/a"), 1u);
  EXPECT_EQ(receiver.times("/in/b"), 1u);
  EXPECT_EQ(receiver.times("/in/c"), 2u);
}

TEST_F(PushTest, a_suspension_ends_what_is_on_its_way_and_a_resumption_sends_the_rest) {
  write_three();
  receiver.silent_at = "/in/c";
  ASSERT_EQ(start("1", receiver.address()), 200u);
  loop.run(receiver.requests_have_come(3));
  provider->flow("1", [](const flows::DataFlow& flow) { return flow.counters.requests == 2; });
  EXPECT_EQ(provider->signal("1/suspend", R"({"messageId":"m2"})").status, 200u);
  for (int turns = 0; turns < 10'000 && push().state == domain::push::State::sending; ++turns) continue;
  EXPECT_EQ(push().state, domain::push::State::resting);
  receiver.silent_at.clear();
  EXPECT_EQ(receiver.requests.size(), 3u);
  EXPECT_EQ(provider->signal("1/resume", R"({"messageId":"m3"})").status, 200u);
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  EXPECT_EQ(receiver.times("/in/a") + receiver.times("/in/b"), 2u);
  EXPECT_EQ(receiver.times("/in/c"), 2u);
}

TEST_F(PushTest, a_plane_that_may_not_serve_sends_nothing_and_the_rest_when_it_may) {
  write_three();
  receiver.silent_at = "/in/c";
  ASSERT_EQ(start("1", receiver.address()), 200u);
  loop.run(receiver.requests_have_come(3));
  provider->flow("1", [](const flows::DataFlow& flow) { return flow.counters.requests == 2; });
  may_serve(*provider, fail(ErrorCode::unavailable, "alone for too long"));
  receiver.silent_at.clear();
  const auto taken_up = pushed([](const domain::push::Push& push) { return push.round >= 3; });
  EXPECT_EQ(taken_up.state, domain::push::State::sending) << "it has not failed";
  EXPECT_EQ(receiver.requests.size(), 3u);
  may_serve(*provider, {});
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  EXPECT_EQ(receiver.times("/in/c"), 2u);
}

TEST_F(PushTest, what_may_pass_is_tried_again_and_told_in_the_end) {
  write_three();
  receiver.statuses["/in/a"] = {503, 429};
  ASSERT_EQ(start("1", receiver.address()), 200u);
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  EXPECT_EQ(receiver.times("/in/a"), 3u);
  receiver.statuses["/in/b"] = {503, 503, 503};
  ASSERT_EQ(start("2", receiver.address()), 200u);
  const auto failed = provider->flow("2", has_ended);
  EXPECT_EQ(failed.state, flows::State::started);
  EXPECT_TRUE(failed.last_error.contains("503")) << failed.last_error;
}

TEST_F(PushTest, a_source_that_cannot_be_had_for_a_moment_is_asked_again_before_it_is_told) {
  const auto source = R"("dataAddress":{"type":"HttpData","baseUrl":")" + receiver.url() + R"(/source"})";
  receiver.statuses["/source"] = {503, 503};
  ASSERT_EQ(provider->signal("start", order("1", source, receiver.address())).status, 200u);
  const auto flow = provider->flow("1", has_ended);
  EXPECT_EQ(flow.state, flows::State::completed) << flow.last_error;
  receiver.statuses["/source"] = {503, 503, 503};
  ASSERT_EQ(provider->signal("start", order("2", source, receiver.address())).status, 200u);
  const auto failed = provider->flow("2", has_ended);
  EXPECT_EQ(failed.state, flows::State::started);
  EXPECT_TRUE(failed.last_error.contains("503")) << failed.last_error;
}

TEST_F(PushTest, whoever_takes_a_part_and_says_nothing_is_asked_again) {
  for (const auto bytes : {std::size_t{10}, std::size_t{300'000}}) {
    write("out/a", std::string(bytes, 'x'));
    receiver.requests.clear();
    receiver.silent_once_at = "/in/a";
    const auto flow = std::to_string(bytes);
    ASSERT_EQ(start(flow, receiver.address()), 200u);
    EXPECT_EQ(provider->flow(flow, has_ended).state, flows::State::completed);
    EXPECT_EQ(receiver.times("/in/a"), 2u);
  }
}

TEST_F(PushTest, what_does_not_pass_is_tried_once) {
  write_three();
  receiver.statuses["/in/a"] = {403};
  ASSERT_EQ(start("1", receiver.address()), 200u);
  EXPECT_TRUE(provider->flow("1", has_ended).last_error.contains("403"));
  EXPECT_EQ(receiver.times("/in/a"), 1u);
}

TEST_F(PushTest, an_address_in_a_private_network_is_not_reached) {
  boot({});
  write_three();
  ASSERT_EQ(start("1", receiver.address()), 200u);
  const auto flow = provider->flow("1", has_ended);
  EXPECT_EQ(flow.state, flows::State::started);
  EXPECT_FALSE(flow.last_error.empty());
  EXPECT_TRUE(receiver.requests.empty());
}

TEST_F(PushTest, a_part_is_sent_with_its_token_name_type_and_digest) {
  write("out/a.csv", "1,2\n");
  ASSERT_EQ(start("1", receiver.address()), 200u);
  provider->flow("1", has_ended);
  ASSERT_EQ(receiver.requests.size(), 1u);
  const auto& request = receiver.requests[0];
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/in/a.csv");
  EXPECT_EQ(request.headers.get("Authorization"), "Bearer t");
  EXPECT_EQ(request.headers.get("Content-Type"), "text/csv");
  EXPECT_EQ(request.headers.get("Repr-Digest"), digest_field(crypto::sha256_hex("1,2\n")));
  EXPECT_EQ(request.body.text, "1,2\n");
}

TEST_F(PushTest, each_part_of_a_folder_is_sent_with_the_type_of_its_ending) {
  for (const auto* name : {"out/a.parquet", "out/b.geojson", "out/c.jsonl"}) write(name, "1");
  ASSERT_EQ(start("1", receiver.address()), 200u);
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  std::map<std::string, std::string> types;
  for (const auto& request : receiver.requests)
    types[request.target] = request.headers.get("Content-Type").value_or("");
  EXPECT_EQ(types, (std::map<std::string, std::string>{{"/in/a.parquet", "application/vnd.apache.parquet"},
                                                       {"/in/b.geojson", "application/geo+json"},
                                                       {"/in/c.jsonl", "application/jsonl"}}));
}

TEST_F(PushTest, an_order_that_comes_again_is_answered_as_before_with_the_token_that_it_has) {
  write_three();
  receiver.silent_at = "/in/c";
  ASSERT_EQ(start("1", receiver.address()), 200u);
  EXPECT_EQ(start("1", receiver.address()), 200u);
  const auto with = [&](const std::string& properties) {
    return R"({"endpointType":"HttpData","endpoint":")" + receiver.url() + R"(/in","endpointProperties":[)" +
           properties + "]}";
  };
  const std::string type = R"({"name":"authType","value":"bearer"},)";
  const std::string paths = R"({"name":"partPaths","value":"true"})";
  EXPECT_EQ(
      start("1", with(type + R"({"name":"authorization","value":"t"},{"name":"note","value":""},)" + paths)),
      200u);
  EXPECT_EQ(start("1", with(type + R"({"name":"authorization","value":"another"},)" + paths)), 409u);
  receiver.silent_at.clear();
  EXPECT_EQ(provider->flow("1", has_ended).state, flows::State::completed);
  EXPECT_EQ(receiver.times("/in/a"), 1u);
}

TEST_F(PushTest, orders_that_come_at_once_begin_one_push_and_leave_no_secret_behind) {
  write_three();
  receiver.silent_at = "/in/c";
  const std::string source = R"("dataAddress":{"type":"File","path":"out"})";
  const auto wanted = order("1", source, receiver.address());
  for (const auto& answer : provider->signal_at_once("start", {wanted, wanted, wanted}))
    EXPECT_EQ(answer.status, 200u) << answer.body.text;
  const auto secrets = [&] {
    return loop.run(provider->vault().list_secrets(ContextId("acme"))).value().size();
  };
  EXPECT_EQ(secrets(), 1u);
  auto elsewhere = order("2", source, receiver.address());
  elsewhere.replace(elsewhere.find("/in\""), 3, "/it");
  const auto answers = provider->signal_at_once("start", {order("2", source, receiver.address()), elsewhere});
  EXPECT_EQ(answers[0].status + answers[1].status, 200u + 409u);
  EXPECT_EQ(secrets(), 2u);
}

TEST_F(PushTest, an_order_that_cannot_be_carried_out_is_refused) {
  write_three();
  EXPECT_EQ(start("1", R"({"endpointType":"HttpData","endpoint":"ftp://a.example/in"})"), 400u);
  EXPECT_EQ(start("2", ""), 400u);
  for (const auto* metadata :
       {"", R"("dataAddress":{"type":"File","path":"../out"})", R"("dataAddress":{"type":"Nothing"})"}) {
    EXPECT_EQ(provider->signal("start", order("3", metadata, receiver.address())).status, 400u) << metadata;
  }
  for (const auto* metadata :
       {R"("dataDestination":{"type":"File","path":"../in"})", R"("dataDestination":{"type":"File"})",
        R"("dataDestination":{"type":"Nothing"})",
        R"("dataDestination":{"type":"HttpData","baseUrl":"https://a.example/in","authCode":"s3cret"})"}) {
    EXPECT_EQ(provider->signal("prepare", order("4", metadata)).status, 400u) << metadata;
  }
}

TEST_F(PushTest, an_endpoint_of_the_participants_own_is_handed_out) {
  boot_consumer();
  const auto address =
      prepared("1", R"("dataDestination":{"type":"HttpData","baseUrl":"https://a.example/in"})");
  EXPECT_TRUE(address.contains("https://a.example/in")) << address;
  EXPECT_FALSE(address.contains("authorization")) << address;
}

}  // namespace kontor::dataplane::push::testing
