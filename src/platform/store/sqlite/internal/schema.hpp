#pragma once

#include <span>

#include "platform/store/sqlite/internal/connection.hpp"

namespace kontor::platform::store::sqlite {

/// Brings the file forward to the newest version, one migration a transaction.
/// Errors: storage_failed (a file that is not ours, or that a newer version wrote).
Result<void> migrate(Connection& connection, Instant now);

/// Makes the indexes that the kinds' fields ask for and drops those of an older form of the same field.
Result<void> make_indexes(Connection& connection, std::span<const Kind* const> kinds);

}  // namespace kontor::platform::store::sqlite
