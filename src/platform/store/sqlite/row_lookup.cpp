#include "platform/store/sqlite/row_lookup.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>

namespace kontor::platform::store::sqlite {
namespace {

constexpr int steps_between_looks = 10'000;

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

std::unexpected<Error> failed(sqlite3* database, int code) {
  return fail(ErrorCode::storage_failed, "SQLite: {} ({})",
              database ? sqlite3_errmsg(database) : sqlite3_errstr(code), sqlite3_errstr(code));
}

/// Not zero breaks the statement off.
int count_down(void* left) {
  auto& looks = *static_cast<std::uint64_t*>(left);
  return looks-- == 0 ? 1 : 0;
}

/// What the file itself brings along, such as views and triggers, calls nothing.
Result<Database> open(const ForeignFile& from, std::uint64_t& looks_left) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
  const int code = sqlite3_open_v2(from.file.c_str(), &opened, flags, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return failed(opened, code);
  sqlite3_busy_timeout(opened, static_cast<int>(from.busy_max / std::chrono::milliseconds(1)));
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // A name in quotes that is no column is an error and not a text.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, static_cast<int>(sql::row_bytes_max));
  sqlite3_progress_handler(opened, steps_between_looks, count_down, &looks_left);
  return database;
}

Result<json::Value> value_at(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return json::Value(std::int64_t{sqlite3_column_int64(statement, column)});
    case SQLITE_FLOAT:
      return json::Value(sqlite3_column_double(statement, column));
    case SQLITE_NULL:
      return json::Value(nullptr);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return json::Value(text ? std::string_view(text, size) : std::string_view());
    }
    default:
      return fail(ErrorCode::storage_failed, "SQLite: the column {} holds octets, which no claim is",
                  sqlite3_column_name(statement, column));
  }
}

Result<json::Object> row_at(sqlite3_stmt* statement, const std::vector<std::string>& columns) {
  json::Object row;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto value = value_at(statement, static_cast<int>(i));
    if (!value) return fail(std::move(value.error()));
    if (!value->is_null()) row.insert_or_assign(columns[i], std::move(*value));
  }
  return row;
}

}  // namespace

Result<std::optional<json::Object>> look_up(const ForeignFile& from, const sql::RowLookup& lookup) {
  std::uint64_t looks_left = from.steps_max / steps_between_looks;
  auto database = open(from, looks_left);
  if (!database) return fail(std::move(database.error()), "open {}", from.file.filename().string());
  const auto text = sql::statement_of(lookup, "?1");
  sqlite3_stmt* prepared = nullptr;
  int code =
      sqlite3_prepare_v3(database->get(), text.data(), static_cast<int>(text.size()), 0, &prepared, nullptr);
  const Statement statement(prepared);
  if (code != SQLITE_OK) return failed(database->get(), code);
  sqlite3_bind_text64(prepared, 1, lookup.id.data(), lookup.id.size(), SQLITE_STATIC, SQLITE_UTF8);
  code = sqlite3_step(prepared);
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) return failed(database->get(), code);
  auto row = row_at(prepared, lookup.columns);
  if (!row) return fail(std::move(row.error()));
  code = sqlite3_step(prepared);
  if (code == SQLITE_ROW) return std::nullopt;
  if (code != SQLITE_DONE) return failed(database->get(), code);
  return std::move(*row);
}

}  // namespace kontor::platform::store::sqlite
