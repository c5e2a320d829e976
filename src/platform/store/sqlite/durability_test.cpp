#include <gtest/gtest.h>

#include "platform/store/contract/kill.hpp"
#include "platform/store/sqlite/internal/forgetful_file_system.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using contract::all_kinds;
using contract::asset_kind;
using sqlite::ForgetfulFileSystem;

namespace {

class SqliteDurability : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open() {
    auto opened = loop.run(sqlite::open_sqlite(
        loop.clock(),
        {.file = folder.path() / "store.db", .checkpoint_pages = 50, .file_system = disk.name()},
        all_kinds()));
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
  }

  /// The wal-index is shared memory: it does not outlive a power failure.
  void power_comes_back(kontor::testing::SeededRandom* keeps_some) {
    disk.forget(keeps_some);
    std::filesystem::remove(folder.path() / "store.db-shm");
    disk.restore_power();
  }

  kontor::testing::RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  ForgetfulFileSystem disk{"forgetful"};
};

}  // namespace

TEST_F(SqliteDurability, a_power_failure_at_any_instant_loses_nothing_that_was_acknowledged) {
  constexpr std::uint64_t seed = 20261121;
  constexpr int failures = 60;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  kontor::testing::SeededRandom random(seed);
  std::set<std::string> acknowledged;
  auto store = open();
  for (int failure = 0; failure < failures; ++failure) {
    disk.lose_power_after(random.below(400));
    platform::async::Scope scope(loop.executor());
    for (int i = 0; i < 8; ++i) {
      const auto prefix = std::to_string(failure) + "-" + std::to_string(i) + "-";
      scope.spawn(contract::write_until_it_fails(store.get(), prefix,
                                                 [&](const std::string& id) { acknowledged.insert(id); }));
    }
    loop.run(scope.drain());
    ASSERT_FALSE(disk.power()) << "a commit failed while the disk was fine";
    loop.run(store->close());
    store.reset();
    power_comes_back(failure % 2 == 0 ? nullptr : &random);
    store = open();
    ASSERT_TRUE(store) << "after failure " << failure;
    contract::expect_whole(loop, *store, acknowledged);
    if (HasFailure()) FAIL() << "after failure " << failure;
  }
  EXPECT_GT(acknowledged.size(), 1000u);
  loop.run(store->close());
}

TEST_F(SqliteDurability, a_power_failure_while_the_file_is_made_leaves_one_that_is_made_at_the_next_start) {
  kontor::testing::SeededRandom random(7);
  int broken_off = 0;
  for (std::uint64_t operations = 0; operations < 120; ++operations) {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      std::filesystem::remove(entry.path());
    disk.lose_power_after(operations);
    auto first = loop.run(sqlite::open_sqlite(
        loop.clock(), {.file = folder.path() / "store.db", .file_system = disk.name()}, all_kinds()));
    if (!first) ++broken_off;
    if (first) loop.run((*first)->close());
    first = fail(ErrorCode::cancelled, "closed");
    power_comes_back(operations % 2 == 0 ? nullptr : &random);
    auto store = open();
    ASSERT_TRUE(store) << "after " << operations << " operations";
    ASSERT_TRUE(loop.run(
        store->commit(ContextId("acme"),
                      {.puts = {{&asset_kind(), EntityId("a" + std::to_string(operations)), 0, "{}"}}})));
    disk.lose_power();
    loop.run(store->close());
    store.reset();
    power_comes_back(nullptr);
    store = open();
    EXPECT_EQ(loop.run(store->count(ContextId("acme"), asset_kind(), {})).value(), 1u)
        << "after " << operations << " operations";
    loop.run(store->close());
  }
  EXPECT_GT(broken_off, 20);
}

TEST_F(SqliteDurability, what_is_written_but_not_synced_does_not_survive_this_disk) {
  const auto path = (folder.path() / "plain.db").string();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "forgetful"),
            SQLITE_OK);
  const auto run = [&](const char* sql) { return sqlite3_exec(database, sql, nullptr, nullptr, nullptr); };
  ASSERT_EQ(
      run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (x); INSERT INTO t VALUES (1)"),
      SQLITE_OK);
  ASSERT_EQ(run("PRAGMA synchronous=NORMAL; INSERT INTO t VALUES (2)"), SQLITE_OK);
  disk.lose_power();
  sqlite3_close(database);
  power_comes_back(nullptr);
  std::filesystem::remove(path + "-shm");
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_stmt* rows = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(database, "SELECT max(x) FROM t", -1, &rows, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_step(rows), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(rows, 0), 1);
  sqlite3_finalize(rows);
  sqlite3_close(database);
}

TEST_F(SqliteDurability, each_durable_commit_is_a_sync_and_many_transactions_share_one) {
  auto store = open();
  const auto syncs = disk.syncs();
  const auto counted = store->counters().syncs;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(loop.run(store->commit(
        ContextId("acme"), {.puts = {{&asset_kind(), EntityId("one" + std::to_string(i)), 0, "{}"}}})));
  }
  EXPECT_EQ(store->counters().syncs - counted, 10u);
  EXPECT_GE(disk.syncs() - syncs, 10u);

  const auto before = disk.syncs();
  platform::async::Scope scope(loop.executor());
  const auto write = [](Store* target, std::string id) -> Task<void> {
    Transaction transaction{.puts = {{&asset_kind(), EntityId(id), 0, "{}"}}};
    auto done = co_await target->commit(ContextId("acme"), std::move(transaction));
    EXPECT_TRUE(done) << done.error().message();
  };
  for (int i = 0; i < 400; ++i) scope.spawn(write(store.get(), "many" + std::to_string(i)));
  loop.run(scope.drain());
  EXPECT_LE(disk.syncs() - before, 60u) << "400 transactions; checkpoints sync too";
  loop.run(store->close());
}

TEST_F(SqliteDurability, an_effect_may_come_back_after_a_power_failure_and_its_outcome_with_it) {
  const ContextId acme("acme");
  auto store = open();
  const auto commit = [&](Transaction transaction) {
    auto done = loop.run(store->commit(acme, std::move(transaction)));
    EXPECT_TRUE(done) << done.error().message();
  };
  const auto lose_power_and_open = [&] {
    disk.lose_power();
    loop.run(store->close());
    store.reset();
    power_comes_back(nullptr);
    store = open();
    std::vector<std::string> ids;
    auto rows = loop.run(store->pending_effects(SystemScope("what is left"), {}, 0, 10)).value();
    for (const auto& row : rows) ids.push_back(row.id.str());
    return ids;
  };
  commit({.puts = {{&asset_kind(), EntityId("a1"), 0, "{}"}},
          .effects = {contract::effect("e1", "a1"), contract::effect("e2", "a1")}});
  const auto version = [&] {
    return loop.run(store->load(acme, asset_kind(), EntityId("a1"))).value()->version;
  };
  const Transaction outcome{.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}},
                            .effects_done = {EffectId("e1")}};
  commit(outcome);
  EXPECT_EQ(version(), 2u);
  EXPECT_EQ(lose_power_and_open(), (std::vector<std::string>{"e1", "e2"}));
  EXPECT_EQ(version(), 1u) << "the outcome goes with the effect that brings it about";
  commit(outcome);
  commit({.puts = {{&asset_kind(), EntityId("a2"), 0, "{}"}}});
  EXPECT_EQ(lose_power_and_open(), std::vector<std::string>{"e2"});
  EXPECT_EQ(version(), 2u);
  EXPECT_EQ(loop.run(store->count(acme, asset_kind(), {})).value(), 2u);
  loop.run(store->close());
}

TEST_F(SqliteDurability, a_disk_that_fails_is_told_and_changes_nothing) {
  auto store = open();
  const ContextId acme("acme");
  ASSERT_TRUE(loop.run(store->commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, "{}"}}})));
  disk.lose_power();
  auto failed = loop.run(store->commit(acme, {.puts = {{&asset_kind(), EntityId("a2"), 0, "{}"}}}));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::storage_failed);
  disk.restore_power();
  ASSERT_TRUE(loop.run(store->commit(acme, {.puts = {{&asset_kind(), EntityId("a3"), 0, "{}"}}})));
  EXPECT_EQ(loop.run(store->count(acme, asset_kind(), {})).value(), 2u);
  loop.run(store->close());
}
