#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::store::postgres {

struct PostgresConfig {
  std::string url;  ///< of the role that works; any libpq connection string, TLS options included. It must
                    ///< be NOINHERIT and must not bypass row-level security
  std::string owner_url =
      {};  ///< of the role that owns the schema: migrates it. Empty: it must be up to date
  std::string schema = "kontor";  ///< several installations may share a database, each in its schema
  std::string system_role =
      "kontor_system";          ///< granted to the working role, which becomes it to look across contexts
  std::size_t readers = 4;      ///< connections beside the writer's and the listener's, each with a thread
  std::size_t batch_max = 128;  ///< transactions that share a commit
  std::size_t writes_waiting_max = 10'000;
  std::size_t reads_waiting_max = 10'000;
  Duration statement_max = std::chrono::seconds(30);  ///< a statement that takes longer is broken off
  Duration connect_max = std::chrono::seconds(5);
  Duration reconnect_delay = std::chrono::seconds(1);  ///< of the listener, while the server is away
  Duration events_kept = std::chrono::hours(24 * 7);
};

/// A store in a PostgreSQL schema (version 13 or newer), shared by any number of replicas. Commits of all
/// replicas follow one another, a batch at a time; each is told of the others' changes. Connections are made
/// anew after the server was away; what was being committed when it went is answered storage_failed, whether
/// it was made durable or not. `kinds` must outlive the store. `random` names this replica among the others.
/// An indexed text of more than some 2,600 bytes is refused with too_large: no index can hold it.
/// Errors: storage_failed (no connection, a role that may do too much, a schema that is older or newer than
/// this program).
Task<Result<std::unique_ptr<Store>>> open_postgres(async::Clock& clock, Random& random, PostgresConfig config,
                                                   std::span<const Kind* const> kinds);

}  // namespace kontor::platform::store::postgres
