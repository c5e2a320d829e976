#include "platform/store/sqlite/internal/write.hpp"

#include <algorithm>

#include "platform/store/audit_chain.hpp"

namespace kontor::platform::store::sqlite {
namespace {

Result<void> use_once(Connection& connection, const ContextId& context, const SingleUse& once) {
  auto written = connection.run(
      "INSERT INTO single_use (context, key, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", context,
      std::string_view(once.key), once.expires_at);
  if (!written) return written;
  if (connection.changes() == 0) return fail(ErrorCode::replayed, "this token was used before");
  return {};
}

Result<void> write_put(Connection& connection, const sql::Unit& unit, const Put& put) {
  if (put.expected == 0) {
    auto written = connection.run(
        "INSERT INTO entities (context, kind, id, version, codec_version, due_at, created_at, updated_at, "
        "body) "
        "VALUES (?, ?, ?, 1, ?, ?, ?6, ?6, ?7) ON CONFLICT DO NOTHING",
        unit.context, put.kind->name, put.id, put.kind->codec_version, put.due_at, unit.at,
        std::string_view(put.body));
    if (!written) return written;
    if (connection.changes() == 0) {
      return fail(ErrorCode::conflict, "the {} '{}' exists already", put.kind->name, put.id);
    }
    return {};
  }
  auto written = connection.run(
      "UPDATE entities SET version = version + 1, codec_version = ?, due_at = ?, updated_at = ?, body = ? "
      "WHERE context = ? AND kind = ? AND id = ? AND version = ?",
      put.kind->codec_version, put.due_at, unit.at, std::string_view(put.body), unit.context, put.kind->name,
      put.id, put.expected);
  if (!written) return written;
  if (connection.changes() == 0) {
    return fail(ErrorCode::version_conflict, "the {} '{}' is not at version {} any more", put.kind->name,
                put.id, put.expected);
  }
  return {};
}

Result<void> write_remove(Connection& connection, const ContextId& context, const Remove& remove) {
  auto written =
      connection.run("DELETE FROM entities WHERE context = ? AND kind = ? AND id = ? AND version = ?",
                     context, remove.kind->name, remove.id, remove.expected);
  if (!written) return written;
  if (connection.changes() == 0) {
    return fail(ErrorCode::version_conflict, "the {} '{}' is not at version {} any more", remove.kind->name,
                remove.id, remove.expected);
  }
  return connection.run("DELETE FROM quarantine WHERE context = ? AND kind = ? AND entity = ?", context,
                        remove.kind->name, remove.id);
}

Result<void> write_effect(Connection& connection, const ContextId& context, const OutboxRow& effect) {
  return connection.run(
      "INSERT INTO outbox (context, id, kind, entity, name, body, trace, attempts) VALUES (?, ?, ?, ?, ?, ?, "
      "?, ?)",
      context, effect.id, std::string_view(effect.kind), effect.entity, std::string_view(effect.name),
      std::string_view(effect.body), std::string_view(effect.trace), effect.attempts);
}

Result<void> write_event(Connection& connection, const sql::Unit& unit, const EventRow& event) {
  return connection.run(
      "INSERT INTO events (context, at, name, kind, entity, version, body, actor) VALUES (?, ?, ?, ?, ?, ?, "
      "?, ?)",
      unit.context, unit.at, std::string_view(event.name), std::string_view(event.kind), event.entity,
      event.version, std::string_view(event.body), std::string_view(event.actor));
}

struct Link {
  std::uint64_t sequence = 0;
  std::string hash{audit_genesis()};
};

Result<Link> last_link(Connection& connection, const ContextId& context) {
  auto query =
      connection.prepare("SELECT sequence, hash FROM audit WHERE context = ? ORDER BY sequence DESC LIMIT 1");
  if (!query) return fail(std::move(query.error()));
  auto row = query->bind(1, context).step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return Link{};
  return Link{static_cast<std::uint64_t>(query->integer(0)), query->text(1)};
}

Result<void> write_audit(Connection& connection, const sql::Unit& unit) {
  auto last = last_link(connection, unit.context);
  if (!last) return fail(std::move(last.error()));
  for (const auto& event : unit.transaction.events) {
    const auto sequence = last->sequence + 1;
    auto hash = audit_hash(last->hash, sequence, audit_material(unit.context, unit.at, event));
    auto written = connection.run(
        "INSERT INTO audit (context, sequence, at, actor, name, kind, entity, version, body, previous_hash, "
        "hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        unit.context, sequence, unit.at, std::string_view(event.actor), std::string_view(event.name),
        std::string_view(event.kind), event.entity, event.version, std::string_view(event.body),
        std::string_view(last->hash), std::string_view(hash));
    if (!written) return written;
    *last = Link{sequence, std::move(hash)};
  }
  return {};
}

/// Runs `write` for each element until one fails.
template <class Rows, class Write>
Result<void> each(const Rows& rows, Write write) {
  for (const auto& row : rows) {
    if (auto written = write(row); !written) return written;
  }
  return {};
}

void write_in_savepoint(Connection& connection, sql::Unit& unit) {
  unit.outcome = connection.execute("SAVEPOINT unit");
  if (!unit.outcome) return;
  unit.outcome = unit.work ? unit.work() : write_unit(connection, unit);
  if (!connection.in_transaction()) return;
  auto left = connection.execute(unit.outcome ? "RELEASE unit" : "ROLLBACK TO unit; RELEASE unit");
  if (!left) unit.outcome = std::move(left);
}

void fail_all(sql::Batch batch, const Error& error) {
  for (const auto& unit : batch) {
    if (unit->outcome)
      unit->outcome = fail_as(ErrorCode::storage_failed, error, "nothing of this was written");
  }
}

}  // namespace

Result<void> write_unit(Connection& connection, const sql::Unit& unit) {
  const auto& transaction = unit.transaction;
  auto done =
      each(transaction.single_use, [&](const auto& row) { return use_once(connection, unit.context, row); });
  if (done) done = each(transaction.puts, [&](const auto& row) { return write_put(connection, unit, row); });
  if (done) {
    done = each(transaction.removes,
                [&](const auto& row) { return write_remove(connection, unit.context, row); });
  }
  if (done) {
    done = each(transaction.effects,
                [&](const auto& row) { return write_effect(connection, unit.context, row); });
  }
  if (done) {
    done = each(transaction.effects_done, [&](const auto& id) {
      return connection.run("DELETE FROM outbox WHERE context = ? AND id = ?", unit.context, id);
    });
  }
  if (done) {
    done = each(transaction.effects_tried, [&](const auto& id) {
      return connection.run("UPDATE outbox SET attempts = attempts + 1 WHERE context = ? AND id = ?",
                            unit.context, id);
    });
  }
  if (done)
    done = each(transaction.events, [&](const auto& row) { return write_event(connection, unit, row); });
  if (done && transaction.audited) done = write_audit(connection, unit);
  return done;
}

std::uint64_t write_batch(Connection& connection, sql::Batch batch) {
  if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) {
    fail_all(batch, begun.error());
    return 0;
  }
  for (const auto& unit : batch) {
    write_in_savepoint(connection, *unit);
    if (connection.in_transaction()) continue;
    // The disk is full or broken: SQLite took the whole transaction back.
    fail_all(batch, unit->outcome ? Error{ErrorCode::storage_failed, "the transaction ended", {}, {}}
                                  : unit->outcome.error());
    return 0;
  }
  const bool any = std::ranges::any_of(batch, [](const auto& unit) { return unit->outcome.has_value(); });
  auto ended = connection.execute(any ? "COMMIT" : "ROLLBACK");
  if (ended) return any ? 1 : 0;
  fail_all(batch, ended.error());
  if (connection.in_transaction()) {
    auto undone = connection.execute("ROLLBACK");
    static_cast<void>(undone);
  }
  return 0;
}

Result<void> erase_context(Connection& connection, const ContextId& context) {
  for (const char* table : {"entities", "outbox", "events", "single_use", "quarantine"}) {
    auto erased = connection.run(std::string("DELETE FROM ") + table + " WHERE context = ?", context);
    if (!erased) return erased;
  }
  return {};
}

Result<void> set_aside(Connection& connection, const Quarantined& quarantined) {
  return connection.run(
      "INSERT INTO quarantine (context, kind, entity, reason, attempts, since) VALUES (?1, ?2, ?3, ?4, "
      "(SELECT coalesce(max(attempts), 0) FROM outbox WHERE context = ?1 AND kind = ?2 AND entity = ?3), ?5) "
      "ON CONFLICT DO UPDATE SET reason = excluded.reason, attempts = excluded.attempts, since = "
      "excluded.since",
      quarantined.context, std::string_view(quarantined.kind), quarantined.entity,
      std::string_view(quarantined.reason), quarantined.since);
}

Result<void> take_back(Connection& connection, const ContextId& context, std::string_view kind,
                       const EntityId& entity) {
  auto released = connection.run("DELETE FROM quarantine WHERE context = ? AND kind = ? AND entity = ?",
                                 context, kind, entity);
  if (!released) return released;
  if (connection.changes() == 0)
    return fail(ErrorCode::not_found, "the {} '{}' is not in quarantine", kind, entity);
  return {};
}

Result<std::optional<Lease>> take_lease(Connection& connection, const Lease& wanted, Instant now) {
  auto query = connection.prepare(
      "INSERT INTO leases (name, owner, fence, expires_at) VALUES (?1, ?2, 1, ?3) "
      "ON CONFLICT DO UPDATE SET fence = fence + (owner <> ?2 OR expires_at <= ?4), owner = ?2, expires_at = "
      "?3 "
      "WHERE owner = ?2 OR expires_at <= ?4 RETURNING fence");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, std::string_view(wanted.name)).bind(2, std::string_view(wanted.owner));
  auto row = query->bind(3, wanted.expires_at).bind(4, now).step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::optional<Lease>{};
  Lease lease = wanted;
  lease.fence = static_cast<std::uint64_t>(query->integer(0));
  if (auto ended = query->step(); !ended) return fail(std::move(ended.error()));
  return std::optional(std::move(lease));
}

Result<void> give_lease_back(Connection& connection, const Lease& lease) {
  return connection.run("UPDATE leases SET expires_at = 0 WHERE name = ? AND owner = ? AND fence = ?",
                        std::string_view(lease.name), std::string_view(lease.owner), lease.fence);
}

Result<void> delete_expired(Connection& connection, Instant now, Instant events_before) {
  auto swept = connection.run("DELETE FROM single_use WHERE expires_at <= ?", now);
  if (!swept) return swept;
  return connection.run(
      "DELETE FROM events WHERE sequence < coalesce((SELECT sequence FROM events WHERE at >= ? ORDER BY "
      "sequence LIMIT 1), "
      "9223372036854775807)",
      events_before);
}

}  // namespace kontor::platform::store::sqlite
