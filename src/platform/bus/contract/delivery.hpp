#pragma once

// Included by bus_contract.hpp: what a consumer is promised.

namespace kontor::platform::bus::contract {

TEST_P(BusContract, each_consumer_gets_each_message_in_order_and_with_everything_it_was_published_with) {
  auto other = reader();
  other.name = "other";
  EXPECT_EQ(add(other), "");
  Message message{"event.created", "{\"a\":1}", "id-1", {{"traceparent", "00-x"}}};
  EXPECT_TRUE(get(harness_->bus().publish(message)));
  EXPECT_EQ(publish("event.deleted.now", "second"), "stored");
  const auto first = next(reader());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->message.subject, "event.created");
  EXPECT_EQ(first->message.body, "{\"a\":1}");
  EXPECT_EQ(first->message.id, "id-1");
  EXPECT_EQ(first->message.headers.at("traceparent"), "00-x");
  EXPECT_EQ(first->attempt, 1u);
  EXPECT_LE(first->published_at, harness_->clock().now());
  EXPECT_EQ(take(reader()), "second");
  EXPECT_EQ(take(other), "{\"a\":1}");
  EXPECT_EQ(take(other), "second");
  EXPECT_EQ(take(other), "");
}

TEST_P(BusContract, a_filter_chooses_what_a_consumer_gets) {
  auto narrow = reader();
  narrow.name = "narrow";
  narrow.filter = "event.*.created";
  EXPECT_EQ(add(narrow), "");
  for (const auto* subject :
       {"event.asset.deleted", "event.asset.created", "event.created", "event.policy.created"}) {
    EXPECT_EQ(publish(subject, subject), "stored");
  }
  EXPECT_EQ(take(narrow), "event.asset.created");
  EXPECT_EQ(take(narrow), "event.policy.created");
  EXPECT_EQ(take(narrow), "");
}

TEST_P(BusContract, a_message_that_is_not_acknowledged_in_time_is_delivered_again) {
  EXPECT_EQ(publish("event.a", "a"), "stored");
  ASSERT_TRUE(next(reader()));
  EXPECT_FALSE(next(reader()));
  const auto again = next(reader(), milliseconds(1500));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->attempt, 2u);
  EXPECT_EQ(acknowledge(*again), "");
  EXPECT_FALSE(next(reader(), milliseconds(700)));
}

TEST_P(BusContract, work_that_takes_longer_can_be_kept) {
  EXPECT_EQ(publish("event.a", "a"), "stored");
  const auto held = next(reader());
  ASSERT_TRUE(held);
  pass(milliseconds(300));
  EXPECT_TRUE(get(harness_->bus().extend(*held)));
  EXPECT_FALSE(next(reader(), milliseconds(300)));
  EXPECT_EQ(acknowledge(*held), "");
}

TEST_P(BusContract, a_message_that_was_sent_back_comes_again_after_its_back_off_until_it_is_given_up) {
  EXPECT_EQ(publish("event.a", "a"), "stored");
  for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
    const auto delivery = next(reader(), milliseconds(1000));
    ASSERT_TRUE(delivery);
    EXPECT_EQ(delivery->attempt, attempt);
    EXPECT_EQ(send_back(*delivery), "");
    EXPECT_FALSE(next(reader())) << "it waits before it comes again";
  }
  EXPECT_FALSE(next(reader(), milliseconds(1500)));
  EXPECT_EQ(harness_->bus().info("events", "reader").value().given_up, 1u);
  EXPECT_EQ(publish("event.b", "b"), "stored");
  EXPECT_EQ(take(reader()), "b") << "what was given up holds up nobody";
}

TEST_P(BusContract, what_cannot_succeed_is_given_up_at_once) {
  EXPECT_EQ(publish("event.a", "a"), "stored");
  EXPECT_TRUE(get(harness_->bus().give_up(*next(reader()))));
  EXPECT_FALSE(next(reader(), milliseconds(700)));
  restart();
  EXPECT_FALSE(next(reader()));
}

TEST_P(BusContract, a_consumer_has_no_more_in_its_hands_than_its_bound) {
  auto narrow = reader();
  narrow.name = "narrow";
  narrow.unacknowledged_max = 2;
  EXPECT_EQ(add(narrow), "");
  for (const auto* body : {"a", "b", "c"}) EXPECT_EQ(publish("event.x", body), "stored");
  const auto first = next(narrow);
  ASSERT_TRUE(first && next(narrow));
  EXPECT_FALSE(next(narrow));
  EXPECT_EQ(harness_->bus().info("events", "narrow").value().unacknowledged, 2u);
  EXPECT_EQ(acknowledge(*first), "");
  EXPECT_EQ(take(narrow), "c");
}

TEST_P(BusContract, what_was_acknowledged_stays_so_after_a_crash_and_what_was_not_comes_again) {
  for (const auto* body : {"a", "b", "c"}) EXPECT_EQ(publish("event.x", body), "stored");
  const auto first = next(reader());
  EXPECT_EQ(take(reader()), "b");
  ASSERT_TRUE(first);
  restart();
  EXPECT_EQ(take(reader()), "a");
  EXPECT_EQ(take(reader()), "c");
  EXPECT_EQ(take(reader()), "");
}

TEST_P(BusContract, whoever_waits_is_woken_by_the_next_message) {
  std::optional<Result<std::optional<Delivery>>> delivery;
  std::optional<Result<Published>> published;
  const auto begin = harness_->clock().now();
  harness_->run_both(keep(harness_->bus().next("events", "reader", soon(milliseconds(60'000))), delivery),
                     keep(harness_->bus().publish({"event.a", "a"}), published));
  ASSERT_TRUE(delivery && *delivery && **delivery);
  EXPECT_EQ((**delivery)->message.body, "a");
  EXPECT_LT(harness_->clock().now() - begin, std::chrono::seconds(5));
}

TEST_P(BusContract, a_new_consumer_begins_with_the_oldest_message) {
  EXPECT_EQ(publish("event.a", "a"), "stored");
  EXPECT_EQ(take(reader()), "a");
  auto late = reader();
  late.name = "late";
  EXPECT_EQ(add(late), "");
  EXPECT_EQ(take(late), "a");
}

}  // namespace kontor::platform::bus::contract
