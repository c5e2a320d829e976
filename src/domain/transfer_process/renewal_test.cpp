#include <gtest/gtest.h>

#include "domain/transfer_process/transfer_for_test.hpp"

using namespace kontor;
using namespace kontor::domain::transfer_process;
using namespace kontor::domain::transfer_process::testing;
using namespace std::chrono_literals;

namespace {

/// A consumer whose provider gave a token that is good for a minute.
TransferProcess with_access() {
  auto made = process(Role::consumer, Direction::pull, State::started);
  made.data_address = renewable("t-1", "r-1");
  made.address_at = start;
  return made;
}

TransferProcess renewing() {
  const auto before = with_access();
  return must(&before, RenewAccess{}).next;
}

std::string token_of(const TransferProcess& process) {
  const auto* token = process.data_address ? process.data_address->property("authorization") : nullptr;
  return token ? *token : "";
}

}  // namespace

TEST(TransferRenewal, the_token_is_renewed_once_however_many_ask) {
  const auto before = with_access();
  const auto first = must(&before, RenewAccess{});
  ASSERT_EQ(first.effects.size(), 1u);
  const auto& order = std::get<RenewToken>(first.effects.front());
  EXPECT_EQ(order.flow.counter_party, provider_id);
  EXPECT_EQ(refresh_token_of(order), "r-1");
  EXPECT_TRUE(Machine::wanted(first.next, order));
  const auto second = must(&first.next, RenewAccess{});
  EXPECT_TRUE(second.effects.empty() && second.happened.empty());
}

TEST(TransferRenewal, what_the_counter_party_gives_takes_the_place_of_what_was_presented) {
  const auto before = renewing();
  const auto after = decide(&before, AccessRenewed{"r-1", renewable("t-2", "r-2")}, start + 50s).value();
  EXPECT_EQ(token_of(after.next), "t-2");
  EXPECT_FALSE(after.next.renewing);
  EXPECT_EQ(token_life_of(after.next)->expires_at, start + 110s);
  EXPECT_EQ(after.happened, std::vector<std::string>{"transfer.process.accessRenewed"});
}

TEST(TransferRenewal, an_answer_that_was_lost_leaves_the_refresh_token_for_the_next_attempt) {
  const auto before = renewing();
  const auto after = must(&before, AccessNotRenewed{"r-1", "no answer"}).next;
  EXPECT_EQ(token_of(after), "t-1");
  EXPECT_EQ(after.renewal_error, "no answer");
  const auto again = must(&after, RenewAccess{});
  ASSERT_EQ(again.effects.size(), 1u);
  EXPECT_EQ(refresh_token_of(std::get<RenewToken>(again.effects.front())), "r-1");
  EXPECT_TRUE(again.next.renewal_error.empty());
}

TEST(TransferRenewal, an_outcome_about_an_address_that_was_replaced_changes_nothing) {
  auto before = renewing();
  before.awaits_address = true;
  const auto replaced =
      must(&before, StartReceived{envelope_to(Role::consumer, "new"), renewable("t-5", "r-5"), {}});
  EXPECT_FALSE(replaced.next.renewing);
  for (const Event& late :
       {Event(AccessRenewed{"r-1", renewable("t-2", "r-2")}), Event(AccessNotRenewed{"r-1", ""})}) {
    const auto after = must(&replaced.next, late);
    EXPECT_TRUE(after.happened.empty());
    EXPECT_EQ(token_of(after.next), "t-5");
  }
}

TEST(TransferRenewal, the_secrets_of_an_access_end_with_the_transfer) {
  const auto before = renewing();
  const auto ended = must(&before, TerminationReceived{envelope_to(Role::consumer, "end"), {}}).next;
  const auto over = must(&ended, FlowTerminated{}).next;
  ASSERT_TRUE(over.ended());
  EXPECT_FALSE(over.data_address || over.renewing || over.address_at);
  EXPECT_FALSE(Machine::wanted(over, RenewToken{}));
  const auto late = must(&over, AccessRenewed{"r-1", renewable("t-2", "r-2")});
  EXPECT_FALSE(late.next.data_address);
}

TEST(TransferRenewal, only_a_running_transfer_with_a_token_that_can_be_renewed_has_it_renewed) {
  auto suspended = with_access();
  suspended.state = State::suspended;
  auto plain = with_access();
  plain.data_address = address();
  auto provider = process(Role::provider, Direction::pull, State::started);
  provider.data_address = renewable("t-1", "r-1");
  auto odd = with_access();
  odd.data_address->properties.back().value = "a minute";
  for (const auto* each : {&suspended, &plain, &provider, &odd}) {
    const auto refused = decide(each, RenewAccess{}, start);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::illegal_transition);
  }
}

TEST(TransferRenewal, a_token_is_renewed_a_quarter_of_its_life_before_its_end_and_at_most_half_a_minute) {
  auto process = with_access();
  EXPECT_EQ(token_life_of(process)->renew_from, start + 45s);
  process.data_address->properties.back().value = "3600";
  EXPECT_EQ(token_life_of(process)->renew_from, start + 3570s);
  process.data_address->properties.back().value = "0";
  EXPECT_EQ(token_life_of(process)->renew_from, start);
}

TEST(TransferRenewal, a_renewal_that_is_under_way_survives_the_store) {
  const auto before = renewing();
  const auto kept = Machine::decode(Machine::encode(before), 1).value();
  EXPECT_TRUE(kept.renewing);
  EXPECT_EQ(kept.address_at, before.address_at);
  EXPECT_EQ(kept.data_address, before.data_address);
  const auto running = with_access();
  const auto order = must(&running, RenewAccess{}).effects.front();
  const auto read = Machine::decode_effect(Machine::encode_effect(order)).value();
  EXPECT_EQ(refresh_token_of(std::get<RenewToken>(read)), "r-1");
  const auto failed = Machine::failed(order, Error{ErrorCode::timeout, "late", {}, {}});
  ASSERT_TRUE(failed);
  EXPECT_EQ(std::get<AccessNotRenewed>(*failed).refresh_token, "r-1");
}
