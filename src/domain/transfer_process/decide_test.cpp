#include "domain/transfer_process/decide.hpp"

#include <gtest/gtest.h>

#include "domain/transfer_process/transfer_for_test.hpp"

using namespace kontor;
using namespace kontor::domain::transfer_process;
using namespace kontor::domain::transfer_process::testing;

namespace {

template <class E>
const E* only_effect(const Decision& decision) {
  return decision.effects.size() == 1 ? std::get_if<E>(&decision.effects.front()) : nullptr;
}

std::vector<std::string> names_of(const Decision& decision) {
  std::vector<std::string> names;
  for (const auto& effect : decision.effects) names.emplace_back(Machine::effect_name(effect));
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST(TransferProcess, a_pull_starts_with_the_providers_address) {
  auto consumer = must(nullptr, initiate()).next;
  auto requested = must(&consumer, FlowPrepared{"dp-c", {}});
  EXPECT_EQ(names_of(requested), Names{"send-request"});
  consumer = must(&requested.next, Acknowledged{requested.next.pending, provider_pid}).next;
  EXPECT_EQ(consumer.state, State::requested);

  auto provider = must(nullptr, first_request(Direction::pull, Start{}));
  EXPECT_EQ(names_of(provider), Names{"start-flow"});
  EXPECT_EQ(protocol_state_of(provider.next), dsp::TransferState::requested);
  provider = must(&provider.next, FlowStarted{"dp-p", address()});
  const auto* sent = only_effect<SendStart>(provider);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->data_address, address());

  auto told = must(&consumer, StartReceived{envelope_to(Role::consumer, "m"), sent->data_address, {}});
  const auto* notified = only_effect<NotifyFlowStarted>(told);
  ASSERT_NE(notified, nullptr);
  EXPECT_EQ(notified->data_address, address());
  EXPECT_EQ(notified->flow.data_plane, "dp-c");
  EXPECT_EQ(protocol_state_of(told.next), dsp::TransferState::started);
  EXPECT_EQ(must(&told.next, FlowStarted{"dp-c", {}}).next.state, State::started);
}

TEST(TransferProcess, a_push_starts_with_the_consumers_address) {
  const auto consumer = must(nullptr, initiate(Direction::push)).next;
  const auto requested = must(&consumer, FlowPrepared{"dp-c", address()});
  const auto* sent = only_effect<SendRequest>(requested);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->data_address, address());
  const auto provider = must(nullptr, first_request(Direction::push, Start{}));
  const auto* signalled = only_effect<StartFlow>(provider);
  ASSERT_NE(signalled, nullptr);
  EXPECT_EQ(signalled->data_address, address());
  const auto started = must(&provider.next, FlowStarted{"dp-p", {}});
  EXPECT_EQ(only_effect<SendStart>(started)->data_address, std::nullopt);
  auto without = first_request(Direction::push);
  without.data_address.reset();
  EXPECT_EQ(decide(nullptr, without, start).error().pointer, "/dataAddress");
}

TEST(TransferProcess, a_data_plane_may_take_its_time) {
  auto consumer = must(nullptr, initiate()).next;
  consumer = must(&consumer, FlowPending{"dp"}).next;
  EXPECT_EQ(consumer.state, State::preparation_requested);
  EXPECT_EQ(must(&consumer, FlowPrepared{"dp", {}}).next.state, State::requesting);
  auto provider = must(nullptr, first_request(Direction::pull, Start{})).next;
  const auto pending = must(&provider, FlowPending{"dp"});
  EXPECT_EQ(pending.next.data_plane, "dp");
  EXPECT_FALSE(pending.happened.empty());
  EXPECT_EQ(must(&pending.next, FlowStarted{"dp", address()}).next.state, State::starting);
}

TEST(TransferProcess, whoever_took_an_order_has_the_flow_whichever_comes_first_answer_or_callback) {
  auto consumer = must(nullptr, initiate()).next;
  consumer = must(&consumer, FlowPending{"dp"}).next;
  // A callback does not say who it is.
  EXPECT_EQ(must(&consumer, FlowPrepared{{}, {}}).next.data_plane, "dp");
  auto provider = must(nullptr, first_request(Direction::pull, Start{})).next;
  provider = must(&provider, FlowStarted{{}, address()}).next;
  EXPECT_EQ(provider.state, State::starting);
  provider = must(&provider, FlowPending{"dp"}).next;
  EXPECT_EQ(provider.state, State::starting);
  EXPECT_EQ(provider.data_plane, "dp");
  EXPECT_EQ(must(&provider, FlowPending{"another"}).next.data_plane, "dp");
}

TEST(TransferProcess, a_consumer_without_a_data_plane_only_talks_to_the_provider) {
  auto command = initiate();
  command.prepare = false;
  auto consumer = must(nullptr, command);
  EXPECT_EQ(names_of(consumer), Names{"send-request"});
  consumer = must(&consumer.next, StartReceived{envelope_to(Role::consumer, "m"), address(), {}});
  EXPECT_EQ(consumer.next.state, State::started);
  EXPECT_EQ(consumer.next.peer_pid, provider_pid);
  EXPECT_EQ(names_of(must(&consumer.next, Suspend{})), Names{"send-suspension"});
  command.subject = subject(Direction::push);
  EXPECT_FALSE(decide(nullptr, command, start));
}

TEST(TransferProcess, data_stops_before_the_peer_is_told) {
  const auto started = process(Role::provider, Direction::pull, State::started);
  EXPECT_EQ(names_of(must(&started, Suspend{})), (Names{"suspend-flow", "send-suspension"}));
  EXPECT_EQ(names_of(must(&started, Terminate{})), (Names{"terminate-flow", "send-termination"}));
  EXPECT_EQ(names_of(must(&started, Complete{})), (Names{"complete-flow", "send-completion"}));
  EXPECT_EQ(names_of(must(&started, FlowCompleted{})), Names{"send-completion"});
}

TEST(TransferProcess, a_message_of_the_peer_is_known_to_both_before_the_data_plane_has_followed) {
  const auto started = process(Role::provider, Direction::pull, State::started);
  const auto envelope = envelope_to(Role::provider, "m");
  const auto suspended = must(&started, SuspensionReceived{envelope, {}, {}});
  EXPECT_EQ(suspended.next.state, State::suspending_requested);
  EXPECT_EQ(protocol_state_of(suspended.next), dsp::TransferState::suspended);
  EXPECT_EQ(must(&suspended.next, FlowSuspended{}).next.state, State::suspended);
  EXPECT_EQ(protocol_state_of(must(&started, CompletionReceived{envelope}).next),
            dsp::TransferState::completed);
  EXPECT_EQ(protocol_state_of(must(&started, TerminationReceived{envelope, {}}).next),
            dsp::TransferState::terminated);
}

TEST(TransferProcess, the_owner_of_the_address_resumes_its_flow_first_and_sends_the_new_address) {
  const auto suspended = process(Role::provider, Direction::pull, State::suspended);
  auto resuming = must(&suspended, Resume{});
  EXPECT_EQ(names_of(resuming), Names{"resume-flow"});
  resuming = must(&resuming.next, FlowResumed{address("t-2")});
  ASSERT_NE(only_effect<SendStart>(resuming), nullptr);
  EXPECT_EQ(only_effect<SendStart>(resuming)->data_address, address("t-2"));
  EXPECT_EQ(must(&resuming.next, Acknowledged{resuming.next.pending, {}}).next.state, State::started);
}

TEST(TransferProcess, the_other_party_asks_and_takes_the_address_that_comes) {
  const auto suspended = process(Role::consumer, Direction::pull, State::suspended);
  const auto asking = must(&suspended, Resume{});
  ASSERT_NE(only_effect<SendStart>(asking), nullptr);
  EXPECT_EQ(only_effect<SendStart>(asking)->data_address, std::nullopt);
  const auto resumed = must(&asking.next, Acknowledged{asking.next.pending, {}});
  EXPECT_EQ(resumed.next.state, State::resumed);
  EXPECT_EQ(protocol_state_of(resumed.next), dsp::TransferState::started);
  const auto told = must(&resumed.next, StartReceived{envelope_to(Role::consumer, "m"), address("t-2"), {}});
  ASSERT_NE(only_effect<ResumeFlow>(told), nullptr);
  EXPECT_EQ(only_effect<ResumeFlow>(told)->data_address, address("t-2"));
  EXPECT_EQ(must(&told.next, FlowResumed{}).next.state, State::started);
}

TEST(TransferProcess, a_peer_that_sends_no_new_address_is_not_waited_for_for_ever) {
  const auto resumed = process(Role::consumer, Direction::pull, State::resumed);
  EXPECT_EQ(Machine::due_at(resumed), start + resume_address_timeout);
  EXPECT_EQ(Machine::due_at(process(Role::consumer, Direction::pull, State::started)), std::nullopt);
  const auto overdue = must(&resumed, Machine::due_event(resumed));
  ASSERT_NE(only_effect<ResumeFlow>(overdue), nullptr);
  EXPECT_EQ(only_effect<ResumeFlow>(overdue)->data_address, address());
  const auto started = must(&overdue.next, FlowResumed{}).next;
  EXPECT_EQ(started.state, State::started);
  const auto late = must(&started, StartReceived{envelope_to(Role::consumer, "m"), address("t-2"), {}});
  EXPECT_EQ(late.next.data_address, address("t-2"));
}

TEST(TransferProcess, a_resuming_consumer_gets_a_start_with_an_address_back_and_may_refuse_it) {
  const auto suspended = process(Role::provider, Direction::pull, State::suspended);
  auto answering = must(&suspended, StartReceived{envelope_to(Role::provider, "m"), {}, {}});
  EXPECT_EQ(names_of(answering), Names{"resume-flow"});
  EXPECT_EQ(protocol_state_of(answering.next), dsp::TransferState::started);
  answering = must(&answering.next, FlowResumed{address("t-2")});
  ASSERT_NE(only_effect<SendStart>(answering), nullptr);
  const auto refused =
      must(&answering.next, SendFailed{answering.next.pending, ErrorCode::peer_refused, "I am STARTED"});
  EXPECT_EQ(refused.next.state, State::started);
  EXPECT_TRUE(refused.effects.empty());
}

TEST(TransferProcess, a_provider_that_starts_twice_changes_the_address_and_nothing_else) {
  for (const auto state : {State::startup_requested, State::started}) {
    const auto before = process(Role::consumer, Direction::pull, state);
    const auto again =
        must(&before, StartReceived{envelope_to(Role::consumer, "m"), address("t-2"), Suspend{}});
    EXPECT_EQ(again.next.state, state);
    EXPECT_EQ(again.next.data_address, address("t-2"));
    EXPECT_TRUE(again.effects.empty());
  }
}

TEST(TransferProcess, start_from_the_consumer_is_refused_while_started) {
  const auto started = process(Role::provider, Direction::pull, State::started);
  const auto refused = decide(&started, StartReceived{envelope_to(Role::provider, "m"), {}, {}}, start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::illegal_transition);
  EXPECT_EQ(refused.error().detail, "a start is not possible while the transfer is STARTED");
}

TEST(TransferProcess, a_message_seen_before_and_a_repeated_request_change_nothing) {
  const auto suspended = process(Role::consumer, Direction::pull, State::suspended);
  const StartReceived message{envelope_to(Role::consumer, "m"), address("t-2"), {}};
  const auto once = must(&suspended, message);
  EXPECT_TRUE(must(&once.next, message).effects.empty());
  const auto provider = must(nullptr, first_request(Direction::pull, Start{}));
  for (const auto* id : {"m-0", "another"}) {
    const auto again = must(&provider.next, first_request(Direction::pull, Start{}, id));
    EXPECT_TRUE(again.effects.empty());
    EXPECT_TRUE(again.happened.empty());
  }
}

TEST(TransferProcess, a_stranger_is_told_that_there_is_nothing) {
  const auto started = process(Role::provider, Direction::pull, State::started);
  auto envelope = envelope_to(Role::provider, "m");
  envelope.sender = Did{"did:web:stranger"};
  EXPECT_EQ(decide(&started, CompletionReceived{envelope}, start).error().code, ErrorCode::not_found);
}

TEST(TransferProcess, our_pid_must_be_named_and_a_wrong_one_of_the_peer_changes_nothing) {
  const auto started = process(Role::provider, Direction::pull, State::started);
  auto envelope = envelope_to(Role::provider, "m");
  envelope.pids.provider = Pid{"p-2"};
  EXPECT_EQ(decide(&started, CompletionReceived{envelope}, start).error().pointer, "/providerPid");
  envelope = envelope_to(Role::provider, "m");
  envelope.pids.consumer = Pid{"c-2"};
  const auto completed = must(&started, CompletionReceived{envelope});
  EXPECT_EQ(completed.next.protocol_state, dsp::TransferState::completed);
  EXPECT_EQ(completed.next.peer_pid, started.peer_pid);
}

TEST(TransferProcess, a_termination_waits_for_the_pid_that_it_must_name) {
  const auto initial = must(nullptr, initiate()).next;
  const auto requesting = must(&initial, FlowPrepared{"dp", {}}).next;
  const auto stopped = must(&requesting, Terminate{dsp::Reason::of("enough")});
  EXPECT_EQ(names_of(stopped), Names{"terminate-flow"});
  const auto told = must(&stopped.next, Acknowledged{requesting.pending, provider_pid});
  EXPECT_EQ(names_of(told), Names{"send-termination"});
  const auto before_it = must(&initial, Terminate{});
  EXPECT_EQ(before_it.next.state, State::terminated);
  EXPECT_EQ(names_of(before_it), Names{"terminate-flow"});
}

TEST(TransferProcess, a_push_may_be_done_before_its_start_was_answered) {
  const auto provider = must(nullptr, first_request(Direction::push, Start{})).next;
  const auto done = must(&provider, FlowCompleted{});
  EXPECT_EQ(names_of(done), (Names{"send-start", "send-completion"}));
  EXPECT_EQ(done.next.state, State::completing);
}

TEST(TransferProcess, a_broken_data_plane_ends_the_transfer_on_both_sides) {
  const auto provider = must(nullptr, first_request(Direction::pull, Start{})).next;
  const auto failed = must(&provider, FlowFailed{"no data plane for HttpData-PULL"});
  EXPECT_EQ(names_of(failed), Names{"send-termination"});
  EXPECT_EQ(failed.next.error_detail, "no data plane for HttpData-PULL");
  const auto consumer = must(nullptr, initiate()).next;
  EXPECT_EQ(must(&consumer, FlowFailed{"none"}).next.state, State::terminated);
  const auto started = process(Role::provider, Direction::pull, State::started);
  const auto errored = must(&started, FlowErrored{"disk is full"});
  EXPECT_EQ(errored.next.state, State::started);
  EXPECT_EQ(errored.next.error_detail, "disk is full");
}

TEST(TransferProcess, a_data_plane_is_told_of_the_end_until_it_has_heard) {
  const Error away{ErrorCode::peer_unavailable, "", {}, {}};
  const Error refused{ErrorCode::peer_refused, "", {}, {}};
  for (const auto state : {State::terminating, State::terminating_requested, State::terminated}) {
    const auto over = process(Role::provider, Direction::pull, state);
    const auto untold = must(&over, *Machine::failed(TerminateFlow{}, away));
    const auto* again = only_effect<TerminateFlow>(untold);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->flow.data_plane, over.data_plane);
    EXPECT_TRUE(must(&over, *Machine::failed(TerminateFlow{}, refused)).effects.empty());
  }
  const auto done = process(Role::provider, Direction::pull, State::completing_requested);
  const auto untold = must(&done, *Machine::failed(CompleteFlow{}, away));
  EXPECT_EQ(untold.next.state, State::completed);
  EXPECT_NE(only_effect<CompleteFlow>(untold), nullptr);
}

TEST(TransferProcess, an_address_does_not_outlive_the_transfer) {
  const auto started = process(Role::consumer, Direction::pull, State::started);
  const auto done = must(&started, CompletionReceived{envelope_to(Role::consumer, "m")}).next;
  EXPECT_FALSE(must(&done, FlowCompleted{}).next.data_address);
}

TEST(TransferProcess, a_completion_without_an_answer_is_kept_for_an_operator) {
  const Effect completion = SendCompletion{peer_of(Role::provider), MessageId{"m"}, both, Role::consumer};
  EXPECT_FALSE(Machine::failed(completion, Error{ErrorCode::timeout, "", {}, {}}));
  EXPECT_TRUE(Machine::failed(completion, Error{ErrorCode::peer_refused, "", {}, {}}));
  EXPECT_TRUE(std::holds_alternative<FlowFailed>(
      *Machine::failed(SuspendFlow{}, Error{ErrorCode::timeout, "", {}, {}})));
}

TEST(TransferProcess, the_direction_follows_from_the_name_of_the_transfer_type) {
  EXPECT_EQ(direction_of("HttpData-PUSH"), Direction::push);
  EXPECT_EQ(direction_of("https://w3id.org/dspace-sig/profile/http-push"), Direction::push);
  EXPECT_EQ(direction_of("HttpData-PULL"), Direction::pull);
}

TEST(TransferProcess, a_message_is_not_sent_any_more_once_it_is_out_of_date) {
  const auto started = process(Role::consumer, Direction::pull, State::started);
  const auto ours = must(&started, Suspend{});
  EXPECT_TRUE(Machine::wanted(ours.next, ours.effects[0]));
  EXPECT_TRUE(Machine::wanted(ours.next, ours.effects[1]));
  const auto crossed = must(&ours.next, SuspensionReceived{envelope_to(Role::consumer, "m"), {}, {}});
  EXPECT_TRUE(Machine::wanted(crossed.next, ours.effects[0]));
  EXPECT_FALSE(Machine::wanted(crossed.next, ours.effects[1]));
  const auto pushing = must(nullptr, first_request(Direction::push, Start{})).next;
  const auto done = must(&pushing, FlowCompleted{});
  EXPECT_TRUE(Machine::wanted(done.next, done.effects[0]));
  EXPECT_TRUE(Machine::wanted(done.next, done.effects[1]));
}

TEST(TransferProcess, messages_go_where_the_binding_says) {
  const auto peer = peer_of(Role::consumer);
  const std::string base = "https://provider.example/dsp/transfers/";
  const MessageId id{"m"};
  const SendRequest request{
      peer, id, consumer_pid, dsp::AgreementId{"a"}, "f", {}, "https://consumer.example/dsp"};
  EXPECT_EQ(outgoing(request)->url, base + "request");
  EXPECT_EQ(outgoing(SendStart{peer, id, both, Role::provider, {}})->url, base + "p-1/start");
  EXPECT_EQ(outgoing(SendTermination{peer, id, both, Role::provider, {}})->url, base + "p-1/termination");
  // EDC looks for the endpoint among the properties alone.
  const auto start =
      outgoing(SendStart{peer, id, both, Role::provider, dsp::DataAddress{"x", "http://p", {}}});
  EXPECT_TRUE(start->body.contains(R"("name":"https://w3id.org/edc/v0.0.1/ns/endpoint","value":"http://p")"));
  EXPECT_FALSE(outgoing(PrepareFlow{}));
  EXPECT_EQ(acknowledged(
                request,
                R"({"@type":"TransferProcess","providerPid":"p-9","consumerPid":"c-1","state":"REQUESTED"})")
                .peer_pid,
            Pid{"p-9"});
  EXPECT_EQ(acknowledged(request, "no json").peer_pid, std::nullopt);
  EXPECT_EQ(Machine::effect_group(request), "did:web:provider");
}
