#include "platform/store/sqlite/row_lookup.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using sqlite::look_up;

namespace {

class SqliteRowLookup : public ::testing::Test {
 protected:
  SqliteRowLookup() {
    execute(
        "CREATE TABLE \"mem\"\"bers\" (holder_id TEXT, level TEXT, employees INTEGER, share REAL, note TEXT);"
        "INSERT INTO \"mem\"\"bers\" VALUES ('acme', 'full', 25, 0.5, NULL), ('twice', 'a', 1, 1, 'x'), "
        "('twice', 'b', 2, 2, 'y');"
        "CREATE TABLE octets (holder_id TEXT, data BLOB); INSERT INTO octets VALUES ('acme', x'00ff');");
  }
  void execute(const char* script) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, script, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  Result<std::optional<json::Object>> ask(std::string id, std::vector<std::string> columns,
                                          std::string table = "mem\"bers") {
    return look_up({.file = file}, {.table = std::move(table),
                                    .id_column = "holder_id",
                                    .columns = std::move(columns),
                                    .id = std::move(id)});
  }

  kontor::testing::TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "members.db";
};

}  // namespace

TEST_F(SqliteRowLookup, a_row_has_the_columns_that_are_asked_for_in_their_types) {
  EXPECT_EQ(json::serialize(ask("acme", {"level", "employees", "share", "note"})->value()),
            R"({"level":"full","employees":25,"share":5E-1})");
  EXPECT_EQ(json::serialize(ask("acme", {"level"})->value()), R"({"level":"full"})");
  EXPECT_EQ(ask("nobody", {"level"}).value(), std::nullopt);
  EXPECT_EQ(ask("twice", {"level"}).value(), std::nullopt) << "several rows say nothing";
}

TEST_F(SqliteRowLookup, no_text_of_a_caller_becomes_sql) {
  for (const auto* id : {"acme' OR '1'='1", "' UNION SELECT 'x' --", "acme\"; DROP TABLE octets; --"})
    EXPECT_EQ(ask(id, {"level"}).value(), std::nullopt) << id;
  EXPECT_FALSE(ask("acme", {"level\" FROM octets --"}))
      << "a column that is not there, and no text in quotes";
  EXPECT_FALSE(ask("acme", {"level"}, "octets; DROP TABLE octets"));
  EXPECT_TRUE(ask("acme", {"holder_id"}, "octets")->has_value());
}

TEST_F(SqliteRowLookup, a_file_is_read_and_nothing_else) {
  EXPECT_FALSE(ask("acme", {"data"}, "octets")) << "octets are no claim";
  const auto link = folder.path() / "link.db";
  std::filesystem::create_symlink(file, link);
  const sql::RowLookup lookup{
      .table = "mem\"bers", .id_column = "holder_id", .columns = {"level"}, .id = "acme"};
  EXPECT_FALSE(look_up({.file = link}, lookup));
  EXPECT_FALSE(look_up({.file = folder.path() / "absent.db"}, lookup));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "absent.db"));
  EXPECT_FALSE(look_up({.file = folder.write("notes.txt", "this is no database at all")}, lookup));
}

TEST_F(SqliteRowLookup, what_takes_too_long_is_broken_off) {
  execute(
      "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT 'x' || i AS holder_id, i FROM n;");
  const auto answer = look_up({.file = file, .steps_max = 200'000},
                              {.table = "endless", .id_column = "holder_id", .columns = {"i"}, .id = "acme"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::storage_failed);
}
