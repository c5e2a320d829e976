#include "domain/agreement_ending/decide.hpp"

#include <gtest/gtest.h>

namespace kontor::domain::agreement_ending {
namespace {

const Instant start = from_epoch_seconds(1'800'000'000);

Ended ended(EndedBy by) {
  return {.agreement = EntityId("agreement-1"),
          .pids = {dsp::Pid("p-1"), dsp::Pid("c-1")},
          .role = dsp::Role::provider,
          .peer = {Did("did:web:consumer"), "https://consumer.example/dsp", "profile"},
          .by = by,
          .reason = "the contract was breached"};
}

Decision must(const AgreementEnding* current, const Event& event, Instant now = start) {
  auto decision = decide(current, event, now);
  invariant(decision.has_value(), "the event is legal");
  for (const auto& effect : decision->effects) {
    const auto stored = Machine::encode_effect(effect);
    EXPECT_EQ(Machine::encode_effect(Machine::decode_effect(stored).value()), stored);
  }
  EXPECT_EQ(Machine::decode(Machine::encode(decision->next), 1).value(), decision->next);
  return std::move(*decision);
}

}  // namespace

TEST(AgreementEnding, transfers_end_first_and_the_peer_is_told_the_reason) {
  const auto decision = must(nullptr, End{ended(EndedBy::us)});
  ASSERT_EQ(decision.effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<EndTransfers>(decision.effects[0]));
  const auto message = outgoing(std::get<TellPeer>(decision.effects[1]));
  EXPECT_EQ(message.url, "https://consumer.example/dsp/negotiations/c-1/agreement/termination");
  EXPECT_TRUE(message.body.contains("the contract was breached")) << message.body;
  EXPECT_TRUE(must(&decision.next, PeerTold{}).next.peer_knows);
  EXPECT_EQ(decision.happened, std::vector<std::string>{"contract.agreement.ended"});
}

TEST(AgreementEnding, who_ended_it_is_not_told_of_it) {
  const auto decision = must(nullptr, End{ended(EndedBy::peer)});
  ASSERT_EQ(decision.effects.size(), 1u);
  EXPECT_EQ(std::get<EndTransfers>(decision.effects[0]).by, EndedBy::peer);
  EXPECT_TRUE(decision.next.peer_knows);
}

TEST(AgreementEnding, an_agreement_ends_once) {
  const auto first = must(nullptr, End{ended(EndedBy::us)}).next;
  const auto again = must(&first, End{ended(EndedBy::peer)});
  EXPECT_TRUE(again.effects.empty() && again.happened.empty());
  EXPECT_EQ(again.next.what.by, EndedBy::us);
}

TEST(AgreementEnding, a_peer_that_knows_no_such_message_is_noted_and_nothing_is_held_up) {
  const auto first = must(nullptr, End{ended(EndedBy::us)});
  const auto event = Machine::failed(first.effects[1], Error{ErrorCode::peer_refused, "404", {}, {}});
  ASSERT_TRUE(event);
  const auto noted = must(&first.next, *event).next;
  EXPECT_FALSE(noted.peer_knows);
  EXPECT_TRUE(noted.not_told.contains("404"));
  EXPECT_EQ(Machine::due_at(noted), start + late_transfers);
  auto nowhere = ended(EndedBy::us);
  nowhere.peer.address.clear();
  const auto silent = must(nullptr, End{nowhere});
  EXPECT_EQ(silent.effects.size(), 1u);
  EXPECT_FALSE(silent.next.not_told.empty());
}

TEST(AgreementEnding, transfers_that_were_admitted_before_it_was_known_end_as_well) {
  auto now = must(nullptr, End{ended(EndedBy::us)}).next;
  now = must(&now, TransfersEnded{}).next;
  EXPECT_FALSE(Machine::ended(now)) << "one may be on its way";
  ASSERT_EQ(Machine::due_at(now), start + late_transfers);
  const auto late = must(&now, Machine::due_event(now), start + late_transfers);
  ASSERT_EQ(late.effects.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<EndTransfers>(late.effects[0]));
  EXPECT_EQ(Machine::due_at(late.next), std::nullopt);
  EXPECT_TRUE(Machine::ended(must(&late.next, TransfersEnded{}).next));
}

TEST(AgreementEnding, transfers_that_cannot_be_ended_wait_for_an_operator) {
  const auto decision = must(nullptr, End{ended(EndedBy::us)});
  EXPECT_EQ(Machine::failed(decision.effects[0], Error{ErrorCode::internal, "no", {}, {}}), std::nullopt);
}

TEST(AgreementEnding, nothing_happens_to_what_was_not_ended) {
  EXPECT_EQ(decide(nullptr, PeerTold{}, start).error().code, ErrorCode::not_found);
}

}  // namespace kontor::domain::agreement_ending
