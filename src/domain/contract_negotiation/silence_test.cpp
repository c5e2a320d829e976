#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

/// A peer has acknowledged our message, and does nothing.

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;

namespace {

/// As it stands once the peer has answered 2xx to the message that brings it there.
ContractNegotiation acknowledged(Role role, State sending, std::uint32_t messages) {
  auto before = negotiation(role, sending);
  before.sent = messages;
  before.pending = before.last_message();
  return must(&before, Acknowledged{before.pending, {}}).next;
}

/// What is stored in between is all that is known.
Decision due(const ContractNegotiation& now) {
  const auto stored = Machine::decode(Machine::encode(now), Machine::kind().codec_version).value();
  EXPECT_EQ(stored, now);
  return decide(&stored, Machine::due_event(stored), *Machine::due_at(stored)).value();
}

}  // namespace

TEST(NegotiationSilence, an_agreement_that_nothing_follows_is_sent_again_under_its_id) {
  const auto agreed = acknowledged(Role::provider, State::agreeing, 2);
  EXPECT_EQ(Machine::due_at(agreed), start + repeated_after[0]);
  const auto again = due(agreed);
  EXPECT_EQ(again.next.state, State::agreed);
  EXPECT_EQ(again.happened, std::vector<std::string>{}) << "nobody is told that it has agreed twice";
  ASSERT_EQ(again.effects.size(), 1u);
  const auto& sent = std::get<SendAgreement>(again.effects.front());
  EXPECT_EQ(sent.message, (MessageId{"p-1-2"}));
  EXPECT_EQ(sent.agreement, agreed.agreement->policy);
  EXPECT_TRUE(Machine::wanted(again.next, again.effects.front()));
}

TEST(NegotiationSilence, a_verification_that_nothing_follows_is_sent_again_under_its_id) {
  const auto again = due(acknowledged(Role::consumer, State::verifying, 3));
  ASSERT_EQ(again.effects.size(), 1u);
  EXPECT_EQ(std::get<SendVerification>(again.effects.front()).message, (MessageId{"c-1-3"}));
  EXPECT_EQ(again.next.state, State::verified);
}

TEST(NegotiationSilence, it_is_sent_again_later_and_later_and_then_no_more) {
  auto now = acknowledged(Role::provider, State::agreeing, 2);
  for (const auto after : repeated_after) {
    EXPECT_EQ(Machine::due_at(now), start + after);
    now = due(now).next;
  }
  EXPECT_EQ(Machine::due_at(now), std::nullopt);
  EXPECT_TRUE(must(&now, AnswerDue{}).effects.empty());
}

TEST(NegotiationSilence, what_becomes_of_the_repetition_changes_nothing) {
  const auto again = due(acknowledged(Role::provider, State::agreeing, 2));
  ASSERT_EQ(again.effects.size(), 1u);
  const MessageId id = std::get<SendAgreement>(again.effects.front()).message;
  EXPECT_EQ(must(&again.next, Acknowledged{id, {}}).next, again.next);
  EXPECT_EQ(must(&again.next, SendFailed{id, ErrorCode::peer_refused, "no"}).next, again.next);
}

TEST(NegotiationSilence, once_the_answer_is_here_nothing_is_repeated) {
  const auto again = due(acknowledged(Role::provider, State::agreeing, 2));
  ASSERT_EQ(again.effects.size(), 1u);
  const auto verified =
      must(&again.next, VerificationReceived{envelope_to(Role::provider, "m"), Finalize{}}).next;
  EXPECT_EQ(verified.repeated, 0u);
  EXPECT_EQ(Machine::due_at(verified), std::nullopt);
  EXPECT_FALSE(Machine::wanted(verified, again.effects.front()));
}

TEST(NegotiationSilence, who_may_still_decide_is_not_pressed) {
  for (const auto state : {State::requested, State::offered, State::accepted})
    EXPECT_EQ(Machine::due_at(negotiation(Role::provider, state)), std::nullopt);
  for (const auto state : {State::requested, State::offered, State::accepted, State::agreed})
    EXPECT_EQ(Machine::due_at(negotiation(Role::consumer, state)), std::nullopt);
}
