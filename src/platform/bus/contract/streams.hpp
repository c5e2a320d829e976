#pragma once

// Included by bus_contract.hpp: what a publisher is promised.

namespace kontor::platform::bus::contract {

TEST_P(BusContract, a_message_with_an_id_that_was_seen_is_dropped) {
  EXPECT_EQ(publish("event.a", "a", "id-1"), "stored");
  EXPECT_EQ(publish("event.a", "a", "id-1"), "duplicate");
  EXPECT_EQ(publish("work.a", "w", "id-1"), "stored") << "ids are those of a stream";
  restart();
  EXPECT_EQ(publish("event.a", "a", "id-1"), "duplicate");
  EXPECT_EQ(take(reader()), "a");
  EXPECT_EQ(take(reader()), "");
}

TEST_P(BusContract, a_message_of_a_work_queue_is_gone_when_it_is_acknowledged) {
  EXPECT_EQ(publish("work.a", "a"), "stored");
  EXPECT_EQ(publish("work.b", "b"), "stored");
  EXPECT_EQ(take(worker()), "a");
  restart();
  EXPECT_EQ(take(worker()), "b");
  EXPECT_EQ(take(worker()), "");
}

TEST_P(BusContract, two_consumers_do_not_take_the_same_messages_of_a_work_queue) {
  auto rival = worker();
  rival.name = "rival";
  rival.filter = "work.a";
  EXPECT_EQ(add(rival), "conflict");
  auto apart = work();
  apart.name = "apart";
  apart.subjects = {"apart.*"};
  EXPECT_EQ(add(apart), "");
  Consumer left{.stream = "apart", .name = "left", .filter = "apart.left"};
  Consumer right{.stream = "apart", .name = "right", .filter = "apart.right"};
  EXPECT_EQ(add(left), "");
  EXPECT_EQ(add(right), "");
  EXPECT_EQ(publish("apart.right", "r"), "stored");
  EXPECT_EQ(take(left), "");
  EXPECT_EQ(take(right), "r");
}

TEST_P(BusContract, messages_go_when_they_are_too_old_or_too_many) {
  Stream brief{.name = "brief", .subjects = {"brief"}, .age_max = milliseconds(1000), .messages_max = 2};
  EXPECT_EQ(add(brief), "");
  for (const auto* body : {"a", "b", "c"}) EXPECT_EQ(publish("brief", body), "stored");
  pass(milliseconds(200));
  Consumer early{.stream = "brief", .name = "early"};
  EXPECT_EQ(add(early), "");
  EXPECT_EQ(take(early), "b");
  EXPECT_EQ(take(early), "c");
  pass(milliseconds(1500));
  Consumer late{.stream = "brief", .name = "late"};
  EXPECT_EQ(add(late), "");
  EXPECT_EQ(take(late), "");
  EXPECT_EQ(publish("brief", "d"), "stored");
  EXPECT_EQ(take(late), "d");
}

TEST_P(BusContract, declaring_again_keeps_what_is_there) {
  EXPECT_EQ(publish("event.a", "a"), "stored");
  EXPECT_EQ(publish("event.b", "b"), "stored");
  EXPECT_EQ(take(reader()), "a");
  declare();
  EXPECT_EQ(take(reader()), "b");
}

TEST_P(BusContract, what_makes_no_sense_is_refused) {
  EXPECT_EQ(publish("nobody.listens", "a"), "not_found");
  EXPECT_EQ(publish("event.*", "a"), "invalid_input");
  EXPECT_EQ(publish("event.a", std::string(body_bytes_max + 1, 'x')), "too_large");
  EXPECT_EQ(add(Stream{.name = "bad name", .subjects = {"x"}}), "invalid_input");
  EXPECT_EQ(add(Stream{.name = "none", .subjects = {}}), "invalid_input");
  EXPECT_EQ(add(Stream{.name = "thief", .subjects = {"*.created"}}), "conflict");
  EXPECT_EQ(add(Consumer{.stream = "nowhere", .name = "reader"}), "not_found");
  EXPECT_EQ(add(Consumer{.stream = "events", .name = "reader", .filter = "a..b"}), "invalid_input");
  EXPECT_EQ(name_of(get(harness_->bus().next("events", "nobody", soon()))), "not_found");
}

}  // namespace kontor::platform::bus::contract
