#include "store_watch.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

#include "base/crypto/hash.hpp"

namespace kontor::routes_test {

namespace {

constexpr int settle_rounds_max = 1000;

/// What a data plane counts of requests, and how its replicas know of each other: both change though nobody
/// has changed anything.
constexpr std::string_view kinds_left_out[] = {"flow-usage", "plane-replica"};

bool is_left_out(std::string_view row) {
  const auto is_kind = [&](std::string_view kind) {
    return row.contains("\x1f" + std::string(kind) + "\x1f");
  };
  return std::ranges::any_of(kinds_left_out, is_kind);
}

std::string rows_that_count() {
  std::string condition = "true";
  for (auto kind : kinds_left_out) condition += " AND t::text NOT LIKE '%," + std::string(kind) + ",%'";
  return condition;
}

}  // namespace

/// Read access to all tables of a store.
class StoreWatch::Tables {
 public:
  virtual ~Tables() = default;
  /// Another value after every commit.
  virtual std::string mark() = 0;
  virtual Digests digests() = 0;
  virtual std::vector<std::string> all_rows() = 0;
  virtual bool is_empty(const std::string& table) = 0;
};

struct StoreWatch::Sqlite : Tables {
  explicit Sqlite(const std::string& file) {
    if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
      throw std::runtime_error("the store cannot be read: " + file);
    sqlite3_busy_timeout(database, 5000);
  }
  ~Sqlite() override { sqlite3_close(database); }

  std::vector<std::string> rows(const std::string& question) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, question.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      throw std::runtime_error(question + ": " + sqlite3_errmsg(database));
    std::vector<std::string> all;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::string row;
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* text = sqlite3_column_text(statement, i);
        row += (i > 0 ? "\x1f" : "") + std::string(text ? reinterpret_cast<const char*>(text) : "NULL");
      }
      all.push_back(std::move(row));
    }
    sqlite3_finalize(statement);
    return all;
  }

  std::string mark() override { return rows("PRAGMA data_version").at(0); }
  bool is_empty(const std::string& table) override {
    return rows("SELECT 1 FROM \"" + table + "\" LIMIT 1").empty();
  }
  std::vector<std::string> all_rows() override {
    std::vector<std::string> all;
    for (const auto& table : rows("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      for (const auto& row : rows("SELECT * FROM \"" + table + "\"")) all.push_back(table + " " + row);
    }
    return all;
  }
  Digests digests() override {
    Digests found;
    for (const auto& table : rows("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      std::string all;
      for (const auto& row : rows("SELECT * FROM \"" + table + "\"")) {
        if (!is_left_out(row)) all += row + "\x1e";
      }
      found[table] = crypto::sha256_hex(all);
    }
    return found;
  }

  sqlite3* database = nullptr;
};

struct StoreWatch::Postgres : Tables {
  explicit Postgres(const std::string& url) : connection(PQconnectdb(url.c_str())) {
    if (PQstatus(connection) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection));
  }
  ~Postgres() override { PQfinish(connection); }

  std::vector<std::string> column(const std::string& question) {
    auto* result = PQexec(connection, question.c_str());
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
      throw std::runtime_error(question + ": " + PQerrorMessage(connection));
    std::vector<std::string> values;
    for (int i = 0; i < PQntuples(result); ++i) values.emplace_back(PQgetvalue(result, i, 0));
    PQclear(result);
    return values;
  }

  std::string mark() override { return column("SELECT pg_current_wal_insert_lsn()").at(0); }
  bool is_empty(const std::string& table) override {
    return column("SELECT 1 FROM routes.\"" + table + "\" LIMIT 1").empty();
  }
  std::vector<std::string> all_rows() override {
    std::vector<std::string> all;
    for (const auto& table : column("SELECT tablename FROM pg_tables WHERE schemaname = 'routes'")) {
      for (const auto& row : column("SELECT t::text FROM routes.\"" + table + "\" t"))
        all.push_back(table + " " + row);
    }
    return all;
  }
  Digests digests() override {
    Digests found;
    for (const auto& table : column("SELECT tablename FROM pg_tables WHERE schemaname = 'routes'")) {
      found[table] =
          column("SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM routes.\"" +
                 table + "\" t WHERE " + rows_that_count())
              .at(0);
    }
    return found;
  }

  PGconn* connection;
};

StoreWatch::StoreWatch(Installation& installation) : installation_(installation) {
  if (installation.postgres()) {
    tables_ = std::make_unique<Postgres>(installation.postgres()->admin_url());
  } else {
    tables_ = std::make_unique<Sqlite>((installation.folder() / "kontor.db").string());
  }
  if (!settle()) throw std::runtime_error("effects stay in the outbox");
  mark_ = tables_->mark();
  digests_ = tables_->digests();
  vault_ = vault();
}

StoreWatch::~StoreWatch() = default;

bool StoreWatch::settle() {
  for (int round = 0; round < settle_rounds_max; ++round) {
    if (tables_->is_empty("outbox")) return true;
    // Each request lets the process go on with what is ready.
    installation_.send({.listener = protocol::api::Listener::metrics, .target = "/check/liveness"});
  }
  return false;
}

std::vector<std::string> StoreWatch::rows() {
  return tables_->all_rows();
}

std::vector<std::string> StoreWatch::changes() {
  std::vector<std::string> changed;
  if (auto now = vault(); now != vault_) {
    changed.emplace_back("vault");
    vault_ = std::move(now);
  }
  auto mark = tables_->mark();
  if (mark == mark_) return changed;
  mark_ = std::move(mark);
  auto now = tables_->digests();
  for (const auto& [table, digest] : now) {
    // Replicas renew their leases as time passes, whoever asks for whatever.
    if (table != "leases" && digests_[table] != digest) changed.push_back(table);
  }
  digests_ = std::move(now);
  return changed;
}

/// Files by size and time of change; a vault writes whole files.
StoreWatch::Digests StoreWatch::vault() const {
  Digests files;
  namespace fs = std::filesystem;
  for (const auto& each : fs::recursive_directory_iterator(installation_.folder() / "vault")) {
    if (!each.is_regular_file()) continue;
    files[each.path().string()] = std::to_string(each.file_size()) + " " +
                                  std::to_string(each.last_write_time().time_since_epoch().count());
  }
  return files;
}

}  // namespace kontor::routes_test
