#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/store/postgres/internal/arguments.hpp"

struct pg_conn;
struct pg_result;

namespace kontor::platform::store::postgres {

struct Libpq;

/// The rows that a command answered.
class Rows {
 public:
  Rows() = default;  ///< no answer
  Rows(const Libpq& pq, pg_result* result);

  explicit operator bool() const { return result_ != nullptr; }
  pg_result* get() const { return result_.get(); }

  int size() const;
  bool is_null(int row, int column) const;
  std::string_view text(int row, int column) const;
  std::int64_t number(int row, int column) const;
  Instant instant(int row, int column) const { return Instant(Duration(number(row, column))); }
  bool flag(int row, int column) const { return text(row, column) == "t"; }
  std::string_view tag() const;  ///< of a command without rows: `COMMIT`

 private:
  const Libpq* pq_ = nullptr;
  std::shared_ptr<pg_result> result_;
};

struct Command {
  std::string_view text;  ///< one statement; prepared once a connection, so it must not vary without bound
  Arguments arguments = {};
};

struct SessionConfig {
  std::string url;
  std::string schema;
  Duration statement_max;
  Duration connect_max;
  std::vector<std::pair<std::string, std::string>> settings = {};
};

/// One session with the server, used by one thread at a time. Waits end: the server breaks off what takes
/// longer than `statement_max`, and silence that lasts longer is a broken connection.
class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const SessionConfig& config);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends all commands at once and reads their answers. They stop at the first that fails; a transaction
  /// that is open then is rolled back before this returns, so no setting of it stays. Afterwards ask `alive`.
  Result<std::vector<Rows>> run(const std::vector<Command>& commands);
  /// Runs statements without arguments one after another, as migrations need it.
  Result<void> execute(const std::string& script);

  /// False: the server has gone or said something that we do not understand, and this object is of no more
  /// use.
  bool alive();

  int socket() const;
  struct Notice {
    std::string payload;
  };
  /// What other sessions have told since the last call, without waiting.
  std::vector<Notice> notices();

 private:
  Connection(const Libpq& pq, pg_conn* connection, Duration silence_max)
      : pq_(pq), connection_(connection), silence_max_(silence_max) {}

  /// A message that was sent and is to be answered: a statement to prepare, or a command to run.
  struct Sent {
    std::string prepares;  ///< the text of the statement; empty: a command ran
  };

  Result<void> set_up(const SessionConfig& config);
  Result<std::vector<Sent>> send(const std::vector<Command>& commands);
  Result<std::vector<Rows>> receive(const std::vector<Sent>& sent);
  Result<void> leave_transaction();
  Result<void> flush();
  Result<Rows> next_result();
  bool wait(bool for_writing);
  std::unexpected<Error> broken(std::string_view what);

  const Libpq& pq_;
  pg_conn* connection_;
  Duration silence_max_;
  bool broken_ = false;
  std::map<std::string, std::string, std::less<>> prepared_;  ///< names of statements by their text
  std::uint64_t names_given_ = 0;
};

}  // namespace kontor::platform::store::postgres
