#include "platform/store/sqlite/internal/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

#include "platform/store/sqlite/internal/dialect.hpp"

namespace kontor::platform::store::sqlite {
namespace {

constexpr std::size_t statements_max = 128;
constexpr std::int64_t settled_version = 1;
/// A commit writes and sums up some 17 pages, few bytes in most of them: half of SQLite's usual size halves
/// that. Smaller ones cost more in pages for one entity than they spare.
constexpr int page_bytes = 2048;

ErrorCode code_of(int result) {
  switch (result) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return ErrorCode::conflict;
    case SQLITE_TOOBIG:
      return ErrorCode::too_large;
    default:
      return ErrorCode::storage_failed;
  }
}

std::unexpected<Error> failed(sqlite3* database, int result) {
  return fail(code_of(result), "SQLite: {} ({})",
              database ? sqlite3_errmsg(database) : sqlite3_errstr(result), sqlite3_errstr(result));
}

/// SQLite counts its allocations under a lock, one that all connections take for each; nobody asks for the
/// numbers. Once, before the first file is opened.
void count_no_memory() {
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

Query::~Query() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::keep(int code) {
  if (failed_ == SQLITE_OK) failed_ = code;
  return *this;
}

Query& Query::bind(int index, std::string_view text) {
  return keep(sqlite3_bind_text64(statement_, index, text.empty() ? "" : text.data(), text.size(),
                                  SQLITE_STATIC, SQLITE_UTF8));
}
Query& Query::bind(int index, std::int64_t number) {
  return keep(sqlite3_bind_int64(statement_, index, number));
}
Query& Query::bind(int index, double number) {
  return keep(sqlite3_bind_double(statement_, index, number));
}
Query& Query::bind(int index, std::nullptr_t) {
  return keep(sqlite3_bind_null(statement_, index));
}

Query& Query::bind(int index, const sql::Value& value) {
  return std::visit(
      [&]<class T>(const T& held) -> Query& {
        if constexpr (std::is_same_v<T, std::string>) {
          return bind(index, std::string_view(held));
        } else if constexpr (std::is_same_v<T, bool>) {
          return bind(index, std::int64_t{held ? 1 : 0});
        } else {
          return bind(index, held);
        }
      },
      value);
}

Result<bool> Query::step() {
  if (failed_ != SQLITE_OK) return failed(nullptr, failed_);
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return failed(database_, sqlite3_extended_errcode(database_));
}

Result<void> Query::run() {
  auto stepped = step();
  if (!stepped) return fail(std::move(stepped.error()));
  return {};
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (!text) return {};
  return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

sql::Value Query::value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_, column);
    case SQLITE_NULL:
      return nullptr;
    default:
      return text(column);
  }
}

Result<std::unique_ptr<Connection>> Connection::open(const SqliteConfig& config, Access access) {
  count_no_memory();
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const char* file_system = config.file_system.empty() ? nullptr : config.file_system.c_str();
  const int opened = sqlite3_open_v2(config.file.c_str(), &database, flags, file_system);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (opened != SQLITE_OK) return fail(failed(database, opened).error(), "open {}", config.file.string());

  sqlite3_busy_timeout(database, static_cast<int>(config.busy_max / std::chrono::milliseconds(1)));
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (const int known = register_functions(database); known != SQLITE_OK) return failed(database, known);
  const bool makes = access == Access::make;
  // Without a journal beside the new file, which a power failure could leave there.
  const auto making =
      fmt::format("PRAGMA page_size={}; PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;", page_bytes);
  auto prepared = connection->execute(
      fmt::format("{} PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint={}; PRAGMA temp_store=MEMORY;{}",
                  makes ? making : "PRAGMA synchronous=FULL;", makes ? 0 : config.checkpoint_pages,
                  access == Access::read ? " PRAGMA query_only=ON;" : ""));
  if (!prepared) return fail(std::move(prepared.error()), "open {}", config.file.string());
  return connection;
}

Connection::~Connection() {
  for (const auto& entry : statements_) sqlite3_finalize(entry.second.statement);
  sqlite3_close_v2(database_);
}

Result<Query> Connection::prepare(std::string_view text) {
  if (auto found = statements_.find(text); found != statements_.end()) {
    used_.splice(used_.end(), used_, found->second.place);
    return Query(database_, found->second.statement);
  }
  if (statements_.size() >= statements_max) {
    auto oldest = statements_.extract(used_.front());
    sqlite3_finalize(oldest.mapped().statement);
    used_.pop_front();
  }
  sqlite3_stmt* statement = nullptr;
  const int prepared = sqlite3_prepare_v3(database_, text.data(), static_cast<int>(text.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (prepared != SQLITE_OK) return failed(database_, prepared);
  auto place = used_.emplace(used_.end(), text);
  statements_.emplace(std::string_view(*place), Cached{statement, place});
  return Query(database_, statement);
}

Result<void> Connection::execute(const std::string& script) {
  const int result = sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return failed(database_, result);
  return {};
}

Result<std::int64_t> Connection::number(std::string_view statement) {
  auto query = prepare(statement);
  if (!query) return fail(std::move(query.error()));
  auto row = query->step();
  if (!row) return fail(std::move(row.error()));
  return *row ? query->integer(0) : 0;
}

/// The user version says that a file was settled. It is written without a sync: where it is lost, or the
/// process ends before, the file is settled at its next opening.
Result<void> Connection::settle(std::uint32_t checkpoint_pages) {
  const auto version = number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version == settled_version) return {};
  if (auto set = execute("PRAGMA synchronous=FULL"); !set) return set;
  const auto busy = number("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return fail(busy.error());
  const auto mark = *busy == 0 ? fmt::format("PRAGMA user_version={};", settled_version) : "";
  return execute(
      fmt::format("PRAGMA wal_autocheckpoint={}; PRAGMA synchronous=NORMAL; {} PRAGMA synchronous=FULL;",
                  checkpoint_pages, mark));
}

Result<void> Connection::sync_commits(bool synced) {
  if (synced == synced_) return {};
  if (auto set = execute(synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); !set) return set;
  synced_ = synced;
  return {};
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(database_);
}
std::int64_t Connection::last_row() const {
  return sqlite3_last_insert_rowid(database_);
}
bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

}  // namespace kontor::platform::store::sqlite
