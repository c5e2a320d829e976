#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "base/json/codec.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"
#include "sdk/author.hpp"
#include "sdk/questions.hpp"

/// Planes of an author, as the header for C++ makes them over the C interface, driven over HTTP.

namespace kontor::sdk_test {
namespace {

/// By one of the keys of a set that was registered.
bool is_signed_by(const std::string& token, const json::Value& jwks) {
  auto jwt = protocol::jose::parse_jwt(token);
  auto keys = json::decode_value<protocol::jose::Jwks>(jwks);
  if (!jwt || !keys) return false;
  auto jwk = protocol::jose::find_key(*keys, jwt->jws.header.kid);
  auto key = jwk ? protocol::jose::verification_key(*jwk) : fail(jwk.error());
  return key && protocol::jose::verify(jwt->jws, *key) && jwt->claims.sub == "test";
}

json::Object message() {
  return {{"messageId", "a-message"}};
}

/// A log that an author keeps.
struct Lines {
  std::mutex mutex;
  std::vector<std::string> all;
  void keep(std::string_view line) {
    const std::lock_guard lock(mutex);
    all.emplace_back(line);
  }
};

}  // namespace

TEST_F(DataPlaneSdk, registers_itself_and_says_where_it_is) {
  counterpart.refuse_once(503);
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(plane.registration.target, "/dataplanes");
  const auto& body = plane.registration.body;
  EXPECT_EQ(body.at("dataplaneId").as_string(), "test");
  EXPECT_EQ(body.at("endpoint").as_string(), plane->url() + "/dataflows");
  EXPECT_EQ(body.at("profiles").as_array().size(), 2u);
  EXPECT_EQ(body.at("labels").as_array().at(0).as_string(), "fast");
  EXPECT_THROW(plane->register_at("nobody", counterpart.url()), Failure);
}

TEST_F(DataPlaneSdk, a_plane_that_registers_and_its_control_plane_prove_themselves_to_each_other) {
  std::optional<Completion> completion;
  author.on_start = [&](const Flow& flow) {
    completion.emplace(flow.completion());
    return Answer::done({.endpoint = "tcp://127.0.0.1:7"});
  };
  Running plane(configuration(), author, counterpart);
  const auto& profile = plane.registration.body.at("authorization").as_object();
  EXPECT_EQ(profile.at("type").as_string(), "oauth2_client_credentials");
  const std::string endpoint(profile.at("tokenEndpoint").as_string());
  const std::string form = "grant_type=client_credentials&client_id=them&client_secret=";
  EXPECT_EQ(counterpart.post_form(endpoint, form + "guessed").status, 401u);
  const auto given =
      counterpart.post_form(endpoint, form + std::string(profile.at("clientSecret").as_string()));
  ASSERT_EQ(given.status, 200u);
  counterpart.speak_to(plane->url(), given.text("access_token"));
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 200u);

  completion->completed();
  const auto letter = counterpart.next();
  ASSERT_TRUE(letter.authorization.starts_with("Bearer "));
  const auto token = letter.authorization.substr(7);
  EXPECT_TRUE(is_signed_by(token, profile.at("jwks")));
  counterpart.speak_to(plane->url(), token);
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").status, 401u) << "what the plane shows is no key to it";
}

TEST_F(DataPlaneSdk, a_token_of_the_plane_lets_in_as_long_as_its_flow_is_open) {
  Running plane(configuration(), author, counterpart);
  const auto started = counterpart.post("/dataflows/start", Counterpart::order("flow", pull));
  ASSERT_EQ(started.status, 200u);
  EXPECT_EQ(started.text("state"), "STARTED");
  EXPECT_EQ(property(started.body, "topic"), "heat");
  EXPECT_EQ(property(started.body, "authType"), "bearer");
  const auto token = property(started.body, "authorization");
  EXPECT_EQ(plane->admits(token), "flow");
  EXPECT_EQ(plane->admits("nothing of ours"), std::nullopt);

  EXPECT_EQ(counterpart.post("/dataflows/flow/suspend", message()).status, 200u);
  EXPECT_EQ(author.calls.back(), "suspend flow SUSPENDED");
  EXPECT_EQ(plane->admits(token), std::nullopt);

  const auto resumed = counterpart.post("/dataflows/flow/resume", {{"messageId", "again"}});
  EXPECT_EQ(resumed.text("state"), "STARTED");
  EXPECT_EQ(plane->admits(token), std::nullopt);
  EXPECT_EQ(plane->admits(property(resumed.body, "authorization")), "flow");

  EXPECT_EQ(counterpart.post("/dataflows/flow/completed", {}).status, 200u);
  EXPECT_EQ(author.calls.back(), "completed flow COMPLETED");
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").text("state"), "COMPLETED");
}

TEST_F(DataPlaneSdk, what_a_handler_throws_that_cannot_reject_is_told_to_the_control_plane) {
  author.on_suspend = [](const Flow&) { throw std::runtime_error("the valve is stuck"); };
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 200u);
  EXPECT_EQ(counterpart.post("/dataflows/flow/suspend", message()).status, 200u);
  EXPECT_EQ(counterpart.next().body.at("error").as_string(), "the valve is stuck");
}

TEST_F(DataPlaneSdk, a_handler_that_asks_whom_the_plane_admits_is_told_that_it_cannot) {
  std::optional<Plane*> asked;
  std::string complaint;
  author.on_start = [&](const Flow&) {
    try {
      static_cast<void>((*asked)->admits("any"));
    } catch (const Failure& failure) {
      complaint = failure.what();
    }
    return Answer::reject("no");
  };
  Running plane(configuration(), author, counterpart);
  asked = plane.operator->();
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 400u);
  EXPECT_TRUE(complaint.contains("a handler cannot ask")) << complaint;
}

TEST_F(DataPlaneSdk, a_folder_is_of_one_plane_at_a_time) {
  Running plane(configuration(), author, counterpart);
  Plane second(configuration(), author);
  try {
    second.run();
    ADD_FAILURE() << "two planes run over one folder";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), KONTOR_CONFLICT);
    EXPECT_TRUE(std::string_view(failure.what()).contains("another plane")) << failure.what();
  }
}

TEST_F(DataPlaneSdk, a_control_plane_changes_its_own_registration_alone) {
  auto two = configuration();
  two.control_planes.push_back({.id = "others", .endpoint = "http://127.0.0.1:1", .token = "theirs"});
  Running plane(two, author, counterpart);
  const json::Object moved{{"controlplaneId", "others"}, {"endpoint", counterpart.url() + "/stolen"}};
  EXPECT_EQ(counterpart.put("/controlplanes", moved).status, 403u);
  const json::Object own{{"controlplaneId", "them"}, {"endpoint", counterpart.url() + "/moved"}};
  EXPECT_EQ(counterpart.put("/controlplanes", own).status, 200u);
}

TEST_F(DataPlaneSdk, a_push_is_told_where_to_send_and_tells_its_end) {
  std::string sent_to;
  std::optional<Completion> completion;
  author.on_start = [&](const Flow& flow) {
    sent_to = std::string(flow.endpoint()) + " " + std::string(flow.property("key"));
    completion.emplace(flow.completion());
    return Answer::done();
  };
  Running plane(configuration(), author, counterpart);
  auto order = Counterpart::order("flow", push);
  EXPECT_EQ(counterpart.post("/dataflows/start", order).status, 400u);
  order["dataAddress"] =
      json::Object{{"endpointType", "any"},
                   {"endpoint", "tcp://them:9"},
                   {"endpointProperties", json::Array{json::Object{{"name", "key"}, {"value", "theirs"}}}}};
  EXPECT_EQ(counterpart.post("/dataflows/start", order).text("state"), "STARTED");
  EXPECT_EQ(sent_to, "tcp://them:9 theirs");
  completion->completed();
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/completed");
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").text("state"), "COMPLETED");
}

TEST_F(DataPlaneSdk, a_consumer_is_told_where_to_fetch_and_by_which_token) {
  std::string fetched_from;
  author.on_started = [&](const Flow& flow) {
    fetched_from = std::string(flow.endpoint()) + " " + std::string(flow.property("authorization"));
    auto completion = flow.completion();
    completion.completed();
    return Answer::done();
  };
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(counterpart.post("/dataflows/prepare", Counterpart::order("flow", pull)).text("state"),
            "PREPARED");
  auto started = message();
  started["dataAddress"] = json::Object{
      {"endpointType", "any"},
      {"endpoint", "tcp://them:9"},
      {"endpointProperties", json::Array{json::Object{{"name", "authorization"}, {"value", "theirs"}}}}};
  EXPECT_EQ(counterpart.post("/dataflows/flow/started", started).status, 200u);
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/completed");
  EXPECT_EQ(fetched_from, "tcp://them:9 theirs");
}

TEST_F(DataPlaneSdk, a_rejection_is_told_with_its_reason_and_leaves_no_flow) {
  author.on_start = [](const Flow& flow) -> Answer {
    if (flow.id() == "thrown") throw std::runtime_error("no such table");
    return Answer::reject("there is no such file");
  };
  Running plane(configuration(), author, counterpart);
  const auto rejected = counterpart.post("/dataflows/start", Counterpart::order("flow", pull));
  EXPECT_EQ(rejected.status, 400u);
  EXPECT_TRUE(json::serialize(rejected.body).contains("there is no such file"))
      << json::serialize(rejected.body);
  const auto thrown = counterpart.post("/dataflows/start", Counterpart::order("thrown", pull));
  EXPECT_TRUE(json::serialize(thrown.body).contains("no such table"));
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").status, 404u);
}

TEST_F(DataPlaneSdk, signals_that_come_twice_are_asked_about_once) {
  Running plane(configuration(), author, counterpart);
  const auto first = counterpart.post("/dataflows/start", Counterpart::order("flow", pull));
  const auto again = counterpart.post("/dataflows/start", Counterpart::order("flow", pull));
  EXPECT_EQ(property(again.body, "authorization"), property(first.body, "authorization"));
  for (const auto* signal : {"suspend", "resume", "terminate"}) {
    const auto path = std::string("/dataflows/flow/") + signal;
    EXPECT_EQ(counterpart.post(path, {{"messageId", signal}}).status, 200u);
    EXPECT_EQ(counterpart.post(path, {{"messageId", signal}}).status, 200u);
    EXPECT_EQ(counterpart.post(path, {{"messageId", std::string(signal) + " under another id"}}).status,
              200u);
  }
  EXPECT_EQ(author.calls, (std::vector<std::string>{"start flow ", "suspend flow SUSPENDED",
                                                    "resume flow SUSPENDED", "terminate flow TERMINATED"}));
}

TEST_F(DataPlaneSdk, nobody_but_its_control_planes_may_signal) {
  Running plane(configuration(), author, counterpart);
  const auto url = plane->url();
  counterpart.speak_to(url, "guessed");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 401u);
  counterpart.speak_to(url, "");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 401u);
  counterpart.speak_to(url.substr(0, url.rfind('/')) + "/another", "secret");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 404u);
  EXPECT_TRUE(author.calls.empty());
}

TEST_F(DataPlaneSdk, flows_and_their_tokens_outlive_the_process) {
  std::string token;
  {
    Running plane(configuration(), author, counterpart);
    token = property(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).body,
                     "authorization");
    EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("ended", pull)).status, 200u);
    EXPECT_EQ(counterpart.post("/dataflows/ended/terminate", message()).status, 200u);
  }
  author.calls.clear();
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(author.calls, std::vector<std::string>{"recover flow STARTED"});
  EXPECT_EQ(plane->admits(token), "flow");
}

TEST_F(DataPlaneSdk, its_log_goes_where_its_author_says) {
  Lines lines;
  auto logged = configuration();
  logged.log = [&](std::string_view line) { lines.keep(line); };
  author.on_start = [](const Flow&) { return Answer::reject("there is no such file"); };
  ::testing::internal::CaptureStderr();
  {
    Running plane(logged, author, counterpart);
    EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 400u);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(lines.all.empty());
  for (const auto& line : lines.all) {
    EXPECT_TRUE(line.ends_with("}\n")) << line;
    EXPECT_TRUE(json::parse(line)) << line;
  }
  EXPECT_EQ(std::ranges::count_if(lines.all, [](const auto& line) { return line.contains("no such file"); }),
            1);
}

TEST_F(DataPlaneSdk, a_line_that_its_author_cannot_take_goes_to_standard_error) {
  auto logged = configuration();
  logged.log = [](std::string_view) { throw std::runtime_error("the disk is full"); };
  ::testing::internal::CaptureStderr();
  {
    Running plane(logged, author, counterpart);
  }
  const auto written = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(written.contains("serving at")) << written;
}

TEST_F(DataPlaneSdk, its_log_may_ask_where_the_plane_is_at_any_time) {
  Questions questions;
  std::optional<Plane> plane;
  auto logged = configuration();
  logged.log = [&](std::string_view line) { questions.ask(line, [&plane] { return plane->url(); }); };
  author.on_start = [](const Flow&) { return Answer::reject("there is no such file"); };
  plane.emplace(logged, author);
  plane->register_at("them", counterpart.url());
  std::jthread thread([&] { plane->run(); });
  counterpart.next();
  const auto url = plane->url();
  counterpart.speak_to(url, "secret");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 400u);
  plane->stop();
  thread.join();
  EXPECT_EQ(questions.answer_at("serving at " + url), url);
  EXPECT_EQ(questions.answer_at("there is no such file"), url);
}

TEST_F(DataPlaneSdk, its_log_may_register_tell_and_stop_but_not_ask_whom_the_plane_admits) {
  std::optional<Plane> plane;
  std::optional<Completion> completion;
  std::string complaint;
  auto logged = configuration();
  logged.log = [&](std::string_view line) {
    if (line.contains("serving at")) plane->register_at("them", counterpart.url());
    if (line.contains("no such file: end")) completion->completed();
    if (line.contains("no such file: stop")) plane->stop();
    try {
      static_cast<void>(plane->admits("any"));
    } catch (const Failure& failure) {
      complaint = failure.what();
    }
  };
  author.on_start = [&](const Flow& flow) {
    if (flow.id() != "flow") return Answer::reject("no such file: " + std::string(flow.id()));
    completion.emplace(flow.completion());
    return Answer::done({.endpoint = "tcp://127.0.0.1:7"});
  };
  plane.emplace(logged, author);
  std::jthread thread([&] { plane->run(); });
  EXPECT_EQ(counterpart.next().target, "/dataplanes");
  counterpart.speak_to(plane->url(), "secret");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 200u);
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("end", pull)).status, 400u);
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/completed");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("stop", pull)).status, 400u);
  thread.join();
  EXPECT_TRUE(complaint.contains("nor can a log")) << complaint;
}

TEST_F(DataPlaneSdk, a_plane_that_is_moved_before_it_runs_calls_its_author) {
  Lines lines;
  auto logged = configuration();
  logged.log = [&](std::string_view line) { lines.keep(line); };
  auto made = std::make_unique<Plane>(logged, author);
  Plane plane(std::move(*made));
  made.reset();
  plane.register_at("them", counterpart.url());
  std::jthread thread([&] { plane.run(); });
  counterpart.next();
  counterpart.speak_to(plane.url(), "secret");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 200u);
  plane.stop();
  thread.join();
  EXPECT_EQ(author.calls, std::vector<std::string>{"start flow "});
  EXPECT_FALSE(lines.all.empty());
}

TEST_F(DataPlaneSdk, what_is_wrong_with_a_configuration_is_said) {
  const auto complaint = [&](const Configuration& wrong) -> std::string {
    try {
      Plane plane(wrong, author);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "";
  };
  auto wrong = configuration();
  wrong.profiles = {"Test"};
  EXPECT_TRUE(complaint(wrong).contains("must end with -push or -pull")) << complaint(wrong);
  wrong.profiles = {};
  EXPECT_TRUE(complaint(wrong).contains("/profiles")) << complaint(wrong);
  wrong = configuration();
  wrong.control_planes.push_back(wrong.control_planes.front());
  EXPECT_TRUE(complaint(wrong).contains("'them' is there twice")) << complaint(wrong);
  wrong.control_planes.back().id = "control-plane";
  EXPECT_TRUE(complaint(wrong).contains("choose another name")) << complaint(wrong);
  wrong.control_planes = {{.id = "them", .endpoint = "nowhere"}};
  EXPECT_TRUE(complaint(wrong).contains("/control_planes/endpoint")) << complaint(wrong);
  wrong.control_planes = {};
  EXPECT_TRUE(complaint(wrong).contains("/control_planes")) << complaint(wrong);
  EXPECT_EQ(complaint(configuration()), "");
  wrong = configuration();
  wrong.folder = "/dev/null/plane";
  Plane plane(wrong, author);
  EXPECT_THROW(plane.run(), Failure);
  EXPECT_THROW(plane.run(), Failure);
}

}  // namespace kontor::sdk_test
