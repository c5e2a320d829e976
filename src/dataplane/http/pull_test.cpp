#include <gmock/gmock.h>

#include <set>

#include "base/text/encoding.hpp"
#include "dataplane/http/test_pulls.hpp"
#include "protocol/api/usage/messages.hpp"

namespace kontor::dataplane::http::testing {

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

TEST_F(PullTest, what_was_fetched_is_counted_and_shown_to_its_owner) {
  const auto access = start("1", source_at("/data"));
  const auto shown = [&](const std::string& path) {
    return plane->ask({.target = "/api/mgmt/v5beta/participants/acme/usage" + path},
                      protocol::api::Listener::administration);
  };
  EXPECT_THAT(shown("/agreements/ag").body.text, ::testing::HasSubstr(R"("flows":0,"openFlows":1)"));
  EXPECT_EQ(shown("/agreements/other").status, 404u);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token, "HEAD").status, 200u);
  loop.run(plane->usage().flush());
  const auto bytes = R"("sentBytes":)" + std::to_string(2 * world.data.size());
  EXPECT_THAT(shown("/agreements/ag").body.text,
              ::testing::AllOf(::testing::HasSubstr(R"("flows":1,"openFlows":1,"requests":3)"),
                               ::testing::HasSubstr(bytes)));
  web::Request question{.method = "POST", .target = "/api/mgmt/v5beta/participants/acme/usage/request"};
  const auto found = plane->ask(std::move(question), protocol::api::Listener::administration);
  EXPECT_THAT(found.body.text, ::testing::AllOf(::testing::HasSubstr(R"("counterPartyId":"did:web:them")"),
                                                ::testing::HasSubstr(bytes)));
}

TEST_F(PullTest, flows_of_an_agreement_are_open_until_they_end_whether_or_not_they_were_used) {
  const auto usage = [&] {
    loop.run(plane->usage().flush());
    auto answer = plane->ask({.target = "/api/mgmt/v5beta/participants/acme/usage/agreements/ag"},
                             protocol::api::Listener::administration);
    const auto read = json::decode<protocol::api::usage::AgreementUsage>(answer.body.text);
    EXPECT_TRUE(read) << answer.body.text;
    return read ? std::pair(read->flows, read->open_flows) : std::pair<std::uint64_t, std::uint64_t>{};
  };
  const auto used_and_open = [](std::uint64_t used, std::uint64_t open) { return std::pair(used, open); };
  const auto first = start("1", source_at("/data"));
  start("2", source_at("/data"));
  start("3", source_at("/data"));
  access_in(plane->signal("start", start_of("4", source_at("/data")), "globex"));
  auto other = start_of("5", source_at("/data"));
  access_in(plane->signal("start", other.replace(other.find(R"("ag")"), 4, R"("other")")));
  EXPECT_EQ(usage(), used_and_open(0, 3));
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 200u);
  EXPECT_EQ(plane->signal("2/suspend", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(usage(), used_and_open(1, 3)) << "what is suspended has not ended";
  EXPECT_EQ(plane->signal("1/completed", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(usage(), used_and_open(1, 2));
  EXPECT_EQ(plane->signal("2/terminate", R"({"messageId":"m3"})").status, 200u);
  EXPECT_EQ(plane->signal("3/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(usage(), used_and_open(1, 0));
}

TEST_F(PullTest, a_token_is_dead_when_terminate_is_answered) {
  const auto access = start("1", source_at("/data") + R"(,"header:X-Code":"s3cret")");
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2","reason":"enough"})").status, 200u);
  const auto refused = plane->pull(access.endpoint, *access.access_token);
  EXPECT_EQ(refused.status, 403u);
  EXPECT_EQ(world.requests.size(), 1u);
}

namespace {

Task<void> pull_into(Plane& plane, dps::HttpAccess access, std::vector<std::string>& bodies) {
  web::Request request{.target = access.endpoint};
  request.headers.set("Authorization", "Bearer " + *access.access_token);
  auto response = co_await plane.client().send(std::move(request),
                                               {.deadline = plane.soon(), .trust = web::Trust::configured});
  bodies.push_back(response && response->status == 200 ? response->body.text : "none");
}

Task<void> pull_at_once(RealLoop& loop, Plane& plane, dps::HttpAccess access,
                        std::vector<std::string>& bodies, std::size_t count) {
  async::Scope scope(loop.executor());
  for (std::size_t i = 0; i < count; ++i) scope.spawn(pull_into(plane, access, bodies));
  co_await scope.drain();
}

}  // namespace

TEST_F(PullTest, the_first_requests_for_a_flow_may_come_all_at_once) {
  for (const std::string flow : {"1", "2", "3"}) {
    auto access = start(flow, source_at("/data") + R"(,"header:X-Code":"s3cret")");
    boot();
    access.endpoint = moved(access.endpoint);
    std::vector<std::string> bodies;
    loop.run(pull_at_once(loop, *plane, access, bodies, 16));
    EXPECT_THAT(bodies, ::testing::AllOf(::testing::SizeIs(16), ::testing::Each(world.data)));
  }
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
  for (const auto& source : {std::string(R"("baseUrl":"gopher://a.example")"),
                             source_at("/data") + R"(,"authKey":"X-Code","secretName":"not-there")",
                             source_at("/data") + R"(,"proxyMethods":"GET")",
                             source_at("/data") + R"(,"proxyMethod":"true","proxyMethods":"GET BREW")",
                             source_at("/data") + R"(,"proxyMethod":"true","proxyMethods":["GET"])"}) {
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
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 403u);
  const auto second = access_in(plane->signal("1/resume", R"({"messageId":"m3"})"));
  EXPECT_NE(second.access_token, first.access_token);
  EXPECT_EQ(plane->pull(second.endpoint, *second.access_token).status, 200u);
  EXPECT_EQ(plane->pull(first.endpoint, *first.access_token).status, 403u);
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
  EXPECT_EQ(plane->pull(moved(access.endpoint), *access.access_token).status, 403u);
}

TEST_F(PullTest, a_context_that_was_erased_serves_nothing_once_the_copy_is_too_old) {
  boot({"127.0.0.0/8"}, std::chrono::milliseconds(1));
  const auto access = start("1", source_at("/data"));
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
  const auto endless = start("2", source_at("/endless"));
  auto running = begin(endless);
  ASSERT_TRUE(running) << running.error().message();
  ASSERT_TRUE(loop.run(plane->store().erase(ContextId("acme"))));
  loop.run(pause(std::chrono::milliseconds(5)));
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 403u);
  EXPECT_TRUE(ends(*running));
}

TEST_F(PullTest, unknown_foreign_and_missing_tokens_are_refused) {
  const auto mine = start("1", source_at("/data"));
  const auto other = start("2", source_at("/data"));
  const auto foreign = access_in(plane->signal("start", start_of("3", source_at("/data")), "globex"));
  const auto unknown =
      text::base64url_encode(bytes_of(std::string_view("acme"))) + "." + std::string(43, 'A');
  std::set<std::string> answers;
  for (const auto& token : {std::string("nonsense"), unknown, *other.access_token, *foreign.access_token}) {
    const auto refused = plane->pull(mine.endpoint, token);
    EXPECT_EQ(refused.status, 403u) << token;
    auto body = json::parse(refused.body.text).value().as_object();
    answers.insert(std::string(body.at("detail").as_string()));
  }
  EXPECT_EQ(plane->pull(plane->public_url() + "/api/data/nowhere", *mine.access_token).status, 403u);
  EXPECT_EQ(answers.size(), 1u) << ::testing::PrintToString(answers);
  const auto none = plane->pull(mine.endpoint, "");
  EXPECT_EQ(none.status, 401u);
  EXPECT_EQ(none.headers.get("WWW-Authenticate"), "Bearer");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(PullTest, a_token_may_stand_alone) {
  const auto access = start("1", source_at("/data"));
  web::Headers bare;
  bare.set("Authorization", *access.access_token);
  EXPECT_EQ(plane->pull(access.endpoint, "", "GET", bare).status, 200u);
}

TEST_F(PullTest, an_answer_that_is_under_way_ends_with_its_flow) {
  const auto access = start("1", source_at("/endless"));
  auto response = begin(access);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_FALSE(loop.run(response->body.stream->read()).value().empty());
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_TRUE(ends(*response));
}

TEST_F(PullTest, an_answer_whose_reader_takes_nothing_ends_with_its_flow) {
  auto response = begin(start("1", source_at("/endless")));
  ASSERT_TRUE(response) << response.error().message();
  // Until what lies between the source and the reader is full.
  loop.run(pause(std::chrono::milliseconds(200)));
  EXPECT_FALSE(world.endless.expired());
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  for (int i = 0; i < 500 && !world.endless.expired(); ++i) loop.run(pause(std::chrono::milliseconds(10)));
  EXPECT_TRUE(world.endless.expired()) << "the source is not asked any more";
  EXPECT_TRUE(ends(*response));
}

TEST_F(PullTest, a_stream_that_waits_ends_with_its_flow) {
  for (const auto* order : {"suspend", "terminate", "completed"}) {
    const auto flow = std::string("flow-of-") + order;
    auto response = begin(start(flow, source_at("/events")));
    ASSERT_TRUE(response) << response.error().message();
    world.events->say("data: 1\n\n");
    EXPECT_EQ(loop.run(response->body.stream->read()).value(), "data: 1\n\n");
    EXPECT_EQ(plane->signal(flow + "/" + order, R"({"messageId":"m2"})").status, 200u) << order;
    // Nothing more is said: the source would keep its reader waiting for ever.
    EXPECT_FALSE(loop.run(response->body.stream->read())) << order << ": cut off, not ended";
  }
}

TEST_F(PullTest, what_waits_to_pass_within_the_kernel_ends_with_its_flow) {
  auto response = begin(start("1", source_at("/huge")));
  ASSERT_TRUE(response) << response.error().message();
  constexpr std::size_t enough_to_pass = 4UL << 20;
  world.events->say(std::string(enough_to_pass, 'x'));
  for (std::size_t bytes = 0; bytes < enough_to_pass;) {
    const auto piece = loop.run(response->body.stream->read());
    ASSERT_TRUE(piece && !piece->empty());
    bytes += piece->size();
  }
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_FALSE(loop.run(response->body.stream->read()));
  const usage::ContextLimits one_at_a_time{.all_flows = {.requests_max = 1}};
  ASSERT_TRUE(loop.run(plane->usage().limits().set({ContextId("acme"), {}}, one_at_a_time)));
  EXPECT_EQ(begin(start("2", source_at("/data")))->status, 200u) << "what has ended is under way no longer";
}

TEST_F(PullTest, a_stream_goes_on_through_a_change_that_closes_nothing) {
  const auto access = start("1", source_at("/events"));
  auto response = begin(access);
  ASSERT_TRUE(response) << response.error().message();
  platform::engine::Command command(ContextId("acme"), EntityId("1"));
  const domain::data_flow::Counted counted{.report_id = "r1", .more = {.requests = 1}};
  ASSERT_TRUE(loop.run(plane->engine().apply<domain::data_flow::Machine>(std::move(command), counted)));
  loop.run(pause(std::chrono::milliseconds(20)));
  world.events->say("data: 1\n\n");
  EXPECT_EQ(loop.run(response->body.stream->read()).value(), "data: 1\n\n");
}

TEST_F(PullTest, a_request_that_waits_for_its_source_ends_with_its_flow) {
  const auto access = start("1", source_at("/silent"));
  async::Scope asking(loop.executor());
  unsigned status = 0;
  const auto ask = [](Plane& of, dps::HttpAccess with, unsigned& out) -> Task<void> {
    web::Request request{.target = with.endpoint};
    request.headers.set("Authorization", "Bearer " + *with.access_token);
    auto answer = co_await of.client().send(std::move(request),
                                            {.deadline = of.soon(), .trust = web::Trust::configured});
    out = answer ? answer->status : 1;
  };
  asking.spawn(ask(*plane, access, status));
  while (world.begun == 0) loop.run(pause(std::chrono::milliseconds(1)));
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  loop.run(asking.drain());
  EXPECT_EQ(status, 403u);
}

TEST_F(PullTest, a_stream_that_waits_ends_when_its_context_is_gone_and_nobody_said_so) {
  boot({"127.0.0.0/8"}, std::chrono::milliseconds(20));
  auto response = begin(start("1", source_at("/events")));
  ASSERT_TRUE(response) << response.error().message();
  ASSERT_TRUE(loop.run(plane->store().erase(ContextId("acme"))));
  EXPECT_FALSE(loop.run(response->body.stream->read()));
}

TEST_F(PullTest, a_plane_that_may_not_serve_refuses_and_ends_what_is_under_way) {
  boot({"127.0.0.0/8"}, std::chrono::milliseconds(100));
  const auto access = start("1", source_at("/events"));
  auto running = begin(access);
  ASSERT_TRUE(running) << running.error().message();
  const auto may = std::make_shared<Result<void>>();
  plane->replicas().serve_while([may] { return *may; });
  world.events->say("data: 1\n\n");
  EXPECT_TRUE(loop.run(running->body.stream->read()));
  *may = fail(ErrorCode::unavailable, "alone for too long");
  const auto refused = plane->pull(access.endpoint, *access.access_token);
  EXPECT_EQ(refused.status, 503u);
  EXPECT_TRUE(refused.body.text.contains("alone for too long")) << refused.body.text;
  EXPECT_TRUE(ends(*running));
  *may = {};
  EXPECT_EQ(begin(access)->status, 200u);
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

TEST_F(PullTest, a_source_in_a_private_network_is_not_reached) {
  boot({});
  const auto access = start("1", source_at("/data"));
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 502u);
  EXPECT_TRUE(world.requests.empty());
}

}  // namespace kontor::dataplane::http::testing
