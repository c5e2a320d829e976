#include "domain/data_flow/decide.hpp"

#include <gtest/gtest.h>

#include "domain/data_flow/flow_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::data_flow;
using namespace kontor::domain::data_flow::testing;

namespace {

constexpr Side pull_consumer{Role::consumer, Direction::pull};
constexpr Side push_consumer{Role::consumer, Direction::push};
constexpr Side pull_provider{Role::provider, Direction::pull};
constexpr Side push_provider{Role::provider, Direction::push};

template <class E>
const E* effect_of(const Decision& decision) {
  for (const auto& effect : decision.effects) {
    if (const auto* found = std::get_if<E>(&effect)) return found;
  }
  return nullptr;
}

ErrorCode refusal(const DataFlow* flow, const Event& event) {
  return decide(flow, event, noon).error().code;
}

}  // namespace

TEST(DataFlow, the_owner_of_the_address_is_the_provider_of_a_pull_and_the_consumer_of_a_push) {
  EXPECT_FALSE(owns_address(flow_in(State::started, pull_consumer)));
  EXPECT_TRUE(owns_address(flow_in(State::started, push_consumer)));
  EXPECT_TRUE(owns_address(flow_in(State::started, pull_provider)));
  EXPECT_FALSE(owns_address(flow_in(State::started, push_provider)));
}

TEST(DataFlow, only_the_owner_keeps_an_opening) {
  EXPECT_TRUE(flow_in(State::prepared, push_consumer).own_address);
  EXPECT_TRUE(flow_in(State::started, pull_provider).grant);
  EXPECT_FALSE(flow_in(State::prepared, pull_consumer).own_address);
  EXPECT_FALSE(flow_in(State::started, push_provider).grant);
}

TEST(DataFlow, a_start_that_is_answered_at_once_needs_no_callback) {
  auto decision = decide(nullptr, start("m", Direction::pull), noon).value();
  EXPECT_EQ(decision.next.state, State::started);
  EXPECT_EQ(decision.next.id, DataFlowId("tp1"));
  EXPECT_TRUE(effect_of<OpenAccess>(decision));
  EXPECT_FALSE(effect_of<NotifyControlPlane>(decision));
}

TEST(DataFlow, an_asynchronous_start_calls_back_with_the_address_when_it_is_open) {
  auto starting = decide(nullptr, start("m", Direction::pull, Later{}), noon).value();
  EXPECT_EQ(starting.next.state, State::starting);
  EXPECT_FALSE(starting.next.own_address);
  auto opened = decide(&starting.next, Opened{opening("g1")}, noon).value();
  EXPECT_EQ(opened.next.state, State::started);
  const auto* callback = effect_of<NotifyControlPlane>(opened);
  ASSERT_TRUE(callback);
  EXPECT_EQ(callback->callback, Callback::started);
  EXPECT_TRUE(callback->with_address);
  EXPECT_EQ(callback->control_plane, control_plane);
}

TEST(DataFlow, an_asynchronous_prepare_of_a_pull_calls_back_without_address) {
  auto flow = flow_in(State::preparing, pull_consumer);
  auto opened = decide(&flow, Opened{opening("g1")}, noon).value();
  EXPECT_EQ(effect_of<NotifyControlPlane>(opened)->callback, Callback::prepared);
  EXPECT_FALSE(effect_of<NotifyControlPlane>(opened)->with_address);
}

TEST(DataFlow, an_address_must_stand_where_its_receiver_needs_it_and_nowhere_else) {
  auto pull = start("m", Direction::pull);
  pull.counter_address = their_address();
  EXPECT_EQ(refusal(nullptr, pull), ErrorCode::invalid_input);
  auto push = start("m", Direction::push);
  push.counter_address.reset();
  EXPECT_EQ(refusal(nullptr, push), ErrorCode::invalid_input);
  const auto prepared = flow_in(State::prepared, push_consumer);
  EXPECT_EQ(refusal(&prepared, StartedReceived{MessageId("n"), their_address()}), ErrorCode::invalid_input);
}

TEST(DataFlow, a_profile_without_direction_is_refused) {
  auto order = prepare("m", Direction::pull);
  order.terms.profile = "http";
  EXPECT_EQ(refusal(nullptr, order), ErrorCode::invalid_input);
}

TEST(DataFlow, an_order_that_is_sent_again_changes_nothing) {
  for (const auto& side : all_sides) {
    const auto flow = decide(nullptr, begin("begin", side), noon).value().next;
    for (const char* id : {"begin", "with-a-new-id", ""}) {
      auto again = decide(&flow, begin(id, side, Ready{opening("g2")}), noon).value();
      EXPECT_EQ(again.next, flow);
      EXPECT_TRUE(again.effects.empty());
    }
  }
}

TEST(DataFlow, a_late_copy_of_an_order_is_recognised_in_every_state) {
  for (const auto& side : all_sides) {
    for (auto state : {State::started, State::suspended, State::completed, State::terminated}) {
      const auto flow = flow_in(state, side);
      EXPECT_TRUE(decide(&flow, begin("begin", side), noon).value().happened.empty());
    }
  }
}

TEST(DataFlow, the_same_process_id_on_other_terms_is_a_conflict) {
  const auto flow = flow_in(State::started, push_provider);
  auto dataset = start("m", Direction::push);
  dataset.terms.dataset_id = DatasetId("ds2");
  EXPECT_EQ(refusal(&flow, dataset), ErrorCode::conflict);
  auto address = start("m", Direction::push);
  address.counter_address = their_address("https://elsewhere");
  EXPECT_EQ(refusal(&flow, address), ErrorCode::conflict);
  auto context = start("m", Direction::push);
  context.participant_context = ContextId("other");
  EXPECT_EQ(refusal(&flow, context), ErrorCode::conflict);
  EXPECT_EQ(refusal(&flow, prepare("m", Direction::push)), ErrorCode::conflict);
}

TEST(DataFlow, a_command_that_was_carried_out_may_be_repeated_under_a_new_id) {
  auto flow = flow_in(State::suspended, pull_provider);
  EXPECT_TRUE(decide(&flow, SuspendReceived{MessageId("again"), ""}, noon).value().happened.empty());
  flow = after(flow, ResumeReceived{MessageId("r1"), {}, opening("g2")});
  auto again = decide(&flow, ResumeReceived{MessageId("r2"), {}, opening("g3")}, noon).value();
  EXPECT_EQ(again.next.grant, grant("g2"));
  EXPECT_EQ(refusal(&flow, StartedReceived{MessageId("n"), {}}), ErrorCode::illegal_transition);
}

TEST(DataFlow, a_late_copy_of_a_suspension_does_not_suspend_again) {
  auto flow = flow_in(State::suspended, pull_provider);
  flow = after(flow, ResumeReceived{MessageId("r1"), {}, opening("g2")});
  EXPECT_EQ(after(flow, SuspendReceived{MessageId("suspend"), "pause"}).state, State::started);
  EXPECT_EQ(after(flow, SuspendReceived{MessageId("another"), "pause"}).state, State::suspended);
}

TEST(DataFlow, remembers_a_bounded_number_of_messages) {
  auto flow = flow_in(State::started, pull_provider);
  for (int i = 0; i < 100; ++i) flow = after(flow, Counted{"report-" + std::to_string(i), {.requests = 1}});
  EXPECT_EQ(flow.handled.size(), 16u);
  EXPECT_EQ(flow.counters.requests, 100u);
}

TEST(DataFlow, a_report_that_comes_twice_counts_once) {
  auto flow = flow_in(State::started, pull_provider);
  const Counted report{"r", {.requests = 2, .errors = 1, .received_bytes = 10, .sent_bytes = 20}};
  flow = after(after(flow, report), report);
  EXPECT_EQ(flow.counters, report.more);
}

TEST(DataFlow, a_token_is_good_only_while_the_flow_is_started) {
  EXPECT_TRUE(accepts_token(flow_in(State::started, pull_provider), "token-g1", noon));
  EXPECT_FALSE(accepts_token(flow_in(State::started, pull_provider), "token-g2", noon));
  EXPECT_FALSE(
      accepts_token(flow_in(State::started, pull_provider), "token-g1", noon + std::chrono::minutes(5)));
  for (auto state : {State::suspended, State::completed, State::terminated}) {
    EXPECT_FALSE(accepts_token(flow_in(state, pull_provider), "token-g1", noon));
  }
}

TEST(DataFlow, a_push_may_come_in_as_soon_as_it_is_prepared) {
  EXPECT_TRUE(accepts_token(flow_in(State::prepared, push_consumer), "token-g1", noon));
}

TEST(DataFlow, after_a_suspension_only_the_new_token_is_good) {
  auto flow = flow_in(State::suspended, pull_provider);
  EXPECT_FALSE(flow.grant);
  flow = after(flow, ResumeReceived{MessageId("r"), {}, opening("g2")});
  EXPECT_FALSE(accepts_token(flow, "token-g1", noon));
  EXPECT_TRUE(accepts_token(flow, "token-g2", noon));
}

TEST(DataFlow, the_counter_party_may_bring_a_new_address_with_a_resume) {
  auto flow = after(flow_in(State::suspended, pull_consumer),
                    ResumeReceived{MessageId("r"), their_address("https://new"), {}});
  EXPECT_EQ(flow.counter_address, their_address("https://new"));
  flow = after(flow_in(State::suspended, pull_provider),
               ResumeReceived{MessageId("r"), their_address("https://new"), {}});
  EXPECT_FALSE(flow.counter_address);
}

TEST(DataFlow, both_tokens_are_good_until_the_renewed_one_expires) {
  auto flow = after(flow_in(State::started, pull_provider), Renewed{"refresh-g1", grant("g2")});
  EXPECT_TRUE(accepts_token(flow, "token-g1", noon));
  EXPECT_TRUE(accepts_token(flow, "token-g2", noon));
}

TEST(DataFlow, a_renewal_whose_answer_was_lost_may_be_repeated) {
  auto flow = after(flow_in(State::started, pull_provider), Renewed{"refresh-g1", grant("g2")});
  flow = after(flow, Renewed{"refresh-g1", grant("g3")});
  EXPECT_FALSE(accepts_token(flow, "token-g2", noon));
  EXPECT_TRUE(accepts_token(flow, "token-g3", noon));
  EXPECT_TRUE(accepts_token(flow, "token-g1", noon));
}

TEST(DataFlow, a_refresh_token_that_is_not_in_force_is_refused) {
  auto flow = flow_in(State::started, pull_provider);
  EXPECT_EQ(refusal(&flow, Renewed{"refresh-x", grant("g2")}), ErrorCode::unauthenticated);
  flow = after(after(flow, Renewed{"refresh-g1", grant("g2")}), Renewed{"refresh-g2", grant("g3")});
  EXPECT_EQ(refusal(&flow, Renewed{"refresh-g1", grant("g4")}), ErrorCode::unauthenticated);
}

TEST(DataFlow, a_failure_is_told_and_leaves_the_state_as_it_is) {
  auto flow = flow_in(State::started, push_provider);
  auto decision = decide(&flow, Failed{"disk full"}, noon).value();
  EXPECT_EQ(decision.next.state, State::started);
  EXPECT_EQ(decision.next.last_error, "disk full");
  EXPECT_EQ(effect_of<NotifyControlPlane>(decision)->callback, Callback::errored);
  EXPECT_EQ(effect_of<NotifyControlPlane>(decision)->error, "disk full");
}

TEST(DataFlow, an_end_closes_access_for_ever_and_only_the_own_end_is_told) {
  auto flow = flow_in(State::started, push_provider);
  auto finished = decide(&flow, Finished{}, noon).value();
  EXPECT_TRUE(effect_of<CloseAccess>(finished)->for_ever);
  EXPECT_EQ(effect_of<NotifyControlPlane>(finished)->callback, Callback::completed);
  auto completed = decide(&flow, CompletedReceived{MessageId("c")}, noon).value();
  EXPECT_TRUE(effect_of<CloseAccess>(completed)->for_ever);
  EXPECT_FALSE(effect_of<NotifyControlPlane>(completed));
  auto suspended = decide(&flow, SuspendReceived{MessageId("s"), ""}, noon).value();
  EXPECT_FALSE(effect_of<CloseAccess>(suspended)->for_ever);
}

TEST(DataFlow, an_opening_that_takes_too_long_is_told_once) {
  const auto until = noon + std::chrono::minutes(1);
  auto flow = decide(nullptr, start("m", Direction::pull, Later{until}), noon).value().next;
  ASSERT_EQ(Machine::due_at(flow), until);
  EXPECT_TRUE(decide(&flow, Machine::due_event(flow), noon).value().happened.empty());
  auto overdue = decide(&flow, Machine::due_event(flow), until).value();
  EXPECT_EQ(effect_of<NotifyControlPlane>(overdue)->callback, Callback::errored);
  EXPECT_EQ(Machine::due_at(overdue.next), std::nullopt);
  EXPECT_EQ(after(overdue.next, Opened{opening("g")}).state, State::started);
}

TEST(DataFlow, a_control_plane_that_does_not_answer_is_told_again_for_a_day) {
  const Error away{ErrorCode::peer_unavailable, "no answer", {}, {}};
  const Error refused{ErrorCode::peer_refused, "404", {}, {}};
  auto flow = flow_in(State::started, push_provider);
  const auto finished = decide(&flow, Finished{}, noon).value();
  const auto* told = effect_of<NotifyControlPlane>(finished);
  const auto later = noon + std::chrono::hours(23);
  const auto unheard = decide(&finished.next, *Machine::failed(*told, away), later).value();
  ASSERT_TRUE(effect_of<NotifyControlPlane>(unheard));
  EXPECT_EQ(*effect_of<NotifyControlPlane>(unheard), *told) << "also since when";
  EXPECT_EQ(unheard.next, finished.next);
  const auto given_up =
      decide(&unheard.next, *Machine::failed(*told, away), noon + std::chrono::hours(24)).value();
  EXPECT_FALSE(effect_of<NotifyControlPlane>(given_up));
  EXPECT_EQ(given_up.next.last_error, "the control plane could not be told 'completed': no answer");
  EXPECT_FALSE(
      effect_of<NotifyControlPlane>(decide(&finished.next, *Machine::failed(*told, refused), later).value()));
}

TEST(DataFlow, a_failure_is_told_again_in_the_same_words) {
  auto flow = flow_in(State::started, push_provider);
  const auto failed = decide(&flow, Failed{"disk full"}, noon).value();
  const auto* told = effect_of<NotifyControlPlane>(failed);
  const Error away{ErrorCode::timeout, "no answer", {}, {}};
  const auto unheard = decide(&failed.next, *Machine::failed(*told, away), noon).value();
  EXPECT_EQ(*effect_of<NotifyControlPlane>(unheard), *told);
}

TEST(DataFlow, what_is_not_true_any_more_is_not_told_again) {
  const Error away{ErrorCode::peer_unavailable, "no answer", {}, {}};
  auto flow = decide(nullptr, start("m", Direction::pull, Later{noon}), noon).value().next;
  const auto opened = decide(&flow, Opened{opening("g")}, noon).value();
  const auto ended = after(opened.next, TerminateReceived{MessageId("t"), ""});
  const auto unheard = *Machine::failed(*effect_of<NotifyControlPlane>(opened), away);
  EXPECT_TRUE(effect_of<NotifyControlPlane>(decide(&opened.next, unheard, noon).value()));
  EXPECT_FALSE(effect_of<NotifyControlPlane>(decide(&ended, unheard, noon).value()));
}

TEST(DataFlow, an_effect_that_fails_for_good_becomes_an_event) {
  const Error error{ErrorCode::peer_unavailable, "no answer", {}, {}};
  EXPECT_TRUE(std::holds_alternative<Failed>(*Machine::failed(OpenAccess{}, error)));
  EXPECT_TRUE(std::holds_alternative<CallbackFailed>(*Machine::failed(NotifyControlPlane{}, error)));
  EXPECT_FALSE(Machine::failed(CloseAccess{}, error));
}
