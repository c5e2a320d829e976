#include "runtime/attestation/databases.hpp"

#include <gtest/gtest.h>

#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::runtime::attestation;
using domain::issuance::DatabaseSource;

namespace {

const ContextId issuer{"issuer"};

/// Every file of SQLite has this table: its rows are the tables that there are.
DatabaseConfig tables_of(std::string file) {
  return {.name = "register",
          .file = std::move(file),
          .tables = {{.name = "sqlite_schema", .columns = {"name", "type"}}},
          .issuers = {issuer.str()}};
}

DatabaseSource source() {
  return {.data_source = "register", .table = "sqlite_schema", .id_column = "name", .columns = {"type"}};
}

class AttestationDatabases : public ::testing::Test {
 protected:
  AttestationDatabases() {
    auto store =
        loop.run(platform::store::sqlite::open_sqlite(loop.clock(), {.file = folder.path() / "some.db"}, {}))
            .value();
    loop.run(store->close());
  }
  Databases databases(std::string file = "some.db") {
    return Databases({.database_folder = folder.path(), .databases = {tables_of(std::move(file))}});
  }
  std::string pointer_of(const DatabaseSource& source, const ContextId& asking = issuer) {
    auto checked = databases().check(asking, source);
    return checked ? "accepted" : checked.error().pointer;
  }

  kontor::testing::RealLoop loop;
  kontor::testing::TemporaryFolder folder;
};

}  // namespace

TEST_F(AttestationDatabases, what_the_operator_does_not_allow_is_refused_with_its_place) {
  EXPECT_EQ(pointer_of(source()), "accepted");
  EXPECT_EQ(pointer_of(source(), ContextId("another")), "/configuration/dataSourceName");
  const auto changed = [](auto change) {
    auto one = source();
    change(one);
    return one;
  };
  EXPECT_EQ(pointer_of(changed([](auto& one) { one.data_source = "other"; })),
            "/configuration/dataSourceName");
  EXPECT_EQ(pointer_of(changed([](auto& one) { one.table = "entities"; })), "/configuration/tableName");
  EXPECT_EQ(pointer_of(changed([](auto& one) { one.id_column = "sql"; })), "/configuration/idColumn");
  EXPECT_EQ(pointer_of(changed([](auto& one) { one.columns = {"type", "sql"}; })),
            "/configuration/columns/1");
}

TEST_F(AttestationDatabases, a_row_is_read_by_who_may_and_by_nobody_else) {
  auto all = databases();
  EXPECT_EQ(json::serialize(loop.run(all.row(issuer, source(), "entities")).value()), R"({"type":"table"})");
  EXPECT_EQ(loop.run(all.row(issuer, source(), "nothing")).error().code, ErrorCode::forbidden);
  EXPECT_EQ(loop.run(all.row(ContextId("another"), source(), "entities")).error().code,
            ErrorCode::unavailable);
  auto gone = databases("absent.db");
  EXPECT_EQ(loop.run(gone.row(issuer, source(), "entities")).error().code, ErrorCode::unavailable);
}

TEST_F(AttestationDatabases, a_configuration_that_cannot_be_meant_is_refused) {
  const auto is_good = [&](auto change) {
    AttestationConfig config{.database_folder = folder.path(), .databases = {tables_of("some.db")}};
    change(config);
    return validate(config).has_value();
  };
  EXPECT_TRUE(is_good([](auto&) {}));
  EXPECT_FALSE(is_good([](auto& config) { config.databases.push_back(config.databases[0]); }));
  EXPECT_FALSE(is_good([](auto& config) { config.databases[0].file = ""; }));
  EXPECT_FALSE(is_good([](auto& config) { config.databases[0].file = "../some.db"; }));
  EXPECT_FALSE(is_good([](auto& config) { config.databases[0].file = "/etc/some.db"; }));
  EXPECT_FALSE(is_good([](auto& config) { config.database_folder = ""; }));
  EXPECT_FALSE(is_good(
      [](auto& config) { config.databases[0].postgres_url = platform::config::Secret("host=localhost"); }));
}
