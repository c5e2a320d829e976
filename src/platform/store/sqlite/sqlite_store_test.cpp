#include "platform/store/sqlite/sqlite_store.hpp"

#include <sqlite3.h>

#include "platform/store/store_contract.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using contract::StoreContract;

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

  kontor::testing::RealLoop loop;
  kontor::testing::TemporaryFolder folder;
};

}  // namespace

TEST_F(SqliteFile, a_file_that_a_newer_version_wrote_is_refused) {
  loop.run(open().value()->close());
  alter("INSERT INTO schema_version VALUES (99, 0)");
  auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), ::testing::HasSubstr("use a newer one"));
}

TEST_F(SqliteFile, a_database_of_another_program_is_refused_and_left_alone) {
  alter("CREATE TABLE theirs (x)");
  auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), ::testing::HasSubstr("another program"));
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

TEST_F(SqliteFile, an_index_follows_its_field) {
  loop.run(open().value()->close());
  const std::string names = "SELECT name FROM sqlite_schema WHERE name GLOB 'field:note:*'";
  const auto before = ask(names);
  static constexpr entity::Field fields[] = {{"name", "details.name", entity::FieldType::text, true}};
  static const Kind moved{"note", 2, fields};
  static const Kind* const kinds[] = {&moved};
  auto store =
      loop.run(sqlite::open_sqlite(loop.clock(), {.file = folder.path() / "store.db"}, kinds)).value();
  loop.run(store->close());
  const auto after = ask(names);
  EXPECT_NE(before, after);
  EXPECT_EQ(std::ranges::count(after, '\n'), 1);
}
