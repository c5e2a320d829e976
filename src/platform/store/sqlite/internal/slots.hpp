#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/pick.hpp"
#include "platform/store/sql/slots.hpp"
#include "platform/store/sqlite/internal/connection.hpp"

namespace kontor::platform::store::sqlite {

/// The content of an entity's slots, in the order of `sql::slot_columns`.
using SlotValues = std::array<sql::Value, sql::slot_columns.size()>;

Result<sql::Slots> read_slots(Connection& connection);

/// Within a transaction: gives each indexed field that has none a free slot of its type, and fills it.
Result<void> assign_slots(Connection& connection, std::span<const Kind* const> kinds);

/// Takes out of bodies of one kind what belongs into the kind's slots.
class SlotReader {
 public:
  explicit SlotReader(const sql::KindSlots& slots);

  /// Errors: invalid_input (the body is no JSON).
  Result<SlotValues> read(std::string_view body) const;

 private:
  struct Target {
    std::size_t column;
    entity::FieldType type;
  };
  std::vector<Target> targets_;  ///< in the order of the picker's paths
  json::Picker picker_;
};

/// The slots of all kinds, as the writer fills them: those that the file says, whatever this program's kinds
/// ask for, so that a newer program on the same file finds what this one writes.
class WrittenSlots {
 public:
  /// Within a transaction, before it fills any: reads them again where another process has committed.
  Result<void> keep_up(Connection& connection);
  Result<SlotValues> read(std::string_view kind, std::string_view body) const;

 private:
  std::int64_t seen_ = -1;  ///< changes with each commit of another connection
  std::map<std::string, SlotReader, std::less<>> readers_;
};

}  // namespace kontor::platform::store::sqlite
