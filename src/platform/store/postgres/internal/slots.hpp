#pragma once

#include <map>
#include <span>
#include <string>

#include "platform/store/postgres/internal/connection.hpp"
#include "platform/store/sql/index.hpp"

namespace kontor::platform::store::postgres {

/// The slot of each indexed field of one kind, by the field's path (`path_of`).
using KindSlots = std::map<std::string, std::string>;
using Slots = std::map<std::string, KindSlots, std::less<>>;

/// The place of a field in the body together with its type: what decides the content of a slot.
std::string path_of(const sql::ResolvedField& field);

Result<Slots> read_slots(Connection& connection);

/// As the owner: gives each indexed field that has none a free slot of its type and fills it, while nobody
/// writes. A field keeps its slot for good, so that programs of the version before go on finding things.
/// Where all slots of a type are taken, and for booleans, a field has none and queries read the body.
Result<void> assign_slots(Connection& owner, std::span<const sql::FieldIndex> indexes,
                          const std::string& schema);

}  // namespace kontor::platform::store::postgres
