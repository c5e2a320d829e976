#include "platform/store/sqlite/sqlite_store.hpp"

#include <sqlite3.h>

#include "platform/store/sql/list.hpp"
#include "platform/store/sqlite/internal/dialect.hpp"
#include "platform/store/sqlite/internal/slots.hpp"
#include "platform/store/store_contract.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using contract::StoreContract;
using ::testing::HasSubstr;

namespace {

class File : public contract::Place {
 public:
  explicit File(bool own_threads) : own_threads_(own_threads) {}
  Task<Result<std::unique_ptr<Store>>> open(platform::async::Clock& clock,
                                            std::span<const Kind* const> kinds) override {
    return sqlite::open_sqlite(clock, {.file = folder_.path() / "store.db", .own_threads = own_threads_},
                               kinds);
  }

 private:
  kontor::testing::TemporaryFolder folder_;
  bool own_threads_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(
    Sqlite, StoreContract,
    ::testing::Values(contract::Implementation{"threads", [] { return std::make_unique<File>(true); }},
                      contract::Implementation{"io", [] { return std::make_unique<File>(false); }}),
    [](const auto& info) { return info.param.name; });

namespace {

class SqliteFile : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open() {
    return loop.run(
        sqlite::open_sqlite(loop.clock(), {.file = folder.path() / "store.db"}, contract::all_kinds()));
  }
  /// Runs a script on the file as another program would.
  void alter(const std::string& script) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path() / "store.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  std::string ask(const std::string& question) {
    sqlite3* database = nullptr;
    sqlite3_stmt* rows = nullptr;
    std::string answer;
    EXPECT_EQ(sqlite3_open((folder.path() / "store.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_prepare_v2(database, question.c_str(), -1, &rows, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      for (int column = 0; column < sqlite3_column_count(rows); ++column) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(rows, column));
        answer += std::string(text ? text : "null") + "\n";
      }
    }
    sqlite3_finalize(rows);
    sqlite3_close(database);
    return answer;
  }

  std::string plan_of(protocol::query::Query query);

  kontor::testing::RealLoop loop;
  kontor::testing::TemporaryFolder folder;
};

}  // namespace

TEST_F(SqliteFile, a_file_that_a_newer_version_wrote_is_refused) {
  loop.run(open().value()->close());
  alter("INSERT INTO schema_version VALUES (99, 0)");
  auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("use a newer one"));
}

TEST_F(SqliteFile, a_database_of_another_program_is_refused_and_left_alone) {
  alter("CREATE TABLE theirs (x)");
  auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("another program"));
  EXPECT_EQ(ask("SELECT name FROM sqlite_schema"), "theirs\n");
  folder.write("store.db", "this is no database at all, and long enough for its first page to be looked at");
  EXPECT_FALSE(open());
}

TEST_F(SqliteFile, the_audit_chain_only_grows) {
  auto store = open().value();
  ASSERT_TRUE(
      loop.run(store->commit(ContextId("acme"), {.events = {contract::event("x", "a1")}, .audited = true})));
  loop.run(store->close());
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder.path() / "store.db").c_str(), &database), SQLITE_OK);
  for (const char* attempt : {"DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"}) {
    EXPECT_NE(sqlite3_exec(database, attempt, nullptr, nullptr, nullptr), SQLITE_OK) << attempt;
  }
  sqlite3_close(database);
}

/// What the planner says about a query of acme's assets.
std::string SqliteFile::plan_of(protocol::query::Query query) {
  auto connection =
      sqlite::Connection::open({.file = folder.path() / "store.db"}, sqlite::Connection::Access::read)
          .value();
  const auto slots = sqlite::read_slots(*connection).value();
  const ContextId context("acme");
  const sqlite::Dialect dialect(sql::slots_of(slots, "asset"));
  const auto list = sql::compile_list({&context, &contract::asset_kind(), &query}, dialect).value();
  auto rows = connection->prepare("EXPLAIN QUERY PLAN " + list.statement.text).value();
  std::string plan;
  while (rows.step().value()) plan += rows.text(3) + "\n";
  return plan;
}

TEST_F(SqliteFile, an_indexed_field_is_answered_by_its_index) {
  using protocol::query::Operator;
  using protocol::query::where;
  loop.run(open().value()->close());
  const auto plan = [&](protocol::query::Predicate predicate) {
    return plan_of({.where = std::move(predicate)});
  };
  const std::string by = "SEARCH e USING INDEX entities_by_";
  EXPECT_EQ(plan(where("name", std::string("wine"))), by + "text_1 (context=? AND kind=? AND text_1=?)\n");
  EXPECT_THAT(plan(where("name", Operator::in, {std::string("wine"), std::string("beer")})),
              HasSubstr(by + "text_1 (context=? AND kind=? AND text_1=?)"));
  std::vector<protocol::query::Scalar> many;
  for (int i = 0; i < 1000; ++i) many.emplace_back(fmt::format("wine {}", i));
  EXPECT_THAT(plan(where("name", Operator::in, std::move(many))),
              HasSubstr(by + "text_1 (context=? AND kind=? AND text_1=?)"));
  EXPECT_EQ(plan(where("address.type", std::string("S3"))),
            by + "text_2 (context=? AND kind=? AND text_2=?)\n");
  EXPECT_EQ(plan(where("count", std::int64_t{7})), by + "number_1 (context=? AND kind=? AND number_1=?)\n");
  EXPECT_THAT(plan(where("startsAt", Operator::less, {std::int64_t{0}})),
              HasSubstr(by + "instant_1 (context=? AND kind=? AND instant_1<?)"));
  EXPECT_EQ(plan_of({.where = where("count", Operator::greater, {std::int64_t{7}}), .sort = {{"count"}}}),
            by + "number_1 (context=? AND kind=? AND number_1>?)\n");
  EXPECT_THAT(plan(where("title", std::string("wine"))),
              HasSubstr("entities_by_kind (kind=? AND context=?)"));
}

TEST_F(SqliteFile, an_update_writes_the_indexes_of_what_has_changed_and_no_others) {
  auto store = open().value();
  const ContextId acme("acme");
  Version version = 0;
  const auto log_grows_by = [&](std::string_view name) {
    const auto log = folder.path() / "store.db-wal";
    const auto before = std::filesystem::file_size(log);
    auto body = fmt::format(R"({{"name":"{}","count":3,"hidden":{}}})", name, version % 2 == 0);
    EXPECT_TRUE(loop.run(store->commit(
        acme, {.puts = {{&contract::asset_kind(), EntityId("a1"), version++, std::move(body)}}})));
    return std::filesystem::file_size(log) - before;
  };
  log_grows_by("wine");
  const auto row_alone = log_grows_by("wine");
  const auto with_one_index = log_grows_by("beer");
  EXPECT_EQ(with_one_index, 2 * row_alone) << "a page of the table, and one of the index";
  loop.run(store->close());
}

TEST_F(SqliteFile, a_file_of_the_version_before_keeps_what_it_holds_and_finds_it_by_its_index) {
  loop.run(open().value()->close());
  alter(R"(
    DROP TABLE entities; DROP TABLE field_slots; DELETE FROM schema_version WHERE version = 2;
    CREATE TABLE entities (context TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
      version INTEGER NOT NULL, codec_version INTEGER NOT NULL, due_at INTEGER, created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, body TEXT NOT NULL CHECK (json_valid(body)),
      PRIMARY KEY (context, kind, id)) STRICT;
    CREATE UNIQUE INDEX entities_by_kind ON entities (kind, context, id);
    CREATE INDEX entities_due ON entities (kind, due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX "field:asset:name:1" ON entities (context, json_extract(body, '$."name"'), id)
      WHERE kind = 'asset';
    INSERT INTO entities VALUES ('acme', 'asset', 'a1', 4, 3, 9, 7, 8, '{"name":"wine","count":2.5}'),
      ('acme', 'asset', 'a2', 1, 3, NULL, 7, 8, '{"startsAt":"2026-01-02T00:00:00Z"}');)");
  auto store = open().value();
  const ContextId acme("acme");
  const auto found = [&](protocol::query::Predicate predicate) {
    return loop.run(store->list(acme, contract::asset_kind(), {.where = std::move(predicate)}))
        .value()
        .records;
  };
  const auto wines = found(protocol::query::where("name", std::string("wine")));
  ASSERT_EQ(wines.size(), 1u);
  EXPECT_EQ(wines[0].version, 4u);
  EXPECT_EQ(wines[0].due_at, Instant(Duration(9)));
  EXPECT_EQ(wines[0].created_at, Instant(Duration(7)));
  EXPECT_EQ(wines[0].updated_at, Instant(Duration(8)));
  EXPECT_EQ(found(protocol::query::where("count", 2.5)).size(), 1u);
  EXPECT_EQ(found(protocol::query::where("startsAt", std::string("2026-01-02T01:00:00+01:00"))).size(), 1u);
  loop.run(store->close());
  EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'field:*'"), "0\n");
  EXPECT_EQ(ask("PRAGMA integrity_check"), "ok\n");
}
