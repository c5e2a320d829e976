#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/async/temporary_folder.hpp"

namespace kontor::testing {

struct PostgresOptions {
  bool durable = false;        ///< fsync and synchronous_commit on, as crash tests and benchmarks need it
  std::uint16_t tcp_port = 0;  ///< 0: reached through a socket in its folder only
  std::string settings = {};   ///< more lines for postgresql.conf
};

/// A real PostgreSQL server of its own in a temporary folder, run as an unprivileged user. It ends with this
/// object, and with the test program when that is killed. Any number run side by side.
///
/// It holds the roles that the store wants: `kontor_owner` owns the schemas, `kontor` works and cannot bypass
/// row-level security, `kontor_system` is what `kontor` becomes to look across contexts. There is one
/// database, `kontor`; use a schema for each test.
class PostgresServer {
 public:
  /// Why no server can be started here: PostgreSQL's programs are not installed.
  static std::optional<std::string> missing();

  explicit PostgresServer(PostgresOptions options = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// A connection string for a role: `owner_url()` for migrations, `url()` for work, `admin_url()` a
  /// superuser.
  std::string url() const { return url_of("kontor"); }
  std::string owner_url() const { return url_of("kontor_owner"); }
  std::string admin_url() const { return url_of("postgres"); }

  /// Runs statements as the superuser.
  void execute(const std::string& statements) const;
  /// The same in a session that lasts as long as what is returned, to hold what the statements lock.
  std::shared_ptr<const void> hold(const std::string& statements) const;
  /// The first column of the first row, as the superuser.
  std::string ask(const std::string& question) const;

  /// User and system seconds that its processes have used, those of connections that have ended too.
  double processor_seconds() const;

  /// Kills every process of the server at once, as a power failure would. The data stays.
  void kill();
  /// Starts it again after `kill` or `stop`; returns when it answers.
  void start();
  /// Ends it in order, breaking off its connections.
  void stop();

 private:
  std::string url_of(std::string_view role, std::string_view database = "kontor") const;
  std::uint16_t port() const;
  std::vector<pid_t> children() const;
  void initialize();

  PostgresOptions options_;
  TemporaryFolder folder_;
  pid_t server_ = -1;
};

}  // namespace kontor::testing
