#include "platform/store/postgres/internal/write.hpp"

#include <algorithm>

#include "platform/store/audit_chain.hpp"

namespace kontor::platform::store::postgres {
namespace {

constexpr std::string_view unit_statement =
    "SELECT verdict, verdict_at FROM kontor_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
    "$14, $15, $16, "
    "$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";

std::int64_t microseconds(Instant instant) {
  return instant.time_since_epoch().count();
}

/// One array of `rows`, by what `of` reads from each.
template <class Rows, class Of>
void add_texts(Arguments& arguments, const Rows& rows, Of of) {
  Texts texts;
  texts.reserve(rows.size());
  for (const auto& row : rows) texts.push_back(of(row));
  arguments.add(texts);
}

template <class Rows, class Of>
void add_numbers(Arguments& arguments, const Rows& rows, Of of) {
  Numbers numbers;
  numbers.reserve(rows.size());
  for (const auto& row : rows) numbers.push_back(of(row));
  arguments.add(numbers);
}

void add_entities(Arguments& arguments, const Transaction& transaction) {
  const auto& puts = transaction.puts;
  const auto due = [](const Put& put) -> std::optional<std::int64_t> {
    if (!put.due_at) return std::nullopt;
    return microseconds(*put.due_at);
  };
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  add_texts(arguments, puts, [](const Put& put) { return put.kind->name; });
  add_texts(arguments, puts, [](const Put& put) { return std::string_view(put.id.str()); });
  add_numbers(arguments, puts, [&](const Put& put) { return number(put.expected); });
  add_numbers(arguments, puts, [](const Put& put) { return std::int64_t{put.kind->codec_version}; });
  add_numbers(arguments, puts, due);
  add_texts(arguments, puts, [](const Put& put) { return std::string_view(put.body); });
  const auto& removes = transaction.removes;
  add_texts(arguments, removes, [](const Remove& remove) { return remove.kind->name; });
  add_texts(arguments, removes, [](const Remove& remove) { return std::string_view(remove.id.str()); });
  add_numbers(arguments, removes, [&](const Remove& remove) { return number(remove.expected); });
}

void add_effects(Arguments& arguments, const Transaction& transaction) {
  const auto& effects = transaction.effects;
  add_texts(arguments, effects, [](const OutboxRow& row) { return std::string_view(row.id.str()); });
  add_texts(arguments, effects, [](const OutboxRow& row) { return std::string_view(row.kind); });
  add_texts(arguments, effects, [](const OutboxRow& row) { return std::string_view(row.entity.str()); });
  add_texts(arguments, effects, [](const OutboxRow& row) { return std::string_view(row.name); });
  add_texts(arguments, effects, [](const OutboxRow& row) { return std::string_view(row.body); });
  add_texts(arguments, effects, [](const OutboxRow& row) { return std::string_view(row.trace); });
  add_numbers(arguments, effects, [](const OutboxRow& row) { return std::int64_t{row.attempts}; });
  const auto id = [](const EffectId& effect) { return std::string_view(effect.str()); };
  add_texts(arguments, transaction.effects_done, id);
  add_texts(arguments, transaction.effects_tried, id);
  add_texts(arguments, transaction.single_use,
            [](const SingleUse& once) { return std::string_view(once.key); });
  add_numbers(arguments, transaction.single_use,
              [](const SingleUse& once) { return microseconds(once.expires_at); });
}

void add_events(Arguments& arguments, const sql::Unit& unit) {
  const auto& events = unit.transaction.events;
  add_texts(arguments, events, [](const EventRow& event) { return std::string_view(event.name); });
  add_texts(arguments, events, [](const EventRow& event) { return std::string_view(event.kind); });
  add_texts(arguments, events, [](const EventRow& event) { return std::string_view(event.entity.str()); });
  add_numbers(arguments, events,
              [](const EventRow& event) { return static_cast<std::int64_t>(event.version); });
  add_texts(arguments, events, [](const EventRow& event) { return std::string_view(event.body); });
  add_texts(arguments, events, [](const EventRow& event) { return std::string_view(event.actor); });
  std::vector<std::string> materials;
  for (const auto& event : events) {
    if (unit.transaction.audited) materials.push_back(audit_material(unit.context, unit.at, event));
  }
  add_texts(arguments, materials, [](const std::string& material) { return std::string_view(material); });
  arguments.add(audit_genesis());
}

Command unit_command(const sql::Unit& unit, const Announcement& announcement) {
  Command command{unit_statement};
  command.arguments.add(std::string_view(unit.context.str())).add(microseconds(unit.at));
  add_entities(command.arguments, unit.transaction);
  add_effects(command.arguments, unit.transaction);
  add_events(command.arguments, unit);
  command.arguments.add(std::string_view(unit.transaction.carrier))
      .add(std::string_view(announcement.channel))
      .add(std::string_view(announcement.origin));
  return command;
}

Result<void> stale(std::string_view kind, const EntityId& id, Version expected) {
  return fail(ErrorCode::version_conflict, "the {} '{}' is not at version {} any more", kind, id, expected);
}

Result<void> outcome_of(const Rows& verdict, const Transaction& transaction) {
  const auto code = verdict.text(0, 0);
  if (code == "done") return {};
  if (code == "replayed") return fail(ErrorCode::replayed, "this token was used before");
  const auto at = static_cast<std::size_t>(verdict.number(0, 1)) - 1;
  if (code == "stale remove") {
    const auto& remove = transaction.removes.at(at);
    return stale(remove.kind->name, remove.id, remove.expected);
  }
  const auto& put = transaction.puts.at(at);
  if (code == "exists")
    return fail(ErrorCode::conflict, "the {} '{}' exists already", put.kind->name, put.id);
  return stale(put.kind->name, put.id, put.expected);
}

/// The commands of one transaction, and where among their answers the units' verdicts are.
struct Script {
  std::vector<Command> commands;
  std::vector<std::size_t> verdicts;
};

Script script_of(sql::Batch batch, const std::string& schema, const Announcement& announcement) {
  Script script;
  script.commands = {begin(), wait_for_turn(schema)};
  if (!sql::needs_sync(batch)) script.commands.push_back({"SET LOCAL synchronous_commit TO off"});
  const ContextId* context = nullptr;
  for (const auto& unit : batch) {
    if (!context || *context != unit->context) script.commands.push_back(set_context(unit->context));
    context = &unit->context;
    script.verdicts.push_back(script.commands.size());
    script.commands.push_back(unit_command(*unit, announcement));
  }
  script.commands.push_back(commit());
  return script;
}

/// The error that took all of it back, if any. Otherwise the units have their outcomes.
Result<void> write_together(Connection& connection, sql::Batch batch, const std::string& schema,
                            const Announcement& announcement) {
  auto script = script_of(batch, schema, announcement);
  auto answers = connection.run(script.commands);
  if (!answers) return fail(std::move(answers.error()));
  if (answers->back().tag() != "COMMIT")
    return fail(ErrorCode::storage_failed, "PostgreSQL took the transaction back");
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& verdict = (*answers)[script.verdicts[i]];
    batch[i]->outcome = outcome_of(verdict, batch[i]->transaction);
    batch[i]->receipt.effects_wait = batch[i]->outcome && verdict.number(0, 1) != 0;
  }
  return {};
}

std::uint64_t syncs_of(sql::Batch batch) {
  const bool any = std::ranges::any_of(batch, [](const auto& unit) { return unit->outcome.has_value(); });
  return any && sql::needs_sync(batch) ? 1 : 0;
}

}  // namespace

Command begin() {
  return {"BEGIN"};
}
Command begin_read() {
  return {"BEGIN READ ONLY"};
}
Command commit() {
  return {"COMMIT"};
}

Command set_context(const ContextId& context) {
  Command command{"SELECT set_config('kontor.context', $1, true)"};
  command.arguments.add(std::string_view(context.str()));
  return command;
}

std::string turn_name(const std::string& schema) {
  return "kontor commit " + schema;
}

Command wait_for_turn(const std::string& schema) {
  Command command{"SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"};
  command.arguments.add(std::string_view(turn_name(schema)));
  return command;
}

std::uint64_t write_batch(Connection& connection, sql::Batch batch, const std::string& schema,
                          const Announcement& announcement) {
  auto written = write_together(connection, batch, schema, announcement);
  if (written) return syncs_of(batch);
  if (batch.size() == 1 || written.error().code == ErrorCode::storage_failed) {
    for (const auto& unit : batch) unit->outcome = std::unexpected(written.error());
    return 0;
  }
  std::uint64_t syncs = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    syncs += write_batch(connection, batch.subspan(i, 1), schema, announcement);
  }
  return syncs;
}

}  // namespace kontor::platform::store::postgres
