#include "dataplane/usage/test_process.hpp"

namespace kontor::dataplane::usage::testing {

using ::testing::ElementsAre;

namespace {

Task<void> ask(Usage* usage, flows::DataFlow flow, std::shared_ptr<std::vector<Permit>> permits) {
  auto permit = co_await usage->admit(flow, {"t1", "192.0.2.1"});
  if (permit) permits->push_back(std::move(*permit));
}

}  // namespace

TEST_F(UsageTest, what_moved_is_written_within_the_bound_and_nothing_while_it_rests) {
  auto one = process();
  auto permit = one->ask(flow());
  [[maybe_unused]] auto body = Usage::counted(permit, body_of("12345"));
  one->usage->count(flow("push"), {.received_bytes = 7});
  pass(std::chrono::milliseconds(499));
  EXPECT_FALSE(one->written());
  pass(std::chrono::milliseconds(1));
  ASSERT_TRUE(loop.eventually([&] { return one->written() && one->written("push"); }));
  EXPECT_EQ(one->counters(), (counts::Counters{.requests = 1, .sent_bytes = 5}));
  EXPECT_EQ(one->written("push")->counters.received_bytes, 7u);
  EXPECT_EQ(one->written()->about.agreement, flows::AgreementId("agreement"));
  const auto commits = one->commits();
  for (int i = 0; i < 20; ++i) pass(std::chrono::seconds(1));
  EXPECT_EQ(one->commits(), commits);
}

TEST_F(UsageTest, a_process_that_dies_loses_what_moved_since_its_last_write_alone) {
  auto one = process();
  auto permit = one->ask(flow());
  one->usage->count(flow(), {.sent_bytes = 100});
  pass(std::chrono::milliseconds(500));
  ASSERT_TRUE(loop.eventually([&] { return one->counters().sent_bytes == 100; }));
  one->usage->count(flow(), {.sent_bytes = 10});
  permit.reset();
  one = process();
  EXPECT_EQ(one->counters().sent_bytes, 100u);
  one->usage->count(flow(), {.sent_bytes = 1});
  loop.run(one->usage->flush());
  EXPECT_EQ(one->counters(), (counts::Counters{.requests = 1, .sent_bytes = 101}));
}

TEST_F(UsageTest, what_could_not_be_written_is_written_later_and_once) {
  auto one = process();
  const auto& kind = counts::Machine::kind();
  store::Transaction spoiling;
  spoiling.puts.push_back({&kind, EntityId("flow"), 0, "{}", std::nullopt});
  ASSERT_TRUE(loop.run(one->data->commit(acme, std::move(spoiling))));
  one->usage->count(flow(), {.sent_bytes = 100});
  loop.run(one->usage->flush());
  one->usage->count(flow(), {.sent_bytes = 10});
  loop.run(one->usage->flush());
  EXPECT_FALSE(one->written());
  store::Transaction mending;
  mending.removes.push_back({&kind, EntityId("flow"), 1});
  ASSERT_TRUE(loop.run(one->data->commit(acme, std::move(mending))));
  ASSERT_TRUE(loop.eventually([&] { return one->counters().sent_bytes == 110; }, std::chrono::seconds(1)));
  for (int i = 0; i < 5; ++i) pass(std::chrono::seconds(1));
  EXPECT_EQ(one->counters().sent_bytes, 110u);
}

TEST_F(UsageTest, what_moves_after_a_flow_has_rested_counts_however_few_are_kept_in_memory) {
  auto one = process({}, 1);
  for (int round = 1; round <= 3; ++round) {
    for (const auto* each : {"flow", "another"}) {
      [[maybe_unused]] auto body = Usage::counted(one->ask(flow(each)), body_of("12345"));
      loop.run(one->usage->flush());
    }
    EXPECT_EQ(one->counters().sent_bytes, 5u * static_cast<unsigned>(round));
    EXPECT_EQ(one->written("another")->counters.sent_bytes, 5u * static_cast<unsigned>(round));
  }
}

TEST_F(UsageTest, what_moves_counts_where_others_came_while_its_limits_were_read) {
  auto one = process({.each_flow = {.bytes_max = 1000}}, 1);
  const std::vector<std::string> all{"flow", "another", "third"};
  const auto permits = std::make_shared<std::vector<Permit>>();
  for (const auto& each : all) one->scope.spawn(ask(one->usage.get(), flow(each), permits));
  ASSERT_TRUE(loop.eventually([&] { return permits->size() == all.size(); }));
  for (const auto& permit : *permits)
    ASSERT_TRUE(loop.run(Usage::counted(permit, body_of("12345")).collect(10)));
  loop.run(one->usage->flush());
  for (const auto& each : all) {
    const auto written = one->written(each);
    EXPECT_TRUE(written && written->counters.sent_bytes == 5u) << each;
  }
}

TEST_F(UsageTest, a_flow_that_is_erased_is_counted_no_more) {
  auto one = process();
  store::Transaction transaction;
  transaction.puts.push_back({&flows::Machine::kind(), EntityId("flow"), 0, "{}", std::nullopt});
  ASSERT_TRUE(loop.run(one->data->commit(acme, std::move(transaction))));
  auto permit = one->ask(flow());
  ASSERT_TRUE(loop.run(one->data->erase(acme)));
  [[maybe_unused]] auto body = Usage::counted(permit, body_of("12345"));
  loop.run(one->usage->flush());
  EXPECT_FALSE(one->written());
}

TEST_F(UsageTest, the_audit_chain_tells_who_fetched_and_how_much) {
  auto one = process();
  for (const auto* token : {"t0", "t1", "t1", "t0"}) {
    [[maybe_unused]] auto body = Usage::counted(one->ask(flow(), token), body_of("12345"));
  }
  loop.run(one->usage->flush());
  loop.run(one->usage->flush());
  EXPECT_THAT(one->told(), ElementsAre(counts::access_begun, counts::access_begun));
  ASSERT_TRUE(loop.run(one->usage->end(acme, EntityId("flow"))));
  ASSERT_TRUE(loop.run(one->usage->end(acme, EntityId("never-used"))));
  ASSERT_TRUE(loop.eventually([&] { return one->told().size() == 3; }, std::chrono::seconds(1)));
  const auto rows = loop.run(one->data->audit(acme, 0, 100)).value();
  EXPECT_EQ(rows.back().event.name, counts::usage_settled);
  EXPECT_THAT(rows.back().event.body, ::testing::HasSubstr("20"));
  EXPECT_THAT(rows.front().event.body, ::testing::HasSubstr("192.0.2.1"));
}

TEST_F(UsageTest, what_is_written_first_after_its_flow_has_ended_is_settled_too) {
  auto one = process();
  auto ended = flow();
  ended.state = flows::State::terminated;
  ended.terms.process_id = flows::ProcessId("process");
  store::Transaction transaction;
  transaction.puts.push_back(
      {&flows::Machine::kind(), EntityId("flow"), 0, flows::Machine::encode(ended), std::nullopt});
  [[maybe_unused]] auto body = Usage::counted(one->ask(flow()), body_of("12345"));
  ASSERT_TRUE(loop.run(one->data->commit(acme, std::move(transaction))));
  ASSERT_TRUE(loop.run(one->usage->end(acme, EntityId("flow")))) << "nothing was written yet";
  loop.run(one->usage->flush());
  ASSERT_TRUE(one->written());
  EXPECT_TRUE(one->written()->ended_at);
  ASSERT_TRUE(loop.eventually([&] { return one->told().size() == 2; }, std::chrono::seconds(1)));
  EXPECT_EQ(one->told().back(), counts::usage_settled);
}

}  // namespace kontor::dataplane::usage::testing
