#pragma once

#include <concepts>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/id/id.hpp"
#include "platform/store/sql/statement.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace kontor::platform::store::sqlite {

/// A prepared statement, borrowed from its connection's cache: use it, then let it go before the next borrows
/// the same text. Parameters are numbered from 1, columns from 0. A text that is bound must outlive it: it is
/// not copied. The first error is kept and comes out of `step`.
class Query {
 public:
  Query(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~Query();
  Query(Query&& other) noexcept
      : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  Query& operator=(Query&&) = delete;

  Query& bind(int index, std::string_view text);
  Query& bind(int index, std::int64_t number);
  Query& bind(int index, double number);
  Query& bind(int index, std::nullptr_t);
  Query& bind(int index, const sql::Value& value);
  Query& bind(int index, std::unsigned_integral auto number) {
    return bind(index, static_cast<std::int64_t>(number));
  }
  Query& bind(int index, const char*) = delete;
  Query& bind(int index, Instant instant) { return bind(index, instant.time_since_epoch().count()); }
  template <class Tag>
  Query& bind(int index, const Id<Tag>& id) {
    return bind(index, std::string_view(id.str()));
  }
  template <class T>
  Query& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, nullptr);
  }

  /// True: there is a row. False: the statement has ended.
  Result<bool> step();
  /// Runs a statement that has no rows.
  Result<void> run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  Instant instant(int column) const { return Instant(Duration(integer(column))); }
  std::string text(int column) const;
  sql::Value value(int column) const;

 private:
  Query& keep(int code);

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int failed_ = 0;
};

/// One connection to the file, used by one thread at a time.
class Connection {
 public:
  enum class Access : std::uint8_t {
    read,
    write,
    make,  ///< write, to a file that does not exist yet: nothing is synced before `settle`
  };

  static Result<std::unique_ptr<Connection>> open(const SqliteConfig& config, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<Query> prepare(std::string_view text);
  /// Prepares, binds the arguments in order and runs.
  template <class... Args>
  Result<void> run(std::string_view text, const Args&... args) {
    auto query = prepare(text);
    if (!query) return fail(std::move(query.error()));
    int index = 0;
    (query->bind(++index, args), ...);
    return query->run();
  }
  /// The first number of the first row, 0 where there is no row. The statement has ended when this returns.
  Result<std::int64_t> number(std::string_view statement);
  /// Runs a script without parameters.
  Result<void> execute(const std::string& script);

  /// Sees to it that everything in a new file is on the disk, and commits are synced from here on. Does
  /// nothing to a file that was settled before.
  Result<void> settle(std::uint32_t checkpoint_pages);
  /// Whether the transactions to come are synced when they commit; otherwise the next one that is makes them
  /// durable too. Not within a transaction.
  Result<void> sync_commits(bool synced);

  std::int64_t changes() const;   ///< rows that the last statement changed
  std::int64_t last_row() const;  ///< the rowid of the last insert
  bool in_transaction() const;

 private:
  explicit Connection(sqlite3* database) : database_(database) {}

  struct Cached {
    sqlite3_stmt* statement;
    std::list<std::string>::iterator place;
  };
  sqlite3* database_;
  bool synced_ = true;
  std::list<std::string> used_;  ///< texts, the least recently used first
  std::unordered_map<std::string_view, Cached> statements_;
};

}  // namespace kontor::platform::store::sqlite
