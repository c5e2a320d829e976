#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

// A negotiation that something of ours opened, which goes on when it has ended.
namespace kontor::domain::contract_negotiation::testing {
namespace {

/// The openers that a decision tells.
std::vector<EntityId> told(const Decision& decision) {
  std::vector<EntityId> openers;
  for (const auto& effect : decision.effects) {
    if (const auto* word = std::get_if<TellOpener>(&effect)) openers.push_back(word->opener);
  }
  return openers;
}

const std::vector<EntityId> once{EntityId("opener")};

}  // namespace

TEST(ContractNegotiation, whoever_had_it_opened_is_told_once_when_it_has_ended) {
  auto command = request();
  command.opened_for = EntityId("opener");
  const auto opened = must(nullptr, command);
  EXPECT_TRUE(told(opened).empty()) << "it has only begun";
  EXPECT_EQ(Machine::decode(Machine::encode(opened.next), 2).value(), opened.next);
  const auto ended = must(&opened.next, TerminationReceived{envelope_to(Role::consumer, "m"), {}});
  EXPECT_EQ(told(ended), once);
  const auto again = decide(&ended.next, TerminationReceived{envelope_to(Role::consumer, "n"), {}}, start);
  EXPECT_TRUE(!again || told(*again).empty());

  auto verified = negotiation(Role::consumer, State::verified);
  EXPECT_TRUE(told(must(&verified, FinalizationReceived{envelope_to(Role::consumer, "m")})).empty())
      << "nobody had it opened";
  verified.opened_for = EntityId("opener");
  EXPECT_EQ(told(must(&verified, FinalizationReceived{envelope_to(Role::consumer, "m")})), once);
}

TEST(ContractNegotiation, the_word_to_whoever_had_it_opened_is_kept_until_it_was_heard) {
  const Effect word = TellOpener{EntityId("opener")};
  const auto stored = Machine::encode_effect(word);
  EXPECT_EQ(Machine::encode_effect(Machine::decode_effect(stored).value()), stored);
  EXPECT_TRUE(Machine::wanted(negotiation(Role::consumer, State::terminated), word));
  EXPECT_FALSE(Machine::failed(word, Error{ErrorCode::storage_failed, "no"})) << "an operator retries it";
  EXPECT_TRUE(Machine::effect_group(word).empty()) << "no counter-party's bound holds it up";
}

}  // namespace kontor::domain::contract_negotiation::testing
