#include <gtest/gtest.h>

#include "domain/transfer_process/transfer_for_test.hpp"

// A transfer that something of ours opened, which goes on when data can be had, or never will.
namespace kontor::domain::transfer_process::testing {
namespace {

/// The openers that a decision tells.
std::vector<EntityId> told(const Decision& decision) {
  std::vector<EntityId> openers;
  for (const auto& effect : decision.effects) {
    if (const auto* word = std::get_if<TellOpener>(&effect)) openers.push_back(word->opener);
  }
  return openers;
}

Decision opened() {
  auto command = initiate();
  command.prepare = false;
  command.opened_for = EntityId("opener");
  return must(nullptr, command);
}

const std::vector<EntityId> once{EntityId("opener")};

}  // namespace

TEST(TransferProcess, whoever_had_it_opened_is_told_when_it_starts_or_ends_before) {
  const auto begun = opened();
  EXPECT_TRUE(told(begun).empty());
  EXPECT_EQ(Machine::decode(Machine::encode(begun.next), 1).value(), begun.next);
  const auto started = must(&begun.next, StartReceived{envelope_to(Role::consumer, "m"), address()});
  ASSERT_EQ(started.next.state, State::started);
  EXPECT_EQ(told(started), once);
  const auto after = must(&started.next, TerminationReceived{envelope_to(Role::consumer, "n"), {}});
  EXPECT_TRUE(told(after).empty()) << "it knows since the start";
  EXPECT_EQ(told(must(&begun.next, TerminationReceived{envelope_to(Role::consumer, "m"), {}})), once);
}

TEST(TransferProcess, the_word_to_whoever_had_it_opened_is_kept_until_it_was_heard) {
  const Effect word = TellOpener{EntityId("opener")};
  const auto stored = Machine::encode_effect(word);
  EXPECT_EQ(Machine::encode_effect(Machine::decode_effect(stored).value()), stored);
  EXPECT_TRUE(Machine::wanted(opened().next, word));
  EXPECT_FALSE(Machine::failed(word, Error{ErrorCode::storage_failed, "no"})) << "an operator retries it";
  EXPECT_TRUE(Machine::effect_group(word).empty()) << "no counter-party's bound holds it up";
}

}  // namespace kontor::domain::transfer_process::testing
