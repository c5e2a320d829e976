#include "platform/store/sqlite/internal/read.hpp"

#include "platform/store/sql/list.hpp"
#include "platform/store/sqlite/internal/dialect.hpp"

namespace kontor::platform::store::sqlite {
namespace {

constexpr std::string_view not_quarantined =
    "NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.context = e.context AND q.kind = e.kind AND q.entity = "
    "e.{})";

/// Steps through all rows; `read` makes one element of the current one.
template <class Read>
auto rows_of(Query& query, Read read) -> Result<std::vector<decltype(read())>> {
  std::vector<decltype(read())> rows;
  for (auto row = query.step();; row = query.step()) {
    if (!row) return fail(std::move(row.error()));
    if (!*row) return rows;
    rows.push_back(read());
  }
}

/// The order of `sql::record_columns`.
Record read_record(const Query& query) {
  Record record;
  record.context = ContextId(query.text(0));
  record.kind = query.text(1);
  record.id = EntityId(query.text(2));
  record.version = static_cast<Version>(query.integer(3));
  record.codec_version = static_cast<std::uint32_t>(query.integer(4));
  if (!query.is_null(5)) record.due_at = query.instant(5);
  record.created_at = query.instant(6);
  record.updated_at = query.instant(7);
  record.body = query.text(8);
  return record;
}

/// The order of `sql::quarantine_columns`.
Quarantined read_quarantined(const Query& query) {
  return {ContextId(query.text(0)),
          query.text(1),
          EntityId(query.text(2)),
          {query.text(3), query.text(4), static_cast<std::uint32_t>(query.integer(5))},
          query.instant(6)};
}

Result<Query> prepared(Connection& connection, const sql::Statement& statement) {
  auto query = connection.prepare(statement.text);
  if (!query) return query;
  for (std::size_t i = 0; i < statement.values.size(); ++i) {
    query->bind(static_cast<int>(i) + 1, statement.values[i]);
  }
  return query;
}

sql::Question question(const ListInput& input) {
  return {input.context, input.kind, &input.query};
}

EventRow read_event(const Query& query, int from) {
  EventRow event;
  event.name = query.text(from);
  event.kind = query.text(from + 1);
  event.entity = EntityId(query.text(from + 2));
  event.version = static_cast<Version>(query.integer(from + 3));
  event.body = query.text(from + 4);
  event.actor = query.text(from + 5);
  return event;
}

StoredEvent read_stored_event(const Query& query) {
  return {static_cast<std::uint64_t>(query.integer(0)), ContextId(query.text(1)), query.instant(2),
          read_event(query, 3)};
}

}  // namespace

Result<std::optional<Record>> load(Connection& connection, const ContextId& context, std::string_view kind,
                                   const EntityId& id) {
  auto query = connection.prepare(fmt::format(
      "SELECT {} FROM entities e WHERE e.context = ? AND e.kind = ? AND e.id = ?", sql::record_columns));
  if (!query) return fail(std::move(query.error()));
  auto row = query->bind(1, context).bind(2, kind).bind(3, id).step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::optional<Record>{};
  return std::optional(read_record(*query));
}

Result<Page> list(Connection& connection, const ListInput& input) {
  auto compiled = sql::compile_list(question(input), Dialect(*input.slots));
  if (!compiled) return fail(std::move(compiled.error()));
  auto query = prepared(connection, compiled->statement);
  if (!query) return fail(std::move(query.error()));
  auto rows = rows_of(*query, [&] {
    sql::ListedRow row{read_record(*query), {}};
    for (std::size_t i = 0; i < compiled->sort_columns; ++i) {
      row.keys.push_back(query->value(sql::record_column_count + static_cast<int>(i)));
    }
    return row;
  });
  if (!rows) return fail(std::move(rows.error()));
  return sql::page_of(*compiled, std::move(*rows));
}

Result<std::uint64_t> count(Connection& connection, const ListInput& input) {
  auto compiled = sql::compile_count(question(input), Dialect(*input.slots));
  if (!compiled) return fail(std::move(compiled.error()));
  auto query = prepared(connection, *compiled);
  if (!query) return fail(std::move(query.error()));
  auto row = query->step();
  if (!row) return fail(std::move(row.error()));
  return static_cast<std::uint64_t>(query->integer(0));
}

Result<Page> export_page(Connection& connection, const ContextId& context, const std::string& cursor,
                         std::size_t limit) {
  static const sql::KindSlots none;
  auto compiled = sql::compile_export(context, cursor, limit, Dialect(none));
  if (!compiled) return fail(std::move(compiled.error()));
  auto query = prepared(connection, compiled->statement);
  if (!query) return fail(std::move(query.error()));
  auto rows = rows_of(*query, [&] { return sql::ListedRow{read_record(*query), {}}; });
  if (!rows) return fail(std::move(rows.error()));
  return sql::page_of(*compiled, std::move(*rows));
}

Result<std::vector<AuditRow>> audit(Connection& connection, const ContextId& context, std::uint64_t after,
                                    std::size_t limit) {
  auto query = connection.prepare(
      "SELECT sequence, at, name, kind, entity, version, body, actor, previous_hash, hash FROM audit "
      "WHERE context = ? AND sequence > ? ORDER BY sequence LIMIT ?");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, context).bind(2, after).bind(3, sql::row_limit(limit));
  return rows_of(*query, [&] {
    AuditRow row;
    row.sequence = static_cast<std::uint64_t>(query->integer(0));
    row.at = query->instant(1);
    row.event = read_event(*query, 2);
    row.actor = row.event.actor;
    row.previous_hash = query->text(8);
    row.hash = query->text(9);
    return row;
  });
}

Result<std::vector<Quarantined>> quarantined(Connection& connection, const ContextId& context) {
  auto query = connection.prepare(fmt::format(
      "SELECT {} FROM quarantine WHERE context = ? ORDER BY since, kind, entity", sql::quarantine_columns));
  if (!query) return fail(std::move(query.error()));
  query->bind(1, context);
  return rows_of(*query, [&] { return read_quarantined(*query); });
}

Result<std::vector<Quarantined>> quarantined_across(Connection& connection, const QuarantineQuery& asked) {
  const auto after = asked.after.value_or(QuarantineQuery::Place{});
  auto query = connection.prepare(
      fmt::format("SELECT {} FROM quarantine WHERE (?1 = '' OR kind = ?1) AND (kind, context, entity) > "
                  "(?2, ?3, ?4) ORDER BY kind, context, entity LIMIT ?5",
                  sql::quarantine_columns));
  if (!query) return fail(std::move(query.error()));
  query->bind(1, std::string_view(asked.kind)).bind(2, std::string_view(after.kind));
  query->bind(3, after.context).bind(4, after.entity).bind(5, sql::row_limit(asked.limit));
  return rows_of(*query, [&] { return read_quarantined(*query); });
}

Result<std::vector<OutboxRow>> pending_effects(Connection& connection, const EffectFilter& filter,
                                               std::uint64_t after, std::size_t limit) {
  auto query = connection.prepare(
      fmt::format("SELECT {} FROM outbox e WHERE sequence > ?1 AND (?3 = '' OR carrier = ?3) AND "
                  "(?4 = '' OR context = ?4) AND (?5 = '' OR kind = ?5) AND (?6 = '' OR entity = ?6) AND {} "
                  "ORDER BY sequence LIMIT ?2",
                  sql::effect_columns, fmt::format(not_quarantined, "entity")));
  if (!query) return fail(std::move(query.error()));
  query->bind(1, after).bind(2, sql::row_limit(limit)).bind(3, std::string_view(filter.carrier));
  query->bind(4, filter.context).bind(5, std::string_view(filter.kind)).bind(6, filter.entity);
  return rows_of(*query, [&] {
    return OutboxRow{ContextId(query->text(0)),
                     EffectId(query->text(1)),
                     query->text(2),
                     EntityId(query->text(3)),
                     query->text(4),
                     query->text(5),
                     query->text(6),
                     static_cast<std::uint64_t>(query->integer(7)),
                     static_cast<std::uint32_t>(query->integer(8)),
                     query->text(9)};
  });
}

Result<std::vector<StoredEvent>> events(Connection& connection, std::uint64_t after, std::size_t limit) {
  auto query = connection.prepare(
      "SELECT sequence, context, at, name, kind, entity, version, body, actor FROM events "
      "WHERE sequence > ? ORDER BY sequence LIMIT ?");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, after).bind(2, sql::row_limit(limit));
  return rows_of(*query, [&] { return read_stored_event(*query); });
}

Result<std::vector<StoredEvent>> events_of(Connection& connection, const ContextId& context,
                                           std::uint64_t after, std::size_t limit) {
  auto query = connection.prepare(
      "SELECT sequence, context, at, name, kind, entity, version, body, actor FROM events "
      "WHERE context = ? AND sequence > ? ORDER BY sequence LIMIT ?");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, context).bind(2, after).bind(3, sql::row_limit(limit));
  return rows_of(*query, [&] { return read_stored_event(*query); });
}

Result<std::uint64_t> last_event_of(Connection& connection, const ContextId& context) {
  auto query = connection.prepare("SELECT max(sequence) FROM events WHERE context = ?");
  if (!query) return fail(std::move(query.error()));
  auto row = query->bind(1, context).step();
  if (!row) return fail(std::move(row.error()));
  return *row ? static_cast<std::uint64_t>(query->integer(0)) : std::uint64_t{0};
}

Result<std::vector<Record>> due(Connection& connection, std::string_view kind, Instant until,
                                std::size_t limit) {
  auto query = connection.prepare(fmt::format(
      "SELECT {} FROM entities e WHERE e.kind = ? AND e.due_at <= ? AND {} ORDER BY e.due_at LIMIT ?",
      sql::record_columns, fmt::format(not_quarantined, "id")));
  if (!query) return fail(std::move(query.error()));
  query->bind(1, kind).bind(2, until).bind(3, sql::row_limit(limit));
  return rows_of(*query, [&] { return read_record(*query); });
}

Result<std::optional<Instant>> next_due(Connection& connection, std::string_view kind) {
  auto query = connection.prepare(
      fmt::format("SELECT e.due_at FROM entities e WHERE e.kind = ? AND e.due_at IS NOT NULL AND {} "
                  "ORDER BY e.due_at LIMIT 1",
                  fmt::format(not_quarantined, "id")));
  if (!query) return fail(std::move(query.error()));
  auto row = query->bind(1, kind).step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::optional<Instant>{};
  return std::optional(query->instant(0));
}

}  // namespace kontor::platform::store::sqlite
