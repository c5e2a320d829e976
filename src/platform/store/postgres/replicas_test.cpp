#include <gmock/gmock.h>

#include <map>
#include <set>

#include "platform/async/scope.hpp"
#include "platform/store/contract/kill.hpp"
#include "platform/store/postgres/internal/connection.hpp"
#include "platform/store/postgres/internal/place.hpp"
#include "platform/store/postgres/internal/write.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using namespace kontor::platform::store::postgres;
using contract::all_kinds;
using contract::asset_kind;
using contract::note_kind;
using kontor::testing::PostgresServer;
using ::testing::HasSubstr;

namespace {

class Replicas : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    place = std::make_unique<SchemaPlace>(shared_server());
    store = open();
  }
  void TearDown() override {
    if (store) loop.run(store->close());
  }
  std::unique_ptr<Store> open() {
    auto opened = loop.run(open_postgres(loop.clock(), loop.random(), place->config(), all_kinds()));
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
  }
  Result<void> put(Store& target, const std::string& id, Version expected = 0) {
    return loop.run(contract::write_to(
        &target, acme, {.puts = {{&asset_kind(), EntityId(id), expected, R"({"name":"wine"})"}}}));
  }
  /// Runs the loop until `done`, or for a minute: only a test that fails takes that long.
  bool comes_true(const std::function<bool()>& done) {
    const auto until = loop.clock().now() + std::chrono::minutes(1);
    while (!done() && loop.clock().now() < until) {
      auto waited = loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::milliseconds(5)));
      static_cast<void>(waited);
    }
    return done();
  }

  const ContextId acme{"acme"};
  kontor::testing::RealLoop loop;
  std::unique_ptr<SchemaPlace> place;
  std::unique_ptr<Store> store;
};

std::vector<std::string>& hear(Store& store, std::vector<std::string>& told) {
  store.on_change([&told](const Change& change) {
    told.push_back(change.context.str() + "/" + change.kind + "/" + change.entity.str() + "@" +
                   std::to_string(change.version));
  });
  return told;
}

}  // namespace

TEST_F(Replicas, each_is_told_of_the_changes_of_the_others_and_once_of_its_own) {
  auto second = open();
  std::vector<std::string> first_told, second_told;
  hear(*store, first_told);
  hear(*second, second_told);
  ASSERT_TRUE(put(*store, "貿易 'x'"));
  ASSERT_TRUE(put(*second, "貿易 'x'", 1));
  ASSERT_TRUE(loop.run(store->commit(acme, {.removes = {{&asset_kind(), EntityId("貿易 'x'"), 2}}})));
  const std::vector<std::string> all{"acme/asset/貿易 'x'@1", "acme/asset/貿易 'x'@2",
                                     "acme/asset/貿易 'x'@0"};
  EXPECT_TRUE(comes_true([&] { return first_told.size() == 3 && second_told.size() == 3; }));
  EXPECT_THAT(first_told, ::testing::UnorderedElementsAreArray(all));
  EXPECT_THAT(second_told, ::testing::UnorderedElementsAreArray(all));
  loop.run(second->close());
}

TEST_F(Replicas, the_sequence_of_effects_is_the_order_of_commit_of_all_of_them) {
  auto second = open();
  platform::async::Scope scope(loop.executor());
  const auto chain = [](Store* target, std::string entity) -> Task<void> {
    for (Version version = 0; version < 20; ++version) {
      Transaction transaction{.puts = {{&asset_kind(), EntityId(entity), version, "{}"}},
                              .effects = {contract::effect(entity + std::to_string(version), entity)}};
      auto done = co_await target->commit(ContextId("acme"), std::move(transaction));
      EXPECT_TRUE(done) << done.error().message();
    }
  };
  for (int i = 0; i < 10; ++i)
    scope.spawn(chain(i % 2 == 0 ? store.get() : second.get(), "a" + std::to_string(i)));
  loop.run(scope.drain());
  auto rows = loop.run(store->pending_effects(contract::system_scope, {}, 0, 1000)).value();
  EXPECT_EQ(rows.size(), 200u);
  std::map<std::string, int> next;
  for (const auto& row : rows) {
    EXPECT_EQ(row.id.str(), row.entity.str() + std::to_string(next[row.entity.str()]++));
  }
  loop.run(second->close());
}

TEST_F(Replicas, a_turn_that_does_not_come_fails_all_that_wait_for_it_at_once) {
  auto config = place->config();
  config.statement_max = std::chrono::milliseconds(400);
  auto hurried = loop.run(open_postgres(loop.clock(), loop.random(), config, all_kinds())).value();
  auto holder =
      Connection::open({config.url, config.schema, std::chrono::seconds(60), std::chrono::seconds(5)})
          .value();
  Command hold{"SELECT pg_advisory_lock(hashtextextended($1, 0))"};
  hold.arguments.add(std::string_view(turn_name(config.schema)));
  ASSERT_TRUE(holder->run({hold}));
  const auto write = [](Store* target, std::string id) -> Task<void> {
    Transaction transaction{.puts = {{&asset_kind(), EntityId(id), 0, "{}"}}};
    auto done = co_await target->commit(ContextId("acme"), std::move(transaction));
    EXPECT_FALSE(done);
    if (!done) EXPECT_EQ(done.error().code, ErrorCode::storage_failed) << done.error().message();
  };
  platform::async::Scope scope(loop.executor());
  const auto begin = loop.clock().now();
  for (int i = 0; i < 30; ++i) scope.spawn(write(hurried.get(), "a" + std::to_string(i)));
  loop.run(scope.drain());
  EXPECT_LT(loop.clock().now() - begin, 30 * config.statement_max / 2)
      << "they wait together, not one by one";
  holder.reset();
  EXPECT_TRUE(put(*hurried, "a1"));
  loop.run(hurried->close());
}

TEST_F(Replicas, a_lease_waits_for_no_read) {
  auto held = shared_server().hold("BEGIN; LOCK TABLE " + place->schema() + ".entities");
  platform::async::Scope scope(loop.executor());
  int answered = 0;
  const auto read = [](Store* target, int* answered_out) -> Task<void> {
    auto found = co_await target->load(ContextId("acme"), asset_kind(), EntityId("a1"));
    EXPECT_TRUE(found) << found.error().message();
    ++*answered_out;
  };
  for (int i = 0; i < 100; ++i) scope.spawn(read(store.get(), &answered));
  auto lease =
      loop.run(store->acquire_lease(contract::system_scope, "sweeper", "one", std::chrono::seconds(10)));
  ASSERT_TRUE(lease) << lease.error().message();
  EXPECT_TRUE(loop.run(store->release_lease(contract::system_scope, **lease)));
  EXPECT_EQ(answered, 0);
  held.reset();
  loop.run(scope.drain());
  EXPECT_EQ(answered, 100);
}

TEST_F(Replicas, a_text_that_no_index_can_hold_is_too_large_and_spoils_no_neighbour) {
  std::string long_name;
  while (long_name.size() < 20'000) long_name += random_hex(loop.random(), 16);
  auto done = loop.run(store->commit(
      acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"name":")" + long_name + R"("})"}}}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::too_large) << done.error().message();
  EXPECT_TRUE(loop.run(store->commit(
      acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"title":")" + long_name + R"("})"}}})));
}

TEST_F(Replicas, a_schema_of_another_version_is_refused) {
  shared_server().execute("INSERT INTO " + place->schema() + ".schema_version VALUES (99, 0)");
  auto as_owner = loop.run(open_postgres(loop.clock(), loop.random(), place->config(), all_kinds()));
  ASSERT_FALSE(as_owner);
  EXPECT_THAT(as_owner.error().message(), HasSubstr("use a newer one"));
  auto config = place->config();
  config.owner_url.clear();
  auto as_worker = loop.run(open_postgres(loop.clock(), loop.random(), config, all_kinds()));
  ASSERT_FALSE(as_worker);
  EXPECT_THAT(as_worker.error().message(), HasSubstr("this program needs"));
}

TEST_F(Replicas, without_the_owner_a_schema_that_is_up_to_date_opens) {
  auto config = place->config();
  config.owner_url.clear();
  auto second = loop.run(open_postgres(loop.clock(), loop.random(), config, all_kinds()));
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_TRUE(put(**second, "a1"));
  loop.run((*second)->close());
  config.schema = "nothing_here";
  EXPECT_FALSE(loop.run(open_postgres(loop.clock(), loop.random(), config, all_kinds())));
  config.schema = "x\"; DROP SCHEMA y";
  EXPECT_EQ(loop.run(open_postgres(loop.clock(), loop.random(), config, all_kinds())).error().code,
            ErrorCode::invalid_input);
}

TEST_F(Replicas, replicas_that_start_together_make_the_schema_once) {
  SchemaPlace fresh(shared_server());
  std::vector<std::unique_ptr<Store>> stores(3);
  platform::async::Scope scope(loop.executor());
  const auto start = [](SchemaPlace* where, platform::async::Clock* clock,
                        std::unique_ptr<Store>* out) -> Task<void> {
    auto opened = co_await where->open(*clock, all_kinds());
    EXPECT_TRUE(opened) << opened.error().message();
    if (opened) *out = std::move(*opened);
  };
  for (auto& slot : stores) scope.spawn(start(&fresh, &loop.clock(), &slot));
  loop.run(scope.drain());
  for (auto& opened : stores) {
    ASSERT_TRUE(opened);
    loop.run(opened->close());
  }
}

TEST_F(Replicas, one_that_starts_waits_for_no_work_of_the_others) {
  const auto lock = fmt::format(
      "BEGIN; LOCK TABLE {0}.single_use, {0}.entities, {0}.outbox, {0}.events IN ROW EXCLUSIVE MODE",
      place->schema());
  auto work = shared_server().hold(lock);
  platform::async::Scope scope(loop.executor());
  // Only a test that fails takes that long.
  const auto end = [](platform::async::Clock* clock, std::shared_ptr<const void>* held) -> Task<void> {
    auto waited = co_await clock->wait_until(clock->now() + std::chrono::seconds(10));
    if (waited) held->reset();
  };
  scope.spawn(end(&loop.clock(), &work));
  auto second = open();
  EXPECT_TRUE(work) << "it could not start before the work of the other had ended";
  loop.run(scope.close());
  if (second) loop.run(second->close());
}

TEST_F(Replicas, a_store_comes_back_after_the_server_was_away) {
  PostgresServer server;
  SchemaPlace own(server);
  auto there = loop.run(own.open(loop.clock(), all_kinds())).value();
  std::vector<std::string> told;
  hear(*there, told);
  ASSERT_TRUE(put(*there, "a1"));
  server.stop();
  auto refused = put(*there, "a2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage_failed);
  EXPECT_EQ(loop.run(there->load(acme, asset_kind(), EntityId("a1"))).error().code,
            ErrorCode::storage_failed);
  server.start();
  EXPECT_TRUE(put(*there, "a2"));
  EXPECT_TRUE(loop.run(there->load(acme, asset_kind(), EntityId("a1"))).value());

  // The listener comes back by itself.
  auto second = loop.run(own.open(loop.clock(), all_kinds())).value();
  int version = 0;
  EXPECT_TRUE(comes_true([&] {
    EXPECT_TRUE(put(*second, "b", static_cast<Version>(version++)));
    return std::ranges::any_of(told, [](const auto& text) { return text.starts_with("acme/asset/b"); });
  }));
  loop.run(second->close());
  loop.run(there->close());
}

TEST_F(Replicas, a_restart_between_two_commits_costs_none_of_them) {
  PostgresServer server;
  SchemaPlace own(server);
  auto there = loop.run(own.open(loop.clock(), all_kinds())).value();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(put(*there, "a" + std::to_string(i)));
    server.stop();
    server.start();
  }
  EXPECT_EQ(loop.run(there->count(acme, asset_kind(), {})).value(), 3u);
  loop.run(there->close());
}

TEST_F(Replicas, the_server_is_killed_under_load_and_nothing_acknowledged_is_lost) {
  PostgresServer server({.durable = true});
  SchemaPlace own(server);
  std::set<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    auto there = loop.run(own.open(loop.clock(), all_kinds())).value();
    platform::async::Scope scope(loop.executor());
    const auto remember = [&](const std::string& id) { acknowledged.insert(id); };
    std::string failure;
    for (int i = 0; i < 16; ++i) {
      scope.spawn(contract::write_until_it_fails(
          there.get(), std::to_string(round) + "-" + std::to_string(i) + "-", remember, &failure));
    }
    const auto enough = acknowledged.size() + 200;
    EXPECT_TRUE(comes_true([&] { return acknowledged.size() >= enough || !failure.empty(); }));
    EXPECT_EQ(failure, "") << "a commit failed while the server was there";
    server.kill();
    loop.run(scope.drain());
    loop.run(there->close());
    server.start();
    there = loop.run(own.open(loop.clock(), all_kinds())).value();
    contract::expect_whole(loop, *there, acknowledged);
    loop.run(there->close());
  }
}

TEST_F(Replicas, a_replica_that_is_killed_loses_nothing_that_it_acknowledged) {
  loop.run(store->close());
  store.reset();  // a child is forked: no other threads may run
  PostgresServer server({.durable = true});
  SchemaPlace own(server);
  contract::kill_again_and_again(own, 2, 12);
}
