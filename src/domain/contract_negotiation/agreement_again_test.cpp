#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

/// A provider that agrees more than once.

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;

namespace {

Result<Decision> decided(const ContractNegotiation& current, const Event& event) {
  return decide(&current, event, start);
}

}  // namespace

/// EDC 0.15.1 does so when a verification meets it while it still writes down that it agreed.
TEST(ContractNegotiation, a_provider_that_agrees_once_more_before_it_knows_the_verification_is_believed) {
  for (const auto state : {State::agreed, State::verifying}) {
    auto again = agreement_about(offer());
    again.id = "a-2";
    const auto before = negotiation(Role::consumer, state);
    const auto decision =
        must(&before, AgreementReceived{envelope_to(Role::consumer, "m"), again, {}, Verify{}});
    EXPECT_EQ(decision.next.state, state);
    EXPECT_EQ(decision.next.pending, before.pending) << "the verification that is on its way stays so";
    ASSERT_TRUE(decision.next.agreement);
    EXPECT_EQ(decision.next.agreement->policy.id, "a-2");
    EXPECT_EQ(decision.happened, std::vector<std::string>{"contract.negotiation.agreementReplaced"})
        << "who watches is told";
    again.assigner = "did:web:other";
    EXPECT_FALSE(decided(before, AgreementReceived{envelope_to(Role::consumer, "m"), again, {}, {}}));
  }
  const auto verified = negotiation(Role::consumer, State::verified);
  auto late = agreement_about(offer());
  late.id = "a-2";
  EXPECT_FALSE(decided(verified, AgreementReceived{envelope_to(Role::consumer, "m"), late, {}, {}}));
}

/// EDC 0.15.1 writes an agreement anew for each attempt to send it; the attempts share the message id.
TEST(ContractNegotiation, an_agreement_under_another_id_counts_though_its_message_was_seen_before) {
  const auto before = negotiation(Role::consumer, State::requested);
  const AgreementReceived first{envelope_to(Role::consumer, "m"), agreement_about(offer()), {}, Verify{}};
  const auto once = must(&before, first);
  auto second = first;
  second.agreement.id = "a-2";
  const auto twice = must(&once.next, second);
  EXPECT_EQ(twice.next.agreement->policy.id, "a-2");
  EXPECT_EQ(twice.next.state, State::verifying);
  EXPECT_EQ(twice.next.pending, once.next.pending);
  EXPECT_EQ(twice.next.seen, once.next.seen);
  EXPECT_TRUE(twice.effects.empty());
  EXPECT_FALSE(twice.happened.empty()) << "who watches is told";
  second.agreement.target = "another";
  EXPECT_FALSE(decided(once.next, second)) << "it must be what was offered, too";

  const auto verified = must(&twice.next, Acknowledged{twice.next.pending, {}});
  EXPECT_TRUE(
      decided(verified.next, AgreementReceived{first.envelope, twice.next.agreement->policy, {}, {}}));
  EXPECT_FALSE(decided(verified.next, first)) << "not what was verified";
}
