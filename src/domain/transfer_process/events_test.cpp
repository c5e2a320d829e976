#include <gtest/gtest.h>

#include "domain/transfer_process/transfer_for_test.hpp"

namespace kontor::domain::transfer_process::testing {

TEST(TransferEvents, each_says_what_is_transferred_and_with_whom) {
  const auto started = process(Role::consumer, Direction::pull, State::started);
  EXPECT_EQ(Machine::event_body(started, "transfer.process.started"),
            R"({"assetId":"asset","contractId":"contract","type":"CONSUMER","protocol":"profile",)"
            R"("counterPartyId":"did:web:provider"})");
}

TEST(TransferEvents, no_event_tells_an_access_token) {
  const auto started = process(Role::provider, Direction::pull, State::started);
  ASSERT_TRUE(started.data_address);
  for (const auto& name : state_names.rows) {
    const auto body = Machine::event_body(started, "transfer.process." + std::string(name.second));
    EXPECT_EQ(body.find("t-1"), std::string::npos) << body;
  }
}

TEST(TransferEvents, an_end_and_a_pause_have_their_reason) {
  auto ended = process(Role::consumer, Direction::pull, State::terminated);
  ended.error_detail = "revoked";
  for (const char* name : {"transfer.process.terminated", "transfer.process.suspended"}) {
    EXPECT_NE(Machine::event_body(ended, name).find(R"("reason":"revoked")"), std::string::npos) << name;
  }
}

TEST(TransferEvents, callbacks_are_told_before_a_message_goes_out_and_whatever_becomes_of_it) {
  auto command = initiate();
  command.prepare = false;
  command.callback_addresses = {{.uri = "https://app.example/hook", .events = {"transfer.process"}},
                                {.uri = "https://app.example/end", .events = {"transfer.process.completed"}}};
  const auto opened = decide(nullptr, command, start).value();
  ASSERT_EQ(opened.effects.size(), 2u);
  const auto& tell = std::get<callback::Tell>(opened.effects[0]);
  EXPECT_EQ(tell.uri, "https://app.example/hook");
  EXPECT_EQ(tell.notice.name, "transfer.process.initiated");
  EXPECT_EQ(tell.notice.process, entity_id(consumer_pid));
  EXPECT_EQ(tell.notice.body, Machine::event_body(opened.next, tell.notice.name));
  EXPECT_TRUE(std::holds_alternative<SendRequest>(opened.effects[1]));

  const auto again = Machine::decode_effect(Machine::encode_effect(opened.effects[0])).value();
  EXPECT_EQ(std::get<callback::Tell>(again), tell);
  EXPECT_EQ(outgoing(again), std::nullopt);
  EXPECT_EQ(Machine::effect_group(again), "") << "no counter-party is waited for";
  EXPECT_EQ(Machine::failed(again, Error{ErrorCode::storage_failed, "", {}, {}}), std::nullopt);
  EXPECT_TRUE(Machine::wanted(process(Role::consumer, Direction::pull, State::terminated), again));
}

}  // namespace kontor::domain::transfer_process::testing
