#pragma once

#include <span>
#include <string>

#include "platform/store/postgres/internal/connection.hpp"
#include "platform/store/postgres/postgres_store.hpp"

namespace kontor::platform::store::postgres {

/// As the owner: brings the schema forward to the newest version, gives the working role of `url` what it
/// needs and gives the kinds' indexed fields their slots. Replicas that start together wait for one another.
/// Errors: storage_failed (a role is missing, a schema that a newer version wrote).
Result<void> migrate(const PostgresConfig& config, Instant now, std::span<const Kind* const> kinds);

/// As the working role: refuses a schema of another version, a role that row-level security does not bind,
/// and tables that have none.
Result<void> check_schema(Connection& connection, const PostgresConfig& config);

}  // namespace kontor::platform::store::postgres
