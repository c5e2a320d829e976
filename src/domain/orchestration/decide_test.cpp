#include "domain/orchestration/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/orchestration/orchestration_fixture.hpp"
#include "domain/orchestration/view.hpp"

using namespace kontor;
using namespace kontor::domain::orchestration;
using namespace kontor::domain::orchestration::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

ErrorCode refusal(const Orchestration& orchestration, const Event& event) {
  return decide(&orchestration, event, noon).error().code;
}

/// Of `a` and `b` side by side, `a` failed for good.
Orchestration errored(std::optional<Compensation> compensation = {}) {
  const auto running =
      ordered({activity("a"), activity("b"), activity("c", {"a"})}, std::move(compensation)).next;
  return step(running, broken("a")).next;
}

}  // namespace

TEST(Orchestration, starts_everything_that_depends_on_nothing_in_the_decision_that_makes_it) {
  const auto decision = ordered({activity("a"), activity("b"), activity("c", {"a"})});
  EXPECT_EQ(decision.next.state, State::running);
  EXPECT_THAT(started_by(decision), ElementsAre("a", "b"));
  EXPECT_EQ(run_of(decision.next, "c").status, RunStatus::blocked);
}

TEST(Orchestration, the_same_order_again_changes_nothing) {
  const auto running = ordered(onboarding_graph()).next;
  EXPECT_THAT(step(running, order_of(onboarding_graph())).happened, IsEmpty());
}

TEST(Orchestration, an_order_that_cannot_be_run_is_refused) {
  EXPECT_EQ(decide(nullptr, order_of({}), noon).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decide(nullptr, order_of({activity("a", {"a"})}), noon).error().code, ErrorCode::invalid_input);
  auto other = order_of({activity("a")});
  other.manifest.orchestration_type = "another";
  EXPECT_EQ(decide(nullptr, other, noon).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decide(nullptr, RetryOrdered{}, noon).error().code, ErrorCode::not_found);
}

TEST(Orchestration, completing_one_activity_starts_the_next_ones_in_the_same_decision) {
  auto decision = step(ordered(onboarding_graph()).next, done("tokens"));
  EXPECT_THAT(started_by(decision), ElementsAre("identity", "plane"));
}

TEST(Orchestration, nothing_waits_for_activities_that_it_does_not_depend_on) {
  auto orchestration = step(ordered(onboarding_graph()).next, done("tokens")).next;
  auto decision = step(orchestration, done("plane"));
  EXPECT_THAT(started_by(decision), ElementsAre("data"));
  EXPECT_EQ(run_of(decision.next, "identity").status, RunStatus::running);
}

TEST(Orchestration, the_last_completion_answers_with_what_was_put_out) {
  auto orchestration = ordered({activity("a"), activity("b", {"a"})}).next;
  orchestration =
      step(orchestration, ActivityCompleted{ActivityId("a"), {}, {}, {{"participantContextId", "p"}}}).next;
  auto decision = step(orchestration, ActivityCompleted{ActivityId("b"), {}, {}, {{"holderPid", "h"}}});
  EXPECT_EQ(decision.next.state, State::completed);
  const auto answers = effects_of<NotifyFinished>(decision);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers[0].response.success);
  EXPECT_EQ(answers[0].response.manifest_id, OrchestrationId("o1"));
  EXPECT_EQ(answers[0].response.correlation_id, "profile-1");
  EXPECT_EQ(answers[0].response.properties,
            (json::Object{{"participantContextId", "p"}, {"holderPid", "h"}}));
  EXPECT_TRUE(Machine::ended(decision.next));
}

TEST(Orchestration, an_onboarding_takes_one_decision_for_each_activity_and_one_for_the_order) {
  auto decision = ordered(onboarding_graph());
  int decisions = 1;
  std::vector<std::string> running = started_by(decision);
  while (!running.empty()) {
    decision = step(decision.next, done(running.back()));
    running.pop_back();
    ++decisions;
    for (auto& id : started_by(decision)) running.push_back(id);
  }
  EXPECT_EQ(decision.next.state, State::completed);
  EXPECT_EQ(decisions, 6);
}

TEST(Orchestration, only_the_keys_that_an_activity_set_are_merged) {
  auto orchestration = ordered({activity("a"), activity("b")}).next;
  orchestration = step(orchestration, done("a", {{"x", 1}, {"y", 1}})).next;
  orchestration = step(orchestration, ActivityCompleted{ActivityId("b"), {{"y", 2}}, {"x"}, {}}).next;
  EXPECT_EQ(orchestration.processing_data, (json::Object{{"cfm.participant.id", "did:web:a"}, {"y", 2}}));
}

TEST(Orchestration, a_completion_that_comes_twice_changes_nothing) {
  auto orchestration = step(ordered(onboarding_graph()).next, done("tokens")).next;
  auto again = step(orchestration, done("tokens", {{"x", 1}}));
  EXPECT_EQ(again.next, orchestration);
  EXPECT_THAT(again.effects, IsEmpty());
}

TEST(Orchestration, an_activity_that_was_not_started_cannot_be_complete) {
  EXPECT_EQ(refusal(ordered(onboarding_graph()).next, done("data")), ErrorCode::illegal_transition);
  EXPECT_EQ(refusal(ordered(onboarding_graph()).next, done("unknown")), ErrorCode::not_found);
}

TEST(Orchestration, a_failure_for_good_is_answered_once_and_names_the_activity) {
  auto running = ordered({activity("a"), activity("b"), activity("c", {"b"})}).next;
  auto decision = step(running, broken("a"));
  EXPECT_EQ(decision.next.state, State::errored);
  const auto answers = effects_of<NotifyFinished>(decision);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(answers[0].response.success);
  EXPECT_EQ(answers[0].response.error_detail, "activity 'a' (a-activity) failed: no luck");
  auto second = step(decision.next, broken("b"));
  EXPECT_THAT(effects_of<NotifyFinished>(second), IsEmpty());
  EXPECT_EQ(run_of(second.next, "b").status, RunStatus::failed);
}

TEST(Orchestration, nothing_is_started_after_a_failure_but_running_activities_are_recorded) {
  auto decision = step(errored(), done("b", {{"made", "by b"}}));
  EXPECT_THAT(started_by(decision), IsEmpty());
  EXPECT_EQ(decision.next.state, State::errored);
  EXPECT_EQ(decision.next.processing_data.at("made"), "by b");
}

TEST(Orchestration, a_failure_that_may_pass_is_tried_again_with_growing_waits) {
  auto decision = step(ordered({activity("a")}).next, broken("a", true));
  EXPECT_EQ(run_of(decision.next, "a").status, RunStatus::retrying);
  EXPECT_THAT(decision.effects, IsEmpty());
  ASSERT_EQ(Machine::due_at(decision.next), noon + std::chrono::seconds(1));
  decision = step(decision.next, DeadlineDue{}, noon + std::chrono::seconds(1));
  EXPECT_EQ(effects_of<RunActivity>(decision).at(0).attempt, 2u);
  decision = step(decision.next, broken("a", true));
  EXPECT_EQ(Machine::due_at(decision.next), noon + std::chrono::seconds(2));
}

TEST(Orchestration, the_wait_before_a_retry_is_bounded) {
  EXPECT_EQ(retry_delay(1), std::chrono::seconds(1));
  EXPECT_EQ(retry_delay(4), std::chrono::seconds(8));
  EXPECT_EQ(retry_delay(50), std::chrono::minutes(5));
}

TEST(Orchestration, retries_end) {
  auto limited = activity("a");
  limited.attempts_max = 3;
  auto orchestration = ordered({limited}).next;
  for (int i = 0; i < 2; ++i) {
    orchestration = step(orchestration, broken("a", true)).next;
    ASSERT_EQ(orchestration.state, State::running);
    orchestration = step(orchestration, DeadlineDue{}, *Machine::due_at(orchestration)).next;
  }
  EXPECT_EQ(step(orchestration, broken("a", true)).next.state, State::errored);
}

TEST(Orchestration, a_failure_of_an_earlier_attempt_is_ignored) {
  auto orchestration = step(ordered({activity("a")}).next, broken("a", true)).next;
  orchestration = step(orchestration, DeadlineDue{}, noon + std::chrono::seconds(1)).next;
  auto late = broken("a");
  late.attempt = 1;
  EXPECT_THAT(step(orchestration, late).happened, IsEmpty());
}

TEST(Orchestration, an_activity_that_does_not_answer_in_time_is_tried_again) {
  auto quick = activity("a");
  quick.timeout_seconds = 30;
  auto orchestration = ordered({quick}).next;
  ASSERT_EQ(Machine::due_at(orchestration), noon + std::chrono::seconds(30));
  EXPECT_THAT(step(orchestration, DeadlineDue{}).happened, IsEmpty());
  auto decision = step(orchestration, DeadlineDue{}, noon + std::chrono::seconds(30));
  EXPECT_EQ(run_of(decision.next, "a").status, RunStatus::retrying);
  EXPECT_THAT(run_of(decision.next, "a").detail, HasSubstr("within 30 s"));
}

TEST(Orchestration, an_activity_that_wants_to_look_again_is_given_out_again_until_its_time_is_over) {
  auto orchestration = ordered({activity("a")}).next;
  orchestration =
      step(orchestration,
           ActivityWaiting{ActivityId("a"), std::chrono::seconds(5), {{"asked", true}}, "not yet"})
          .next;
  EXPECT_EQ(orchestration.processing_data.at("asked"), true);
  ASSERT_EQ(Machine::due_at(orchestration), noon + std::chrono::seconds(5));
  auto decision = step(orchestration, DeadlineDue{}, noon + std::chrono::seconds(5));
  EXPECT_THAT(started_by(decision), ElementsAre("a"));
  EXPECT_EQ(run_of(decision.next, "a").deadline, noon + activity_timeout)
      << "looking again is no new attempt";
  EXPECT_EQ(run_of(decision.next, "a").detail, "not yet") << "it is still what is waited for";
  auto waiting = step(decision.next, ActivityWaiting{ActivityId("a"), std::chrono::hours(1), {}, ""}).next;
  EXPECT_EQ(step(waiting, DeadlineDue{}, noon + activity_timeout).next.state, State::errored);
}

TEST(Orchestration, who_waits_for_somebody_who_may_take_days_has_them_from_its_first_start) {
  const auto waiting = [](const Orchestration& now, Instant at) {
    return step(now,
                ActivityWaiting{
                    ActivityId("a"), std::chrono::minutes(1), {}, "a proof", std::chrono::hours(24)},
                at)
        .next;
  };
  const auto first = waiting(ordered({activity("a")}).next, noon);
  EXPECT_EQ(run_of(first, "a").deadline, noon + std::chrono::hours(24));
  const auto given = step(first, DeadlineDue{}, noon + std::chrono::minutes(1)).next;
  const auto second = waiting(given, noon + std::chrono::minutes(1));
  EXPECT_EQ(run_of(second, "a").deadline, noon + std::chrono::hours(24)) << "waiting again is no new start";
  const auto over = step(second, DeadlineDue{}, noon + std::chrono::hours(24));
  EXPECT_EQ(over.next.state, State::errored);
  EXPECT_THAT(over.next.error_detail, HasSubstr("within 86400 s"));
}

TEST(Orchestration, who_waits_looks_again_as_soon_as_another_activity_has_made_something_known) {
  auto orchestration = ordered({activity("a"), activity("b"), activity("c")}).next;
  orchestration =
      step(orchestration, ActivityWaiting{ActivityId("a"), std::chrono::hours(1), {}, "b's proof"}).next;
  orchestration = step(orchestration, ActivityWaiting{ActivityId("c"), {}, {}, "an approval"}).next;
  EXPECT_THAT(started_by(step(orchestration, done("b"))), IsEmpty()) << "nothing has become known";
  auto decision = step(orchestration, ActivityCompleted{ActivityId("b"), {{"proven", true}}, {}, {}});
  EXPECT_THAT(started_by(decision), ElementsAre("a"));
  EXPECT_EQ(run_of(decision.next, "a").deadline, noon + activity_timeout)
      << "looking again is no new attempt";
  EXPECT_EQ(run_of(decision.next, "c").status, RunStatus::waiting) << "its answer comes from outside";
}

TEST(Orchestration, an_activity_may_wait_for_somebody_outside) {
  auto orchestration =
      step(ordered({activity("a")}).next, ActivityWaiting{ActivityId("a"), {}, {}, "approval"}).next;
  EXPECT_EQ(run_of(orchestration, "a").status, RunStatus::waiting);
  EXPECT_EQ(step(orchestration, done("a")).next.state, State::completed);
}

TEST(Orchestration, a_retry_runs_what_failed_and_what_never_came_to_run) {
  auto decision = step(errored(), RetryOrdered{});
  EXPECT_EQ(decision.next.state, State::running);
  EXPECT_THAT(started_by(decision), ElementsAre("a"));
  EXPECT_TRUE(decision.next.error_detail.empty());
  auto orchestration = step(step(decision.next, done("a")).next, done("b")).next;
  auto last = step(orchestration, done("c"));
  EXPECT_EQ(last.next.state, State::completed);
  EXPECT_TRUE(effects_of<NotifyFinished>(last).at(0).response.success);
  EXPECT_EQ(effects_of<NotifyFinished>(last).at(0).response.id, "o1-response-2");
}

TEST(Orchestration, skipping_what_failed_lets_the_rest_go_on) {
  auto decision = step(errored(), SkipOrdered{ActivityId("a"), "done by hand"});
  EXPECT_EQ(decision.next.state, State::running);
  EXPECT_THAT(started_by(decision), ElementsAre("c"));
  EXPECT_EQ(run_of(decision.next, "a").detail, "done by hand");
  EXPECT_EQ(refusal(step(errored(), done("b")).next, SkipOrdered{ActivityId("b"), ""}),
            ErrorCode::illegal_transition);
}

TEST(Orchestration, a_late_completion_heals_what_counted_as_failed) {
  auto decision = step(errored(), done("a"));
  EXPECT_EQ(decision.next.state, State::running);
  EXPECT_THAT(started_by(decision), ElementsAre("c"));
}

TEST(Orchestration, a_cancelled_orchestration_starts_nothing_and_says_why) {
  auto decision = step(ordered(onboarding_graph()).next, CancelOrdered{"ordered by mistake"});
  EXPECT_EQ(decision.next.state, State::cancelled);
  EXPECT_EQ(effects_of<NotifyFinished>(decision).at(0).response.error_detail,
            "cancelled: ordered by mistake");
  EXPECT_EQ(run_of(decision.next, "data").status, RunStatus::cancelled);
  auto after = step(decision.next, done("tokens"));
  EXPECT_THAT(started_by(after), IsEmpty());
  EXPECT_TRUE(Machine::ended(after.next));
  EXPECT_EQ(refusal(after.next, RetryOrdered{}), ErrorCode::illegal_transition);
}

TEST(Orchestration, compensation_waits_until_no_activity_runs_and_gets_what_they_made) {
  auto orchestration = errored(at_once);
  EXPECT_FALSE(orchestration.compensation->started);
  auto decision = step(orchestration, done("b", {{"made", "by b"}}));
  const auto orders = effects_of<StartCompensation>(decision);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].manifest.id, OrchestrationId("o1-compensation"));
  EXPECT_EQ(orders[0].manifest.orchestration_type, api::dispose_type);
  EXPECT_EQ(orders[0].manifest.correlation_id, "profile-1");
  EXPECT_EQ(orders[0].manifest.payload.at("made"), "by b");
  EXPECT_TRUE(Machine::ended(decision.next));
}

TEST(Orchestration, what_was_compensated_is_not_run_again) {
  auto orchestration = step(errored(at_once), done("b")).next;
  EXPECT_EQ(refusal(orchestration, RetryOrdered{}), ErrorCode::illegal_transition);
  EXPECT_EQ(refusal(orchestration, SkipOrdered{ActivityId("a"), ""}), ErrorCode::illegal_transition);
  EXPECT_EQ(refusal(orchestration, CancelOrdered{""}), ErrorCode::illegal_transition);
  EXPECT_THAT(step(orchestration, CompensationOrdered{}).happened, IsEmpty());
  EXPECT_THAT(started_by(step(orchestration, done("a"))), IsEmpty());
}

TEST(Orchestration, an_operator_may_order_the_compensation_where_there_is_one) {
  auto orchestration = step(errored(on_order), done("b")).next;
  EXPECT_FALSE(orchestration.compensation->started);
  EXPECT_EQ(effects_of<StartCompensation>(step(orchestration, CompensationOrdered{})).size(), 1u);
  EXPECT_EQ(refusal(errored(), CompensationOrdered{}), ErrorCode::illegal_transition);
  EXPECT_EQ(refusal(ordered(onboarding_graph()).next, CompensationOrdered{}), ErrorCode::illegal_transition);
}

TEST(Orchestration, an_errored_one_that_nobody_cares_for_ends_as_cancelled) {
  auto orchestration = step(errored(), done("b")).next;
  ASSERT_EQ(Machine::due_at(orchestration), noon + abandoned_after);
  auto decision = step(orchestration, DeadlineDue{}, noon + abandoned_after);
  EXPECT_EQ(decision.next.state, State::cancelled);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_TRUE(Machine::ended(decision.next));
}

TEST(Orchestration, an_activity_that_no_agent_can_be_given_fails) {
  const auto running = ordered({activity("a")}).next;
  auto event = Machine::failed(RunActivity{OrchestrationId("o1"), ActivityId("a"), "a-activity", 1},
                               Error{ErrorCode::unavailable, "no bus", {}, {}});
  ASSERT_TRUE(event);
  EXPECT_THAT(step(running, *event).next.error_detail, HasSubstr("no bus"));
  EXPECT_FALSE(Machine::failed(NotifyFinished{}, Error{ErrorCode::unavailable, "no bus", {}, {}}));
}

TEST(OrchestrationView, shows_clients_the_states_they_know) {
  const auto orchestration = step(ordered(onboarding_graph()).next, CancelOrdered{"no"}).next;
  const auto view = view_of(orchestration);
  EXPECT_EQ(view.entry.state, api::OrchestrationState::errored);
  EXPECT_EQ(view.status, "cancelled");
  EXPECT_EQ(view.steps.size(), 3u);
  EXPECT_EQ(view.activities.at("tokens").status, "running");
  const auto next = view_of(step(ordered(onboarding_graph()).next, done("tokens")).next);
  EXPECT_THAT(next.completed, ElementsAre(ActivityId("tokens")));
  EXPECT_EQ(next.entry.state, api::OrchestrationState::running);
}
