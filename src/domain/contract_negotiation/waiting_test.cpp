#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

/// What waits for somebody to decide.

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;
using std::chrono::hours;

namespace {

ContractNegotiation waiting(Role role, State state, Wait wait) {
  const auto before = negotiation(role, state);
  const auto decision = decide(&before, wait, start).value();
  EXPECT_EQ(decision.happened, std::vector<std::string>{"contract.negotiation.waiting"})
      << "somebody is told";
  return Machine::decode(Machine::encode(decision.next), 1).value();
}

Decision due(const ContractNegotiation& now) {
  return decide(&now, Machine::due_event(now), *Machine::due_at(now)).value();
}

}  // namespace

TEST(NegotiationWaiting, what_nobody_decides_in_time_is_refused_with_a_reason) {
  const auto now = waiting(Role::consumer, State::offered, {.limit = hours(1)});
  EXPECT_EQ(Machine::due_at(now), start + hours(1));
  const auto ended = due(now).next;
  EXPECT_EQ(ended.state, State::terminating);
  EXPECT_EQ(ended.ended_by, EndedBy::us);
  EXPECT_TRUE(ended.error_detail.contains("nobody decided"));
  EXPECT_EQ(Machine::due_at(ended), std::nullopt);
}

TEST(NegotiationWaiting, what_is_approved_by_default_takes_its_next_step) {
  EXPECT_EQ(due(waiting(Role::consumer, State::offered, {.limit = hours(1), .approves = true})).next.state,
            State::accepting);
  const auto agreed =
      due(waiting(Role::provider, State::requested,
                  {.limit = hours(1), .approves = true, .agreement = agreement_about(offer())}));
  EXPECT_EQ(agreed.next.state, State::agreeing);
  EXPECT_EQ(agreed.next.agreement->policy.timestamp, start + hours(1)) << "signed when it was";
}

TEST(NegotiationWaiting, what_cannot_be_approved_is_refused) {
  const auto now = waiting(Role::provider, State::requested, {.limit = hours(1), .approves = true});
  EXPECT_EQ(due(now).next.state, State::terminating);
}

TEST(NegotiationWaiting, who_decides_in_time_is_not_overruled) {
  const auto now = waiting(Role::consumer, State::offered, {.limit = hours(1)});
  const auto accepted = decide(&now, Accept{}, start)->next;
  EXPECT_EQ(Machine::due_at(accepted), std::nullopt);
  EXPECT_EQ(decide(&accepted, DecisionDue{}, start + hours(2))->next.state, State::accepting);
}

TEST(NegotiationWaiting, without_a_limit_it_waits_without_end) {
  EXPECT_EQ(Machine::due_at(waiting(Role::consumer, State::offered, {})), std::nullopt);
}
