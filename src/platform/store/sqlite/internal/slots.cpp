#include "platform/store/sqlite/internal/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/store/sqlite/internal/dialect.hpp"

namespace kontor::platform::store::sqlite {
namespace {

std::vector<json::MemberPath> paths_of(const sql::KindSlots& slots) {
  std::vector<json::MemberPath> paths;
  for (const auto& [path, column] : slots) {
    auto& names = paths.emplace_back();
    for (const auto& segment : sql::field_at(path).path) names.push_back(segment.name);
  }
  return paths;
}

/// What a slot of the type holds of a value; null for a value of another type.
sql::Value slot_value(entity::FieldType type, const json::Value& value) {
  const auto found = [](std::optional<std::int64_t> instant) -> sql::Value {
    if (!instant) return nullptr;
    return *instant;
  };
  switch (type) {
    case entity::FieldType::text:
      if (const auto* text = value.if_string()) return std::string(*text);
      break;
    case entity::FieldType::number:
      if (const auto* whole = value.if_int64()) return *whole;
      if (value.is_number()) return value.to_number<double>();
      break;
    case entity::FieldType::instant:
      if (const auto* text = value.if_string()) return found(microseconds_of_text(*text));
      if (const auto* milliseconds = value.if_int64())
        return found(microseconds_of_milliseconds(*milliseconds));
      break;
    case entity::FieldType::boolean:
      break;
  }
  return nullptr;
}

Result<void> fill(Connection& connection, const std::string& kind, const SlotReader& reader) {
  std::string assignments;
  for (const auto column : sql::slot_columns)
    assignments += fmt::format("{}{} = ?", assignments.empty() ? "" : ", ", column);
  auto rows = connection.prepare("SELECT rowid, body FROM entities WHERE kind = ?");
  if (!rows) return fail(std::move(rows.error()));
  rows->bind(1, std::string_view(kind));
  const auto text = fmt::format("UPDATE entities SET {} WHERE rowid = ?", assignments);
  for (auto row = rows->step();; row = rows->step()) {
    if (!row) return fail(std::move(row.error()));
    if (!*row) return {};
    auto values = reader.read(rows->text(1));
    if (!values) return fail(std::move(values.error()));
    auto update = connection.prepare(text);
    if (!update) return fail(std::move(update.error()));
    int parameter = 0;
    for (const auto& value : *values) update->bind(++parameter, value);
    if (auto updated = update->bind(++parameter, rows->integer(0)).run(); !updated) return updated;
  }
}

}  // namespace

Result<sql::Slots> read_slots(Connection& connection) {
  auto rows = connection.prepare("SELECT kind, path, slot FROM field_slots");
  if (!rows) return fail(std::move(rows.error()));
  sql::Slots slots;
  for (auto row = rows->step();; row = rows->step()) {
    if (!row) return fail(std::move(row.error()));
    if (!*row) return slots;
    slots[rows->text(0)].emplace(rows->text(1), rows->text(2));
  }
}

Result<void> assign_slots(Connection& connection, std::span<const Kind* const> kinds) {
  auto slots = read_slots(connection);
  if (!slots) return fail(std::move(slots.error()));
  std::set<std::string> changed;
  for (const auto& [kind, path, column] : sql::give_slots(*slots, kinds)) {
    auto noted = connection.run("INSERT INTO field_slots (kind, path, slot) VALUES (?, ?, ?)",
                                std::string_view(kind), std::string_view(path), std::string_view(column));
    if (!noted) return noted;
    changed.insert(kind);
  }
  for (const auto& kind : changed) {
    if (auto filled = fill(connection, kind, SlotReader(sql::slots_of(*slots, kind))); !filled) return filled;
  }
  return {};
}

SlotReader::SlotReader(const sql::KindSlots& slots) : picker_(paths_of(slots)) {
  for (const auto& [path, column] : slots) {
    const auto place = std::ranges::find(sql::slot_columns, column);
    invariant(place != sql::slot_columns.end(), "a slot is one of the columns");
    targets_.push_back(
        {static_cast<std::size_t>(place - sql::slot_columns.begin()), sql::field_at(path).type});
  }
}

Result<SlotValues> SlotReader::read(std::string_view body) const {
  // What may be stored is decided elsewhere: here it has to be JSON.
  auto picked = picker_.pick(body, {.bytes_max = body.size(), .depth_max = 1000});
  if (!picked) return fail_as(ErrorCode::invalid_input, picked.error(), "the stored form of an entity");
  SlotValues values;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    values[targets_[i].column] = slot_value(targets_[i].type, (*picked)[i]);
  }
  return values;
}

Result<void> WrittenSlots::keep_up(Connection& connection) {
  auto version = connection.number("PRAGMA data_version");
  if (!version) return fail(std::move(version.error()));
  if (*version == seen_) return {};
  auto slots = read_slots(connection);
  if (!slots) return fail(std::move(slots.error()));
  readers_.clear();
  for (const auto& [kind, own] : *slots) readers_.emplace(kind, SlotReader(own));
  seen_ = *version;
  return {};
}

Result<SlotValues> WrittenSlots::read(std::string_view kind, std::string_view body) const {
  static const SlotReader none{sql::KindSlots()};
  const auto found = readers_.find(kind);
  return (found == readers_.end() ? none : found->second).read(body);
}

}  // namespace kontor::platform::store::sqlite
