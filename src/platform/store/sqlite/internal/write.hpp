#pragma once

#include "platform/store/sql/group_writer.hpp"
#include "platform/store/sqlite/internal/connection.hpp"
#include "platform/store/sqlite/internal/slots.hpp"

namespace kontor::platform::store::sqlite {

/// Writes one unit within the transaction that is open. On an error the caller takes back what was written.
Result<void> write_unit(Connection& connection, const WrittenSlots& slots, sql::Unit& unit);

/// Writes a batch in one transaction, each unit in a savepoint of its own, and makes it durable. Returns the
/// number of commits.
std::uint64_t write_batch(Connection& connection, WrittenSlots& slots, sql::Batch batch);

/// What of the context's entities there was.
Result<std::vector<Change>> erase_context(Connection& connection, const ContextId& context);
Result<void> set_aside(Connection& connection, const Quarantined& quarantined);
Result<void> take_back(Connection& connection, const ContextId& context, std::string_view kind,
                       const EntityId& entity);
Result<std::optional<Lease>> take_lease(Connection& connection, const Lease& wanted, Instant now);
Result<Claimed> claim_effects(Connection& connection, const std::string& carrier,
                              const std::vector<std::string>& kinds, Instant now);
Result<void> give_lease_back(Connection& connection, const Lease& lease);
struct Sweep {
  Instant now;
  Duration events_kept;
  std::size_t limit;
};
Result<Swept> delete_expired(Connection& connection, const Sweep& sweep);

}  // namespace kontor::platform::store::sqlite
