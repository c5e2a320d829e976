#include "platform/store/sqlite/internal/schema.hpp"

#include <fmt/format.h>

#include <array>

#include "platform/store/sqlite/internal/slots.hpp"

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
    // Slots (sql/slots.hpp) in place of an index on an expression for each kind and field: all of those were
    // evaluated at each write of any kind. The writer sees to it that a body is JSON.
    R"(
CREATE TABLE entities_with_slots (
  context TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  codec_version INTEGER NOT NULL,
  due_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  text_1 TEXT, text_2 TEXT, text_3 TEXT, text_4 TEXT, text_5 TEXT, text_6 TEXT,
  number_1 ANY, number_2 ANY,
  instant_1 INTEGER, instant_2 INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (context, kind, id)
) STRICT;
INSERT INTO entities_with_slots (context, kind, id, version, codec_version, due_at, created_at, updated_at,
    body)
  SELECT context, kind, id, version, codec_version, due_at, created_at, updated_at, body FROM entities;
DROP TABLE entities;
ALTER TABLE entities_with_slots RENAME TO entities;
CREATE INDEX entities_by_kind ON entities (kind, context, id);
CREATE INDEX entities_due ON entities (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX entities_by_text_1 ON entities (context, kind, text_1, id) WHERE text_1 IS NOT NULL;
CREATE INDEX entities_by_text_2 ON entities (context, kind, text_2, id) WHERE text_2 IS NOT NULL;
CREATE INDEX entities_by_text_3 ON entities (context, kind, text_3, id) WHERE text_3 IS NOT NULL;
CREATE INDEX entities_by_text_4 ON entities (context, kind, text_4, id) WHERE text_4 IS NOT NULL;
CREATE INDEX entities_by_text_5 ON entities (context, kind, text_5, id) WHERE text_5 IS NOT NULL;
CREATE INDEX entities_by_text_6 ON entities (context, kind, text_6, id) WHERE text_6 IS NOT NULL;
CREATE INDEX entities_by_number_1 ON entities (context, kind, number_1, id) WHERE number_1 IS NOT NULL;
CREATE INDEX entities_by_number_2 ON entities (context, kind, number_2, id) WHERE number_2 IS NOT NULL;
CREATE INDEX entities_by_instant_1 ON entities (context, kind, instant_1, id) WHERE instant_1 IS NOT NULL;
CREATE INDEX entities_by_instant_2 ON entities (context, kind, instant_2, id) WHERE instant_2 IS NOT NULL;

-- What the planner takes for granted, since nobody runs ANALYZE: how many rows a value of each column leaves.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('entities', 'sqlite_autoindex_entities_1', '100000 10000 1000 1'),
  ('entities', 'entities_by_kind', '100000 10000 1000 1'),
  ('entities', 'entities_due', '50000 5000 2'),
  ('entities', 'entities_by_text_1', '50000 5000 1000 3 1'),
  ('entities', 'entities_by_text_2', '50000 5000 1000 3 1'),
  ('entities', 'entities_by_text_3', '50000 5000 1000 3 1'),
  ('entities', 'entities_by_text_4', '50000 5000 1000 3 1'),
  ('entities', 'entities_by_text_5', '50000 5000 1000 3 1'),
  ('entities', 'entities_by_text_6', '50000 5000 1000 3 1'),
  ('entities', 'entities_by_number_1', '50000 5000 1000 30 1'),
  ('entities', 'entities_by_number_2', '50000 5000 1000 30 1'),
  ('entities', 'entities_by_instant_1', '10000 1000 100 2 1'),
  ('entities', 'entities_by_instant_2', '10000 1000 100 2 1');

CREATE TABLE field_slots (
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  slot TEXT NOT NULL,
  PRIMARY KEY (kind, path),
  UNIQUE (kind, slot)
) STRICT, WITHOUT ROWID;
)",
};

/// "kntr", so that no other program's file is taken for ours.
constexpr std::int64_t application_id = 0x6b6e7472;

Result<void> check_owner(Connection& connection) {
  auto owner = connection.number("PRAGMA application_id");
  if (!owner) return fail(std::move(owner.error()));
  if (*owner == application_id) return {};
  auto tables = connection.number("SELECT count(*) FROM sqlite_schema");
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
  auto version = connection.number("SELECT coalesce(max(version), 0) FROM schema_version");
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

Result<void> give_slots(Connection& connection, std::span<const Kind* const> kinds) {
  return in_transaction(connection, [&] { return assign_slots(connection, kinds); });
}

}  // namespace kontor::platform::store::sqlite
