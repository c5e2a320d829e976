#include "platform/store/postgres/internal/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/store/postgres/internal/dialect.hpp"
#include "platform/store/postgres/internal/write.hpp"

namespace kontor::platform::store::postgres {
namespace {

struct SlotType {
  std::string_view name;
  int count;
};

/// The columns of `entities` (migrations.hpp).
SlotType slots_of(entity::FieldType type) {
  switch (type) {
    case entity::FieldType::text:
      return {"text", 6};
    case entity::FieldType::number:
      return {"number", 2};
    case entity::FieldType::instant:
      return {"instant", 2};
    case entity::FieldType::boolean:
      return {"boolean", 0};
  }
  return {"", 0};
}

/// The first slot of the field's type that the kind has not given away; empty: there is none.
std::string free_slot(const KindSlots& taken, entity::FieldType type) {
  const auto [name, count] = slots_of(type);
  for (int i = 1; i <= count; ++i) {
    auto slot = fmt::format("{}_{}", name, i);
    const bool used = std::ranges::any_of(taken, [&](const auto& entry) { return entry.second == slot; });
    if (!used) return slot;
  }
  return {};
}

/// `kontor_slots` for all kinds: a branch a kind, an assignment a slot.
std::string slots_function(const Slots& slots) {
  std::string branches;
  for (const auto& [kind, own] : slots) {
    branches +=
        fmt::format("  {} in_kind = {} THEN\n", branches.empty() ? "IF" : "ELSIF", sql::literal(kind));
    for (const auto& [path, slot] : own)
      branches += fmt::format("    {} := {};\n", slot, slot_expression(path));
  }
  if (!branches.empty()) branches += "  END IF;\n";
  return fmt::format(
      "CREATE OR REPLACE FUNCTION kontor_slots(in_kind text, body jsonb, OUT text_1 text, OUT text_2 text, "
      "OUT text_3 text, OUT text_4 text, OUT text_5 text, OUT text_6 text, OUT number_1 double precision, "
      "OUT number_2 double precision, OUT instant_1 bigint, OUT instant_2 bigint) "
      "LANGUAGE plpgsql IMMUTABLE AS $kontor$ BEGIN\n{}END $kontor$;\n",
      branches);
}

/// The owner, too, is bound by row-level security, except while it lifts it.
std::string fill(const std::set<std::string>& kinds) {
  std::string list;
  for (const auto& kind : kinds) list += (list.empty() ? "" : ", ") + sql::literal(kind);
  constexpr std::string_view all =
      "text_1, text_2, text_3, text_4, text_5, text_6, number_1, number_2, instant_1, instant_2";
  return fmt::format(
      "ALTER TABLE entities NO FORCE ROW LEVEL SECURITY;\n"
      "UPDATE entities e SET ({0}) = (SELECT {0} FROM kontor_slots(e.kind, e.body)) WHERE e.kind IN ({1});\n"
      "ALTER TABLE entities FORCE ROW LEVEL SECURITY;\n",
      all, list);
}

}  // namespace

std::string path_of(const sql::ResolvedField& field) {
  std::string path(slots_of(field.type).name);
  for (const auto& segment : field.path)
    path += (path.find(':') == std::string::npos ? ":" : ".") + segment.name;
  return path;
}

Result<Slots> read_slots(Connection& connection) {
  auto answers = connection.run({{"SELECT kind, path, slot FROM field_slots"}});
  if (!answers) return fail(std::move(answers.error()));
  const auto& rows = answers->front();
  Slots slots;
  for (int row = 0; row < rows.size(); ++row) {
    slots[std::string(rows.text(row, 0))].emplace(rows.text(row, 1), rows.text(row, 2));
  }
  return slots;
}

Result<void> assign_slots(Connection& owner, std::span<const sql::FieldIndex> indexes,
                          const std::string& schema) {
  auto slots = read_slots(owner);
  if (!slots) return fail(std::move(slots.error()));
  std::string script;
  std::set<std::string> changed;
  for (const auto& index : indexes) {
    auto& own = (*slots)[index.kind];
    const auto path = path_of(index.field);
    const auto slot = own.contains(path) ? std::string() : free_slot(own, index.field.type);
    if (slot.empty()) continue;
    own.emplace(path, slot);
    changed.insert(index.kind);
    script += fmt::format("INSERT INTO field_slots (kind, path, slot) VALUES ({}, {}, {});\n",
                          sql::literal(index.kind), sql::literal(path), sql::literal(slot));
  }
  if (changed.empty()) return {};
  std::erase_if(*slots, [](const auto& entry) { return entry.second.empty(); });
  return owner.execute(
      fmt::format("BEGIN;\nSELECT pg_advisory_xact_lock(hashtextextended({}, 0));\n{}{}{}COMMIT",
                  sql::literal(turn_name(schema)), script, slots_function(*slots), fill(changed)));
}

}  // namespace kontor::platform::store::postgres
