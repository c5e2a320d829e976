#include "domain/contract_negotiation/decide.hpp"

#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;

namespace {

Result<Decision> decided(const ContractNegotiation& current, const Event& event) {
  return decide(&current, event, start);
}

template <class E>
const E* only_effect(const Decision& decision) {
  return decision.effects.size() == 1 ? std::get_if<E>(&decision.effects.front()) : nullptr;
}

}  // namespace

TEST(ContractNegotiation, a_consumer_opens_with_a_request_that_can_be_answered) {
  const auto decision = must(nullptr, request());
  EXPECT_EQ(decision.next.state, State::requesting);
  EXPECT_EQ(decision.happened, std::vector<std::string>{"contract.negotiation.initiated"});
  const auto* sent = only_effect<SendRequest>(decision);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->callback_address, "https://consumer.example/dsp");
  EXPECT_TRUE(sent->pids.provider.empty());
  EXPECT_EQ(sent->message, decision.next.pending);
}

TEST(ContractNegotiation, a_request_and_the_agreement_that_answers_it_are_one_step) {
  const auto decision = must(nullptr, first_request("m", Agree{agreement_about(offer())}));
  EXPECT_EQ(decision.next.state, State::agreeing);
  EXPECT_EQ(protocol_state_of(decision.next), dsp::NegotiationState::requested);
  EXPECT_EQ(decision.happened, std::vector<std::string>{"contract.negotiation.requested"});
  ASSERT_NE(only_effect<SendAgreement>(decision), nullptr);
}

TEST(ContractNegotiation, an_agreement_and_its_verification_are_one_step) {
  const auto before = negotiation(Role::consumer, State::requested);
  const auto decision = must(
      &before, AgreementReceived{envelope_to(Role::consumer, "m"), agreement_about(offer()), {}, Verify{}});
  EXPECT_EQ(decision.next.state, State::verifying);
  EXPECT_EQ(protocol_state_of(decision.next), dsp::NegotiationState::agreed);
  ASSERT_NE(only_effect<SendVerification>(decision), nullptr);
}

TEST(ContractNegotiation, a_verification_and_the_finalization_are_one_step) {
  const auto before = negotiation(Role::provider, State::agreed);
  const auto decision = must(&before, VerificationReceived{envelope_to(Role::provider, "m"), Finalize{}});
  EXPECT_EQ(decision.next.state, State::finalizing);
  ASSERT_NE(only_effect<SendFinalization>(decision), nullptr);
  EXPECT_TRUE(agreement_of(decision.next));
}

TEST(ContractNegotiation, a_refusal_follows_a_request_in_the_same_step) {
  const auto decision = must(nullptr, first_request("m", Terminate{dsp::Reason::of("not you")}));
  EXPECT_EQ(decision.next.state, State::terminating);
  const auto* sent = only_effect<SendTermination>(decision);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->reason.text(), "not you");
  EXPECT_EQ(sent->receiver, Role::consumer);
}

TEST(ContractNegotiation, an_answer_that_overtakes_the_acknowledgement_stands_for_it) {
  const auto opened = must(nullptr, request());
  auto envelope = envelope_to(Role::consumer, "m");
  const auto agreed = must(&opened.next, AgreementReceived{envelope, agreement_about(offer()), {}, Verify{}});
  EXPECT_EQ(agreed.next.peer_pid, provider_pid);
  EXPECT_EQ(agreed.happened,
            (std::vector<std::string>{"contract.negotiation.requested", "contract.negotiation.agreed"}));
  const auto late = must(&agreed.next, Acknowledged{opened.next.pending, Pid{"another"}});
  EXPECT_TRUE(late.happened.empty());
  EXPECT_EQ(late.next.peer_pid, provider_pid);
  EXPECT_EQ(late.next.state, State::verifying);
}

TEST(ContractNegotiation, the_acknowledgement_of_the_first_message_brings_the_peers_pid) {
  const auto opened = must(nullptr, request());
  const auto known = must(&opened.next, Acknowledged{opened.next.pending, provider_pid});
  EXPECT_EQ(known.next.peer_pid, provider_pid);
  EXPECT_EQ(known.next.state, State::requested);
}

TEST(ContractNegotiation, a_message_seen_before_changes_nothing) {
  auto before = negotiation(Role::consumer, State::requested);
  const OfferReceived message{envelope_to(Role::consumer, "m"), {}, offer("2"), Accept{}};
  const auto once = must(&before, message);
  EXPECT_EQ(once.next.state, State::accepting);
  const auto twice = must(&once.next, message);
  EXPECT_TRUE(twice.effects.empty());
  EXPECT_TRUE(twice.happened.empty());
  EXPECT_EQ(twice.next.state, State::accepting);
}

TEST(ContractNegotiation, a_repeated_first_request_changes_nothing_whatever_its_id) {
  const auto once = must(nullptr, first_request("m", Agree{agreement_about(offer())}));
  for (const auto* id : {"m", "another"}) {
    const auto twice = must(&once.next, first_request(id, Agree{agreement_about(offer())}));
    EXPECT_TRUE(twice.effects.empty());
    EXPECT_EQ(twice.next.state, State::agreeing);
  }
}

TEST(ContractNegotiation, a_stranger_is_told_that_there_is_nothing) {
  const auto before = negotiation(Role::provider, State::offered);
  auto envelope = envelope_to(Role::provider, "m");
  envelope.sender = Did{"did:web:stranger"};
  const auto refused = decided(before, TerminationReceived{envelope, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_EQ(decide(nullptr, TerminationReceived{envelope, {}}, start).error().code, ErrorCode::not_found);
}

TEST(ContractNegotiation, a_message_that_does_not_name_our_process_is_refused) {
  const auto before = negotiation(Role::provider, State::agreed);
  auto envelope = envelope_to(Role::provider, "m");
  envelope.pids = {Pid{"p-2"}, consumer_pid};
  EXPECT_EQ(decided(before, VerificationReceived{envelope, {}}).error().pointer, "/providerPid");
}

TEST(ContractNegotiation, a_message_that_names_another_process_of_its_sender_counts_and_changes_no_pid) {
  const auto before = negotiation(Role::provider, State::agreed);
  auto envelope = envelope_to(Role::provider, "m");
  envelope.pids.consumer = Pid{"c-2"};
  const auto verified = must(&before, VerificationReceived{envelope, {}});
  EXPECT_EQ(verified.next.state, State::verified);
  EXPECT_EQ(verified.next.peer_pid, consumer_pid);
}

TEST(ContractNegotiation, our_own_pid_in_the_place_of_the_peers_is_not_taken_for_the_peers) {
  const auto opened = must(nullptr, request());
  const auto own = opened.next.pid;
  const Envelope envelope{MessageId{"m"}, opened.next.peer.id, {.provider = own, .consumer = Pid{"any"}}};
  const auto offered = must(&opened.next, OfferReceived{envelope, {}, offer("2"), {}});
  EXPECT_EQ(offered.next.state, State::offered);
  EXPECT_TRUE(offered.next.peer_pid.empty());
}

TEST(ContractNegotiation, an_agreement_keeps_what_the_consumer_had_proved_however_late_it_is_made) {
  auto message = first_request();
  message.claims = json::Object{{"member", "yes"}};
  const auto waiting = must(nullptr, message);
  const auto stored = Machine::decode(Machine::encode(waiting.next), 1).value();
  const auto agreed = must(&stored, Agree{agreement_about(offer())});
  ASSERT_TRUE(agreed.next.agreement);
  EXPECT_EQ(agreed.next.agreement->claims, message.claims);
}

TEST(ContractNegotiation, what_was_proved_is_stored_once_with_the_agreement_that_rests_on_it) {
  auto message = first_request();
  message.claims = json::Object{{"member", "yes"}};
  const auto waiting = must(nullptr, message);
  auto agreed = must(&waiting.next, Agree{agreement_about(offer())}).next;
  const auto stored = Machine::encode(agreed);
  EXPECT_EQ(stored.find("member"), stored.rfind("member"));
  EXPECT_EQ(Machine::decode(stored, 2)->agreement->claims, message.claims);

  for (const auto& claims : {json::Object{}, json::Object{{"member", "no"}}}) {
    agreed.agreement->claims = claims;
    const auto again = Machine::decode(Machine::encode(agreed), 2).value();
    EXPECT_EQ(again.claims, message.claims);
    EXPECT_EQ(again.agreement->claims, claims);
  }
}

TEST(ContractNegotiation, a_negotiation_in_the_stored_form_before_is_read) {
  auto before = negotiation(Role::provider, State::agreeing);
  before.claims = json::Object{{"member", "yes"}};
  auto stored = json::parse(Machine::encode(before)).value();
  for (const auto& claims : {json::Object{}, *before.claims}) {
    stored.at("agreement").as_object()["claims"] = claims;
    const auto read = Machine::decode(json::serialize(stored), 1).value();
    EXPECT_EQ(read.claims, before.claims);
    EXPECT_EQ(read.agreement->claims, claims);
  }
}

TEST(ContractNegotiation, an_agreement_must_be_what_was_offered_between_the_two_parties) {
  const auto before = negotiation(Role::consumer, State::requested);
  const auto pointer = [&](const odrl::Policy& agreement) {
    const auto done = decided(before, AgreementReceived{envelope_to(Role::consumer, "m"), agreement, {}, {}});
    return done ? std::string("agreed") : done.error().pointer;
  };
  auto agreement = agreement_about(offer());
  EXPECT_EQ(pointer(agreement), "agreed");
  agreement.assigner = "did:web:other";
  EXPECT_EQ(pointer(agreement), "/agreement/assigner");
  agreement = agreement_about(offer());
  agreement.assignee.reset();
  EXPECT_EQ(pointer(agreement), "/agreement/assignee");
  agreement = agreement_about(offer());
  agreement.target = "another";
  EXPECT_EQ(pointer(agreement), "/agreement/target");
  EXPECT_EQ(pointer(agreement_about(offer("2"))), "/agreement/permission/0/constraint/0");
}

TEST(ContractNegotiation, a_provider_cannot_agree_to_something_else_than_the_last_offer) {
  const auto before = negotiation(Role::provider, State::requested);
  EXPECT_FALSE(decided(before, Agree{agreement_about(offer("2"))}));
  EXPECT_TRUE(decided(before, Agree{agreement_about(offer())}));
}

TEST(ContractNegotiation, offers_go_back_and_forth_and_stay_about_one_dataset) {
  auto provider = must(nullptr, first_request("m-1", MakeOffer{offer("2")})).next;
  EXPECT_EQ(provider.state, State::offering);
  provider = must(&provider,
                  RequestReceived{envelope_to(Role::provider, "m-2"), {}, offer("3"), MakeOffer{offer("4")}})
                 .next;
  EXPECT_EQ(provider.offers.size(), 4u);
  provider = must(&provider,
                  AcceptanceReceived{envelope_to(Role::provider, "m-3"), Agree{agreement_about(offer("4"))}})
                 .next;
  EXPECT_EQ(provider.state, State::agreeing);
  auto elsewhere = offer("5");
  elsewhere.target = "another";
  const auto offered = negotiation(Role::consumer, State::offered);
  EXPECT_EQ(decided(offered, CounterRequest{elsewhere}).error().pointer, "/offer/target");
}

TEST(ContractNegotiation, the_offers_that_are_kept_are_bounded) {
  auto consumer = negotiation(Role::consumer, State::offered);
  for (int i = 0; i < 40; ++i) {
    consumer = must(&consumer, CounterRequest{offer(std::to_string(i))}).next;
    consumer =
        must(&consumer, OfferReceived{envelope_to(Role::consumer, std::to_string(i)), {}, offer("x"), {}})
            .next;
  }
  EXPECT_EQ(consumer.offers.size(), offers_kept_max);
  EXPECT_LE(consumer.seen.size(), seen_messages_max);
}

TEST(ContractNegotiation, a_termination_waits_for_the_pid_that_it_must_name) {
  const auto opened = must(nullptr, request());
  const auto stopped = must(&opened.next, Terminate{dsp::Reason::of("enough")});
  EXPECT_EQ(stopped.next.state, State::terminating);
  EXPECT_TRUE(stopped.effects.empty());
  EXPECT_FALSE(stopped.happened.empty());
  const auto told = must(&stopped.next, Acknowledged{opened.next.pending, provider_pid});
  const auto* sent = only_effect<SendTermination>(told);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->pids, both);
  EXPECT_EQ(sent->reason.text(), "enough");
  EXPECT_EQ(must(&told.next, Acknowledged{told.next.pending, {}}).next.state, State::terminated);
  const auto unknown = must(&stopped.next, SendFailed{opened.next.pending, ErrorCode::peer_refused, "no"});
  EXPECT_EQ(unknown.next.state, State::terminated);
}

TEST(ContractNegotiation, a_refused_request_ends_here_and_any_other_refusal_is_told_to_the_peer) {
  const auto opened = must(nullptr, request());
  const auto refused =
      must(&opened.next, SendFailed{opened.next.pending, ErrorCode::peer_refused, "no such offer"});
  EXPECT_EQ(refused.next.state, State::terminated);
  EXPECT_EQ(refused.next.error_detail, "no such offer");
  const auto verifying = negotiation(Role::consumer, State::verifying);
  const auto diverged =
      must(&verifying, SendFailed{verifying.pending, ErrorCode::peer_refused, "not agreed"});
  EXPECT_EQ(diverged.next.state, State::terminating);
  ASSERT_NE(only_effect<SendTermination>(diverged), nullptr);
}

TEST(ContractNegotiation, a_finalization_without_an_answer_is_kept_for_an_operator) {
  const Effect finalization = SendFinalization{peer_of(Role::provider), MessageId{"m"}, both};
  EXPECT_FALSE(Machine::failed(finalization, Error{ErrorCode::peer_unavailable, "", {}, {}}));
  EXPECT_TRUE(Machine::failed(finalization, Error{ErrorCode::peer_refused, "", {}, {}}));
  EXPECT_TRUE(Machine::failed(SendVerification{}, Error{ErrorCode::peer_unavailable, "", {}, {}}));
  EXPECT_FALSE(decided(negotiation(Role::provider, State::finalizing), Terminate{}));
}

TEST(ContractNegotiation, an_agreement_binds_only_when_the_negotiation_came_to_its_end) {
  for (const auto& row : state_names.rows) {
    const bool provider = row.first == State::finalizing || row.first == State::finalized;
    EXPECT_EQ(agreement_of(negotiation(Role::provider, row.first)).has_value(), provider) << row.second;
    EXPECT_EQ(agreement_of(negotiation(Role::consumer, row.first)).has_value(),
              row.first == State::finalized);
  }
  const auto agreement = agreement_of(negotiation(Role::provider, State::finalized)).value();
  EXPECT_EQ(agreement.id, EntityId{"a-1"});
  EXPECT_EQ(agreement.counter_party(), consumer_id);
  EXPECT_EQ(agreement_of(negotiation(Role::consumer, State::finalized))->id, EntityId{"c-1"});
  const auto stored = ContractAgreementDocument::encode(agreement);
  EXPECT_EQ(ContractAgreementDocument::encode(ContractAgreementDocument::decode(stored, 1).value()), stored);
}

TEST(ContractNegotiation, stored_forms_of_every_state_and_effect_come_back) {
  for (const auto& row : state_names.rows) {
    auto before = negotiation(Role::provider, row.first);
    before.callback_addresses = {{"https://u.example", {"contract.negotiation"}, false, "X-Key", "secret-1"}};
    before.seen = {MessageId{"m"}};
    before.error_detail = "why";
    const auto stored = Machine::encode(before);
    EXPECT_EQ(Machine::encode(Machine::decode(stored, 1).value()), stored);
  }
  const auto peer = peer_of(Role::consumer);
  const MessageId id{"m"};
  const Effect effects[] = {SendRequest{peer, id, {{}, consumer_pid}, "https://c.example", offer()},
                            SendOffer{peer, id, both, {}, offer()},
                            SendAcceptance{peer, id, both},
                            SendAgreement{peer, id, both, agreement_about(offer())},
                            SendVerification{peer, id, both},
                            SendFinalization{peer, id, both},
                            SendTermination{peer, id, both, Role::provider, {"1", {json::Value("x")}}}};
  for (const auto& effect : effects) {
    const auto stored = Machine::encode_effect(effect);
    const auto again = Machine::decode_effect(stored).value();
    EXPECT_EQ(Machine::encode_effect(again), stored);
    EXPECT_EQ(Machine::effect_name(again), Machine::effect_name(effect));
    EXPECT_EQ(outgoing(again)->body, outgoing(effect)->body);
    EXPECT_EQ(Machine::effect_group(again), "did:web:provider");
  }
}

TEST(ContractNegotiation, a_message_is_not_sent_any_more_once_it_is_out_of_date) {
  const auto opened = must(nullptr, request());
  const auto& sent = opened.effects.front();
  EXPECT_TRUE(Machine::wanted(opened.next, sent));
  const auto stopped = must(&opened.next, TerminationReceived{envelope_to(Role::consumer, "m"), {}});
  EXPECT_FALSE(Machine::wanted(stopped.next, sent));
}

TEST(ContractNegotiation, messages_go_where_the_binding_says) {
  const auto peer = peer_of(Role::consumer);
  const MessageId id{"m"};
  const std::string base = "https://provider.example/dsp/negotiations/";
  EXPECT_EQ(outgoing(SendRequest{peer, id, {{}, consumer_pid}, "x", offer()})->url, base + "request");
  EXPECT_EQ(outgoing(SendRequest{peer, id, both, {}, offer()})->url, base + "p-1/request");
  EXPECT_EQ(outgoing(SendAcceptance{peer, id, both})->url, base + "p-1/events");
  EXPECT_EQ(outgoing(SendVerification{peer, id, both})->url, base + "p-1/agreement/verification");
  EXPECT_EQ(outgoing(SendTermination{peer, id, both, Role::provider, {}})->url, base + "p-1/termination");
  const SendRequest sent{peer, id, {{}, consumer_pid}, "x", offer()};
  EXPECT_EQ(acknowledged(sent, "").peer_pid, std::nullopt);
  EXPECT_EQ(
      acknowledged(
          sent,
          R"({"@type":"ContractNegotiation","providerPid":"p-9","consumerPid":"c-1","state":"REQUESTED"})")
          .peer_pid,
      Pid{"p-9"});
}

TEST(ContractNegotiation, who_ended_it_and_why_is_kept_for_our_own_side_and_not_sent) {
  Terminate refusal{dsp::Reason::of("not you"), json::Object{{"reason", "the value is secret"}}};
  const auto refused = must(nullptr, first_request("m", refusal));
  EXPECT_EQ(refused.next.ended_by, EndedBy::us);
  const auto stored = Machine::decode(Machine::encode(refused.next), 1).value();
  EXPECT_EQ(stored.ended_by, EndedBy::us);
  EXPECT_EQ(stored.explanation, refusal.explanation);
  for (const auto& effect : refused.effects)
    EXPECT_FALSE(Machine::encode_effect(effect).contains("secret")) << Machine::effect_name(effect);
  const auto told = must(nullptr, first_request("m", {}));
  const auto ended = must(&told.next, TerminationReceived{envelope_to(Role::provider, "n"), {}});
  EXPECT_EQ(ended.next.ended_by, EndedBy::peer);
  EXPECT_EQ(Machine::decode(Machine::encode(told.next), 1)->ended_by, EndedBy::nobody);
}
