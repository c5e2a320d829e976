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

}  // namespace kontor::domain::transfer_process::testing
