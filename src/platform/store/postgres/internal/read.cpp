#include "platform/store/postgres/internal/read.hpp"

#include <fmt/format.h>

#include <charconv>

#include "platform/store/postgres/internal/write.hpp"
#include "platform/store/sql/list.hpp"

namespace kontor::platform::store::postgres {
namespace {

constexpr std::string_view not_quarantined =
    "NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.context = e.context AND q.kind = e.kind AND q.entity = "
    "e.{})";

/// The answer to one question in a transaction of its own.
Result<Rows> ask(Link& link, const Command& scope, Command question) {
  auto answers = link.read({begin_read(), scope, std::move(question), commit()});
  if (!answers) return fail(std::move(answers.error()));
  return std::move((*answers)[2]);
}

template <class Read>
auto each_row(const Result<Rows>& rows, Read read) -> Result<std::vector<decltype(read(*rows, 0))>> {
  if (!rows) return std::unexpected(rows.error());
  std::vector<decltype(read(*rows, 0))> all;
  all.reserve(static_cast<std::size_t>(rows->size()));
  for (int row = 0; row < rows->size(); ++row) all.push_back(read(*rows, row));
  return all;
}

std::string string_at(const Rows& rows, int row, int column) {
  return std::string(rows.text(row, column));
}

/// The order of `sql::record_columns`.
Record read_record(const Rows& rows, int row) {
  Record record;
  record.context = ContextId(string_at(rows, row, 0));
  record.kind = string_at(rows, row, 1);
  record.id = EntityId(string_at(rows, row, 2));
  record.version = static_cast<Version>(rows.number(row, 3));
  record.codec_version = static_cast<std::uint32_t>(rows.number(row, 4));
  if (!rows.is_null(row, 5)) record.due_at = rows.instant(row, 5);
  record.created_at = rows.instant(row, 6);
  record.updated_at = rows.instant(row, 7);
  record.body = string_at(rows, row, 8);
  return record;
}

EventRow read_event(const Rows& rows, int row, int from) {
  EventRow event;
  event.name = string_at(rows, row, from);
  event.kind = string_at(rows, row, from + 1);
  event.entity = EntityId(string_at(rows, row, from + 2));
  event.version = static_cast<Version>(rows.number(row, from + 3));
  event.body = string_at(rows, row, from + 4);
  event.actor = string_at(rows, row, from + 5);
  return event;
}

StoredEvent read_stored_event(const Rows& rows, int row) {
  return {static_cast<std::uint64_t>(rows.number(row, 0)), ContextId(string_at(rows, row, 1)),
          rows.instant(row, 2), read_event(rows, row, 3)};
}

/// The order of `sql::quarantine_columns`.
Quarantined read_quarantined(const Rows& rows, int row) {
  return {ContextId(string_at(rows, row, 0)),
          string_at(rows, row, 1),
          EntityId(string_at(rows, row, 2)),
          {string_at(rows, row, 3), string_at(rows, row, 4), static_cast<std::uint32_t>(rows.number(row, 5))},
          rows.instant(row, 6)};
}

Command command_of(const sql::Statement& statement) {
  Command command{statement.text};
  for (const auto& value : statement.values) command.arguments.add(value);
  return command;
}

sql::Value number_of(std::string_view text) {
  std::int64_t whole = 0;
  const auto* end = text.data() + text.size();
  if (auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc{} && read.ptr == end)
    return whole;
  double number = 0;
  std::from_chars(text.data(), end, number);
  return number;
}

sql::Value key_of(const Rows& rows, int row, int column, sql::Form form) {
  if (rows.is_null(row, column)) return nullptr;
  switch (form) {
    case sql::Form::text:
      return string_at(rows, row, column);
    case sql::Form::number:
      return number_of(rows.text(row, column));
    case sql::Form::boolean:
      return rows.flag(row, column);
    case sql::Form::instant:
      return rows.number(row, column);
  }
  return nullptr;
}

sql::ListedRow read_listed(const Rows& rows, int row, const sql::ListStatement& list) {
  sql::ListedRow listed{read_record(rows, row), {}};
  int column = sql::record_column_count;
  for (const auto& sort : list.sorts) {
    for (const auto form : sort.forms) listed.keys.push_back(key_of(rows, row, column++, form));
  }
  return listed;
}

Result<Page> page(Link& link, const Command& scope, const Result<sql::ListStatement>& compiled) {
  if (!compiled) return std::unexpected(compiled.error());
  auto rows = each_row(ask(link, scope, command_of(compiled->statement)),
                       [&](const Rows& found, int row) { return read_listed(found, row, *compiled); });
  if (!rows) return fail(std::move(rows.error()));
  return sql::page_of(*compiled, std::move(*rows));
}

Command after_command(std::string_view text, After after) {
  Command command{text};
  command.arguments.add(static_cast<std::int64_t>(after.sequence)).add(sql::row_limit(after.limit));
  return command;
}

}  // namespace

Command as_context(const ContextId& context) {
  return set_context(context);
}
Command as_system(const std::string& role) {
  Command command{"SELECT set_config('role', $1, true)"};
  command.arguments.add(std::string_view(role));
  return command;
}

Result<std::optional<Record>> load(Link& link, const ContextId& context, std::string_view kind,
                                   const EntityId& id) {
  static const std::string text = fmt::format(
      "SELECT {} FROM entities e WHERE e.context = $1 AND e.kind = $2 AND e.id = $3", sql::record_columns);
  Command command{text};
  command.arguments.add(std::string_view(context.str())).add(kind).add(std::string_view(id.str()));
  auto rows = ask(link, as_context(context), std::move(command));
  if (!rows) return fail(std::move(rows.error()));
  if (rows->size() == 0) return std::optional<Record>{};
  return std::optional(read_record(*rows, 0));
}

Result<Page> list(Link& link, const Command& scope, const ListInput& input, const Dialect& dialect) {
  return page(link, scope, sql::compile_list({input.context, input.kind, &input.query}, dialect));
}

Result<std::uint64_t> count(Link& link, const ListInput& input, const Dialect& dialect) {
  auto compiled = sql::compile_count({input.context, input.kind, &input.query}, dialect);
  if (!compiled) return fail(std::move(compiled.error()));
  auto rows = ask(link, as_context(*input.context), command_of(*compiled));
  if (!rows) return fail(std::move(rows.error()));
  return static_cast<std::uint64_t>(rows->number(0, 0));
}

Result<Page> export_page(Link& link, const ContextId& context, const std::string& cursor, std::size_t limit) {
  static const sql::KindSlots none;
  return page(link, as_context(context), sql::compile_export(context, cursor, limit, Dialect(none)));
}

Result<std::vector<AuditRow>> audit(Link& link, const ContextId& context, After after) {
  auto command = after_command(
      "SELECT sequence, at, name, kind, entity, version, body, actor, previous_hash, hash FROM audit "
      "WHERE sequence > $1 AND context = $3 ORDER BY sequence LIMIT $2",
      after);
  command.arguments.add(std::string_view(context.str()));
  return each_row(ask(link, as_context(context), std::move(command)), [](const Rows& rows, int row) {
    AuditRow audited;
    audited.sequence = static_cast<std::uint64_t>(rows.number(row, 0));
    audited.at = rows.instant(row, 1);
    audited.event = read_event(rows, row, 2);
    audited.actor = audited.event.actor;
    audited.previous_hash = string_at(rows, row, 8);
    audited.hash = string_at(rows, row, 9);
    return audited;
  });
}

Result<std::vector<Quarantined>> quarantined(Link& link, const ContextId& context) {
  static const std::string text = fmt::format(
      "SELECT {} FROM quarantine WHERE context = $1 ORDER BY since, kind, entity", sql::quarantine_columns);
  Command command{text};
  command.arguments.add(std::string_view(context.str()));
  return each_row(ask(link, as_context(context), std::move(command)), read_quarantined);
}

Result<std::vector<Quarantined>> quarantined_across(Link& link, const Command& system,
                                                    const QuarantineQuery& query) {
  static const std::string text = fmt::format(
      "SELECT {} FROM quarantine WHERE ($1 = '' OR kind = $1) AND (kind, context, entity) > ($2, $3, $4) "
      "ORDER BY kind, context, entity LIMIT $5",
      sql::quarantine_columns);
  const auto after = query.after.value_or(QuarantineQuery::Place{});
  Command command{text};
  command.arguments.add(std::string_view(query.kind))
      .add(std::string_view(after.kind))
      .add(std::string_view(after.context.str()))
      .add(std::string_view(after.entity.str()))
      .add(sql::row_limit(query.limit));
  return each_row(ask(link, system, std::move(command)), read_quarantined);
}

Result<std::vector<OutboxRow>> pending_effects(Link& link, const Command& system, const EffectFilter& filter,
                                               After after) {
  static const std::string text = fmt::format(
      "SELECT {} FROM outbox e WHERE sequence > $1 AND ($3 = '' OR carrier = $3) AND "
      "($4 = '' OR context = $4) AND ($5 = '' OR kind = $5) AND ($6 = '' OR entity = $6) AND {} "
      "ORDER BY sequence LIMIT $2",
      sql::effect_columns, fmt::format(not_quarantined, "entity"));
  auto command = after_command(text, after);
  command.arguments.add(std::string_view(filter.carrier))
      .add(std::string_view(filter.context.str()))
      .add(std::string_view(filter.kind))
      .add(std::string_view(filter.entity.str()));
  return each_row(ask(link, system, std::move(command)), [](const Rows& rows, int row) {
    return OutboxRow{ContextId(string_at(rows, row, 0)),
                     EffectId(string_at(rows, row, 1)),
                     string_at(rows, row, 2),
                     EntityId(string_at(rows, row, 3)),
                     string_at(rows, row, 4),
                     string_at(rows, row, 5),
                     string_at(rows, row, 6),
                     static_cast<std::uint64_t>(rows.number(row, 7)),
                     static_cast<std::uint32_t>(rows.number(row, 8)),
                     string_at(rows, row, 9)};
  });
}

Result<std::vector<StoredEvent>> events(Link& link, const Command& system, After after) {
  auto command = after_command(
      "SELECT sequence, context, at, name, kind, entity, version, body, actor FROM events "
      "WHERE sequence > $1 ORDER BY sequence LIMIT $2",
      after);
  return each_row(ask(link, system, std::move(command)), read_stored_event);
}

Result<std::vector<StoredEvent>> events_of(Link& link, const ContextId& context, After after) {
  auto command = after_command(
      "SELECT sequence, context, at, name, kind, entity, version, body, actor FROM events "
      "WHERE sequence > $1 AND context = $3 ORDER BY sequence LIMIT $2",
      after);
  command.arguments.add(std::string_view(context.str()));
  return each_row(ask(link, as_context(context), std::move(command)), read_stored_event);
}

Result<std::uint64_t> last_event_of(Link& link, const ContextId& context) {
  Command command{"SELECT coalesce(max(sequence), 0) FROM events WHERE context = $1"};
  command.arguments.add(std::string_view(context.str()));
  auto rows = ask(link, as_context(context), std::move(command));
  if (!rows) return fail(std::move(rows.error()));
  return static_cast<std::uint64_t>(rows->number(0, 0));
}

Result<std::vector<Record>> due(Link& link, const Command& system, std::string_view kind, Instant until,
                                std::size_t limit) {
  static const std::string text = fmt::format(
      "SELECT {} FROM entities e WHERE e.kind = $1 AND e.due_at <= $2 AND {} ORDER BY e.due_at LIMIT $3",
      sql::record_columns, fmt::format(not_quarantined, "id"));
  Command command{text};
  command.arguments.add(kind).add(until.time_since_epoch().count()).add(sql::row_limit(limit));
  return each_row(ask(link, system, std::move(command)), read_record);
}

Result<std::optional<Instant>> next_due(Link& link, const Command& system, std::string_view kind) {
  static const std::string text = fmt::format(
      "SELECT e.due_at FROM entities e WHERE e.kind = $1 AND e.due_at IS NOT NULL AND {} "
      "ORDER BY e.due_at LIMIT 1",
      fmt::format(not_quarantined, "id"));
  Command command{text};
  command.arguments.add(kind);
  auto rows = ask(link, system, std::move(command));
  if (!rows) return fail(std::move(rows.error()));
  if (rows->size() == 0) return std::optional<Instant>{};
  return std::optional(rows->instant(0, 0));
}

}  // namespace kontor::platform::store::postgres
