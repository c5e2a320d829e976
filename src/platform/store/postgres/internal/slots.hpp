#pragma once

#include <span>
#include <string>

#include "platform/store/postgres/internal/connection.hpp"
#include "platform/store/sql/slots.hpp"

namespace kontor::platform::store::postgres {

Result<sql::Slots> read_slots(Connection& connection);

/// As the owner: gives each indexed field that has none a free slot of its type and fills it, while nobody
/// writes.
Result<void> assign_slots(Connection& owner, std::span<const entity::Kind* const> kinds,
                          const std::string& schema);

}  // namespace kontor::platform::store::postgres
