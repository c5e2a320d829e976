#include "platform/store/sqlite/internal/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <vector>

#include "platform/store/sql/index.hpp"
#include "platform/store/sqlite/internal/dialect.hpp"

namespace kontor::platform::store::sqlite {
namespace {

/// A forward migration never changes once it was released. Times are microseconds since 1970.
constexpr std::array migrations{
    R"(
CREATE TABLE entities (
  context TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  codec_version INTEGER NOT NULL,
  due_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (context, kind, id)
) STRICT;
CREATE UNIQUE INDEX entities_by_kind ON entities (kind, context, id);
CREATE INDEX entities_due ON entities (kind, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  context TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  trace TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  carrier TEXT NOT NULL,
  handed_over INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_by_id ON outbox (context, id);
CREATE INDEX outbox_by_entity ON outbox (context, kind, entity, sequence);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  context TEXT NOT NULL,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_context ON events (context);

CREATE TABLE audit (
  context TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (context, sequence)
) STRICT;
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain only
  grows'); END;
CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit chain only
  grows'); END;

CREATE TABLE single_use (
  context TEXT NOT NULL,
  key TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (context, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX single_use_by_expiry ON single_use (expires_at);

CREATE TABLE quarantine (
  context TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity TEXT NOT NULL,
  reason TEXT NOT NULL,
  effect TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (kind, context, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_by_context ON quarantine (context);

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  fence INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)",
};

/// "kntr", so that no other program's file is taken for ours.
constexpr std::int64_t application_id = 0x6b6e7472;

Result<std::int64_t> one_number(Connection& connection, std::string_view question) {
  auto query = connection.prepare(question);
  if (!query) return fail(std::move(query.error()));
  auto row = query->step();
  if (!row) return fail(std::move(row.error()));
  return *row ? query->integer(0) : 0;
}

Result<void> check_owner(Connection& connection) {
  auto owner = one_number(connection, "PRAGMA application_id");
  if (!owner) return fail(std::move(owner.error()));
  if (*owner == application_id) return {};
  auto tables = one_number(connection, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(std::move(tables.error()));
  if (*tables > 0) return fail(ErrorCode::storage_failed, "the file is a database of another program");
  return {};
}

Result<void> apply_migrations(Connection& connection, Instant now) {
  if (auto ours = check_owner(connection); !ours) return ours;
  auto created =
      connection.execute(fmt::format("PRAGMA application_id={}; CREATE TABLE IF NOT EXISTS schema_version ("
                                     "version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT;",
                                     application_id));
  if (!created) return created;
  auto version = one_number(connection, "SELECT coalesce(max(version), 0) FROM schema_version");
  if (!version) return fail(std::move(version.error()));
  if (*version > static_cast<std::int64_t>(migrations.size())) {
    return fail(ErrorCode::storage_failed,
                "the file has schema version {}, this program knows {}: use a newer one", *version,
                migrations.size());
  }
  for (auto next = static_cast<std::size_t>(*version); next < migrations.size(); ++next) {
    if (auto applied = connection.execute(migrations[next]); !applied) return applied;
    auto noted = connection.run("INSERT INTO schema_version VALUES (?, ?)", next + 1, now);
    if (!noted) return noted;
  }
  return {};
}

Result<std::set<std::string>> existing_indexes(Connection& connection) {
  auto query =
      connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND name GLOB 'field:*'");
  if (!query) return fail(std::move(query.error()));
  std::set<std::string> names;
  for (auto row = query->step();; row = query->step()) {
    if (!row) return fail(std::move(row.error()));
    if (!*row) return names;
    names.insert(query->text(0));
  }
}

Result<void> replace_indexes(Connection& connection, std::span<const Kind* const> kinds) {
  auto existing = existing_indexes(connection);
  if (!existing) return fail(std::move(existing.error()));
  for (const auto& index : sql::indexes_of(kinds)) {
    if (existing->contains(index.name)) continue;
    for (const auto& name : *existing) {
      if (!name.starts_with(index.field_prefix)) continue;
      if (auto dropped = connection.execute(fmt::format("DROP INDEX \"{}\"", name)); !dropped) return dropped;
    }
    auto made =
        connection.execute(fmt::format("CREATE INDEX \"{}\" ON entities (context, {}, id) WHERE kind = '{}'",
                                       index.name, index_expression(index.field), index.kind));
    if (!made) return made;
  }
  return {};
}

template <class Step>
Result<void> in_transaction(Connection& connection, Step step) {
  if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> done = step();
  if (done) done = connection.execute("COMMIT");
  if (!done && connection.in_transaction()) {
    auto undone = connection.execute("ROLLBACK");
    static_cast<void>(undone);
  }
  return done;
}

}  // namespace

Result<void> migrate(Connection& connection, Instant now) {
  return in_transaction(connection, [&] { return apply_migrations(connection, now); });
}

Result<void> make_indexes(Connection& connection, std::span<const Kind* const> kinds) {
  return in_transaction(connection, [&] { return replace_indexes(connection, kinds); });
}

}  // namespace kontor::platform::store::sqlite
