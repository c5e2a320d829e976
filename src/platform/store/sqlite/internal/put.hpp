#pragma once

#include "platform/store/sql/group_writer.hpp"
#include "platform/store/sqlite/internal/slots.hpp"

namespace kontor::platform::store::sqlite {

/// Writes one entity within the transaction that is open. Of what has an index only what has changed is
/// written, since each index that is named costs its pages, whether its value changes or not. Errors:
/// conflict, version_conflict, invalid_input (the body is no JSON).
Result<void> write_put(Connection& connection, const WrittenSlots& slots, const sql::Unit& unit,
                       const Put& put);

}  // namespace kontor::platform::store::sqlite
