#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/kind.hpp"
#include "platform/store/sql/dialect.hpp"

/// Slots: plain columns of `entities` that all kinds share. An indexed field of a kind is copied out of the
/// body into a slot of its type, and each slot has one index for all kinds. The table `field_slots` says
/// which field of a kind has which: a field keeps its slot for good, so that programs of the version before
/// go on finding things. Where all slots of a type are taken, for booleans, and for fields whose path goes
/// through a list there is none, and queries read the body.
namespace kontor::platform::store::sql {

/// The columns, in the order in which both databases have them. `postgres/internal/migrations.hpp` and
/// `sqlite/internal/schema.cpp` make them.
inline constexpr std::array<std::string_view, 10> slot_columns{
    "text_1", "text_2",   "text_3",   "text_4",    "text_5",
    "text_6", "number_1", "number_2", "instant_1", "instant_2"};

/// The column of each indexed field of one kind, by the field's path (`path_of`).
using KindSlots = std::map<std::string, std::string>;
using Slots = std::map<std::string, KindSlots, std::less<>>;

/// None, where the kind has no slots.
const KindSlots& slots_of(const Slots& slots, std::string_view kind);

/// The place of a field in the body together with its type, which decide the content of a slot:
/// `text:dataAddress.type`.
std::string path_of(const ResolvedField& field);
/// Errors of the caller: a path that `path_of` did not write.
ResolvedField field_at(std::string_view path);

/// A row of `field_slots`.
struct GivenSlot {
  std::string kind;
  std::string path;
  std::string column;
};

/// Gives each indexed field that has none a free slot of its type; the answer is what is new.
std::vector<GivenSlot> give_slots(Slots& slots, std::span<const entity::Kind* const> kinds);

}  // namespace kontor::platform::store::sql
