#include "sdk/author.hpp"

/// What an author tells of a flow when the handler has answered: over the header for C++.

namespace kontor::sdk_test {
namespace {

/// What a call that has to fail for its arguments says.
std::string complaint_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), KONTOR_INVALID);
    return failure.what();
  }
  return "nothing was wrong";
}

}  // namespace

TEST_F(DataPlaneSdk, what_is_pending_is_told_by_a_completion_from_another_thread) {
  std::optional<Completion> completion;
  author.on_start = [&](const Flow& flow) {
    completion.emplace(flow.completion());
    return Answer::pending();
  };
  Running plane(configuration(), author, counterpart);
  const auto answer = counterpart.post("/dataflows/start", Counterpart::order("flow", pull));
  EXPECT_EQ(answer.status, 202u);
  EXPECT_EQ(answer.text("state"), "STARTING");
  EXPECT_EQ(answer.location, "/api/v1/default/dataflows/flow/status");
  EXPECT_THROW(completion->prepared(), Failure);
  completion->started(DataAddress{.endpoint = "tcp://127.0.0.1:8"});
  const auto letter = counterpart.next();
  EXPECT_EQ(letter.target, "/transfers/flow/dataflow/started");
  EXPECT_EQ(letter.body.at("dataAddress").as_object().at("endpoint").as_string(), "tcp://127.0.0.1:8");
  completion->errored("the sensor is gone");
  EXPECT_EQ(counterpart.next().body.at("error").as_string(), "the sensor is gone");
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").text("state"), "STARTED");
}

TEST_F(DataPlaneSdk, what_is_told_before_its_order_is_stored_waits_and_keeps_its_order) {
  author.on_start = [&](const Flow& flow) {
    auto completion = flow.completion();
    completion.started(DataAddress{.endpoint = "tcp://127.0.0.1:8"});
    completion.errored("a row is missing");
    completion.completed();
    return Answer::pending();
  };
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).text("state"), "STARTING");
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/started");
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/errored");
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/completed");
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").text("state"), "COMPLETED");
}

TEST_F(DataPlaneSdk, a_pull_is_not_started_without_its_address_and_can_be_with_it) {
  std::optional<Completion> completion;
  author.on_start = [&](const Flow& flow) {
    completion.emplace(flow.completion());
    return Answer::pending();
  };
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", pull)).status, 202u);
  const auto complaint = complaint_of([&] { completion->started(); });
  EXPECT_TRUE(complaint.contains("the provider of a pull says where to fetch")) << complaint;
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").text("state"), "STARTING");
  completion->started(DataAddress{.endpoint = "tcp://127.0.0.1:8"});
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/started");
}

TEST_F(DataPlaneSdk, a_push_is_not_prepared_without_its_address_and_can_be_with_it) {
  std::optional<Completion> completion;
  author.on_prepare = [&](const Flow& flow) {
    completion.emplace(flow.completion());
    return Answer::pending();
  };
  Running plane(configuration(), author, counterpart);
  EXPECT_EQ(counterpart.post("/dataflows/prepare", Counterpart::order("flow", push)).status, 202u);
  const auto complaint = complaint_of([&] { completion->prepared(); });
  EXPECT_TRUE(complaint.contains("the consumer of a push says where to send")) << complaint;
  EXPECT_EQ(counterpart.get("/dataflows/flow/status").text("state"), "PREPARING");
  completion->prepared(DataAddress{.endpoint = "tcp://127.0.0.1:8"});
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/prepared");
}

TEST_F(DataPlaneSdk, who_has_no_address_to_give_completes_without_one) {
  const auto later = [](const Flow& flow) {
    auto completion = flow.completion();
    flow.is_provider() ? completion.started() : completion.prepared();
    return Answer::pending();
  };
  author.on_start = later;
  author.on_prepare = later;
  Running plane(configuration(), author, counterpart);
  auto order = Counterpart::order("sent", push);
  order["dataAddress"] = json::Object{{"endpointType", "any"}, {"endpoint", "tcp://them:9"}};
  EXPECT_EQ(counterpart.post("/dataflows/start", order).status, 202u);
  EXPECT_EQ(counterpart.next().target, "/transfers/sent/dataflow/started");
  EXPECT_EQ(counterpart.post("/dataflows/prepare", Counterpart::order("fetched", pull)).status, 202u);
  EXPECT_EQ(counterpart.next().target, "/transfers/fetched/dataflow/prepared");
}

}  // namespace kontor::sdk_test
