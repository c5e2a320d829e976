#include "platform/store/postgres/row_lookup.hpp"

#include <gtest/gtest.h>

#include "testing/postgres/postgres_server.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using kontor::testing::PostgresServer;
using postgres::RowReader;

namespace {

class PostgresRowLookup : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    server = std::make_unique<PostgresServer>();
    server->execute(
        "CREATE SCHEMA register;"
        "CREATE TABLE register.members (holder_id text, level text, employees int, active bool, note text);"
        "INSERT INTO register.members VALUES ('acme', 'full', 25, true, NULL), ('twice', 'a', 1, true, 'x'),"
        " ('twice', 'b', 2, true, 'y'), ('large', repeat('x', 300000), 1, true, '');"
        "CREATE TABLE register.numbers (holder_id uuid, level text);"
        "CREATE TABLE register.writable (holder_id text, level text);"
        "INSERT INTO register.writable VALUES ('acme', 'full');"
        "CREATE VIEW register.slow AS SELECT 'acme' AS holder_id, pg_sleep(60)::text AS level;"
        "GRANT USAGE ON SCHEMA register TO kontor; GRANT SELECT ON ALL TABLES IN SCHEMA register TO kontor;"
        "GRANT UPDATE ON register.writable TO kontor;");
  }
  Result<std::optional<json::Object>> ask(std::string id, std::string table = "members",
                                          std::vector<std::string> columns = {"level"},
                                          std::string url = "") {
    RowReader reader({.url = url.empty() ? server->url() : url,
                      .schema = "register",
                      .statement_max = std::chrono::milliseconds(300)});
    return reader.look_up({.table = std::move(table),
                           .id_column = "holder_id",
                           .columns = std::move(columns),
                           .id = std::move(id)});
  }

  std::unique_ptr<PostgresServer> server;
};

}  // namespace

TEST_F(PostgresRowLookup, a_row_has_the_columns_that_are_asked_for_in_their_types) {
  const auto row = ask("acme", "members", {"level", "employees", "active", "note"});
  ASSERT_TRUE(row) << row.error().message();
  EXPECT_EQ(json::serialize(row->value()), R"({"level":"full","employees":25,"active":true})");
  EXPECT_EQ(ask("nobody").value(), std::nullopt);
  EXPECT_EQ(ask("twice").value(), std::nullopt) << "several rows say nothing";
  EXPECT_EQ(ask("did:web:acme", "numbers").value(), std::nullopt) << "an id that the column cannot hold";
  EXPECT_EQ(ask("large").error().code, ErrorCode::too_large);
}

TEST_F(PostgresRowLookup, no_text_of_a_caller_becomes_sql) {
  for (const auto* id :
       {"acme' OR '1'='1", "' UNION SELECT 'x' --", "acme\"; DROP TABLE register.members; --"})
    EXPECT_EQ(ask(id).value(), std::nullopt) << id;
  EXPECT_FALSE(ask("acme", "members; DROP TABLE register.members"));
  EXPECT_FALSE(ask("acme", "members", {"level\" FROM register.writable --"}));
  EXPECT_TRUE(ask("acme")->has_value());
}

TEST_F(PostgresRowLookup, a_role_that_may_write_is_refused) {
  const auto refused = ask("acme", "writable");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("SELECT alone")) << refused.error().message();
  EXPECT_FALSE(ask("acme", "members", {"level"}, server->admin_url())) << "a superuser";
}

TEST_F(PostgresRowLookup, what_takes_too_long_is_broken_off_and_the_next_is_answered) {
  RowReader reader(
      {.url = server->url(), .schema = "register", .statement_max = std::chrono::milliseconds(300)});
  const sql::RowLookup slow{.table = "slow", .id_column = "holder_id", .columns = {"level"}, .id = "acme"};
  EXPECT_EQ(reader.look_up(slow).error().code, ErrorCode::storage_failed);
  auto quick = slow;
  quick.table = "members";
  EXPECT_TRUE(reader.look_up(quick)->has_value());
  server->stop();
  EXPECT_EQ(reader.look_up(quick).error().code, ErrorCode::storage_failed);
  server->start();
  EXPECT_TRUE(reader.look_up(quick)->has_value());
}
