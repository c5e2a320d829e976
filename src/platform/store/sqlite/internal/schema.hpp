#pragma once

#include <span>

#include "platform/store/sqlite/internal/connection.hpp"

namespace kontor::platform::store::sqlite {

/// Brings the file forward to the newest version, one migration a transaction.
/// Errors: storage_failed (a file that is not ours, or that a newer version wrote).
Result<void> migrate(Connection& connection, Instant now);

/// Gives the kinds' indexed fields that have none a slot, and fills it.
Result<void> give_slots(Connection& connection, std::span<const Kind* const> kinds);

}  // namespace kontor::platform::store::sqlite
