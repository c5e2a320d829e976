#include "platform/store/postgres/internal/slots.hpp"

#include <fmt/format.h>

#include <set>

#include "platform/store/postgres/internal/dialect.hpp"
#include "platform/store/postgres/internal/write.hpp"

namespace kontor::platform::store::postgres {
namespace {

/// `kontor_slots` for all kinds: a branch a kind, an assignment a slot.
std::string slots_function(const sql::Slots& slots) {
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
  const auto all = fmt::format("{}", fmt::join(sql::slot_columns, ", "));
  return fmt::format(
      "ALTER TABLE entities NO FORCE ROW LEVEL SECURITY;\n"
      "UPDATE entities e SET ({0}) = (SELECT {0} FROM kontor_slots(e.kind, e.body)) WHERE e.kind IN ({1});\n"
      "ALTER TABLE entities FORCE ROW LEVEL SECURITY;\n",
      all, list);
}

}  // namespace

Result<sql::Slots> read_slots(Connection& connection) {
  auto answers = connection.run({{"SELECT kind, path, slot FROM field_slots"}});
  if (!answers) return fail(std::move(answers.error()));
  const auto& rows = answers->front();
  sql::Slots slots;
  for (int row = 0; row < rows.size(); ++row) {
    slots[std::string(rows.text(row, 0))].emplace(rows.text(row, 1), rows.text(row, 2));
  }
  return slots;
}

Result<void> assign_slots(Connection& owner, std::span<const entity::Kind* const> kinds,
                          const std::string& schema) {
  auto slots = read_slots(owner);
  if (!slots) return fail(std::move(slots.error()));
  const auto given = sql::give_slots(*slots, kinds);
  if (given.empty()) return {};
  std::string script;
  std::set<std::string> changed;
  for (const auto& [kind, path, column] : given) {
    changed.insert(kind);
    script += fmt::format("INSERT INTO field_slots (kind, path, slot) VALUES ({}, {}, {});\n",
                          sql::literal(kind), sql::literal(path), sql::literal(column));
  }
  return owner.execute(
      fmt::format("BEGIN;\nSELECT pg_advisory_xact_lock(hashtextextended({}, 0));\n{}{}{}COMMIT",
                  sql::literal(turn_name(schema)), script, slots_function(*slots), fill(changed)));
}

}  // namespace kontor::platform::store::postgres
