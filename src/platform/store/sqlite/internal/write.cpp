#include "platform/store/sqlite/internal/write.hpp"

#include <algorithm>

#include "platform/store/audit_chain.hpp"
#include "platform/store/sqlite/internal/put.hpp"

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

/// What is known of an entity whose effects are written.
Result<Query> ask_about(Connection& connection, std::string_view question, const ContextId& context,
                        const OutboxRow& effect) {
  auto query = connection.prepare(question);
  if (query) query->bind(1, context).bind(2, std::string_view(effect.kind)).bind(3, effect.entity);
  return query;
}

Result<bool> is_aside(Connection& connection, const ContextId& context, const OutboxRow& effect) {
  auto query = ask_about(connection, "SELECT 1 FROM quarantine WHERE context = ? AND kind = ? AND entity = ?",
                         context, effect);
  if (!query) return fail(std::move(query.error()));
  return query->step();
}

struct Carrier {
  std::string name;
  bool has_others = false;  ///< effects that somebody else committed
};

/// Who has the entity's earlier effects, else who is proposed.
Result<Carrier> carrier_of(Connection& connection, const ContextId& context, const OutboxRow& effect,
                           const std::string& proposed) {
  if (proposed.empty()) return Carrier{};
  auto query = ask_about(connection,
                         "SELECT min(carrier), max(handed_over) FROM outbox WHERE context = ? AND kind = ? "
                         "AND entity = ?",
                         context, effect);
  if (!query) return fail(std::move(query.error()));
  auto row = query->step();
  if (!row) return fail(std::move(row.error()));
  if (query->is_null(0)) return Carrier{proposed};
  return Carrier{query->text(0), query->integer(1) != 0};
}

Result<void> write_effect(Connection& connection, sql::Unit& unit, const OutboxRow& effect) {
  const auto& proposed = unit.transaction.carrier;
  auto carrier = carrier_of(connection, unit.context, effect, proposed);
  if (!carrier) return fail(std::move(carrier.error()));
  auto aside = is_aside(connection, unit.context, effect);
  if (!aside) return fail(std::move(aside.error()));
  const bool handed_over = carrier->name != proposed;
  if (*aside || handed_over || carrier->has_others) unit.receipt.effects_wait = true;
  return connection.run(
      "INSERT INTO outbox (context, id, kind, entity, name, body, trace, attempts, carrier, handed_over) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      unit.context, effect.id, std::string_view(effect.kind), effect.entity, std::string_view(effect.name),
      std::string_view(effect.body), std::string_view(effect.trace), effect.attempts,
      std::string_view(carrier->name), handed_over ? 1u : 0u);
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

void write_parts(Connection& connection, const WrittenSlots& slots, sql::Unit& unit) {
  unit.outcome = unit.work ? unit.work() : write_unit(connection, slots, unit);
}

/// So that what fails takes nothing else of its batch along.
void write_in_savepoint(Connection& connection, const WrittenSlots& slots, sql::Unit& unit) {
  unit.outcome = connection.run("SAVEPOINT unit");
  if (!unit.outcome) return;
  write_parts(connection, slots, unit);
  if (!connection.in_transaction()) return;
  auto left = unit.outcome ? Result<void>() : connection.run("ROLLBACK TO unit");
  if (left) left = connection.run("RELEASE unit");
  if (!left) unit.outcome = std::move(left);
}

void fail_all(sql::Batch batch, const Error& error) {
  for (const auto& unit : batch) {
    if (unit->outcome)
      unit->outcome = fail_as(ErrorCode::storage_failed, error, "nothing of this was written");
  }
}

void roll_back(Connection& connection) {
  if (!connection.in_transaction()) return;
  auto undone = connection.run("ROLLBACK");
  static_cast<void>(undone);
}

}  // namespace

Result<void> write_unit(Connection& connection, const WrittenSlots& slots, sql::Unit& unit) {
  const auto& transaction = unit.transaction;
  auto done =
      each(transaction.single_use, [&](const auto& row) { return use_once(connection, unit.context, row); });
  if (done) {
    done = each(transaction.puts, [&](const auto& row) { return write_put(connection, slots, unit, row); });
  }
  if (done) {
    done = each(transaction.removes,
                [&](const auto& row) { return write_remove(connection, unit.context, row); });
  }
  if (done) {
    done = each(transaction.effects, [&](const auto& row) { return write_effect(connection, unit, row); });
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

std::uint64_t write_batch(Connection& connection, WrittenSlots& slots, sql::Batch batch) {
  const bool synced = sql::needs_sync(batch);
  auto begun = connection.sync_commits(synced);
  if (begun) begun = connection.run("BEGIN IMMEDIATE");
  if (begun) begun = slots.keep_up(connection);
  if (!begun) {
    fail_all(batch, begun.error());
    roll_back(connection);
    return 0;
  }
  for (const auto& unit : batch) {
    // The savepoint of a unit that is alone is the transaction.
    if (batch.size() == 1) {
      write_parts(connection, slots, *unit);
    } else {
      write_in_savepoint(connection, slots, *unit);
    }
    if (connection.in_transaction()) continue;
    // The disk is full or broken: SQLite took the whole transaction back.
    fail_all(batch, unit->outcome ? Error{ErrorCode::storage_failed, "the transaction ended", {}, {}}
                                  : unit->outcome.error());
    return 0;
  }
  const bool any = std::ranges::any_of(batch, [](const auto& unit) { return unit->outcome.has_value(); });
  auto ended = connection.run(any ? "COMMIT" : "ROLLBACK");
  if (ended) return any && synced ? 1 : 0;
  fail_all(batch, ended.error());
  roll_back(connection);
  return 0;
}

Result<std::vector<Change>> erase_context(Connection& connection, const ContextId& context) {
  for (const char* table : {"outbox", "events", "single_use", "quarantine"}) {
    auto erased = connection.run(std::string("DELETE FROM ") + table + " WHERE context = ?", context);
    if (!erased) return fail(std::move(erased.error()));
  }
  auto query = connection.prepare("DELETE FROM entities WHERE context = ? RETURNING kind, id");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, context);
  std::vector<Change> gone;
  for (auto row = query->step();; row = query->step()) {
    if (!row) return fail(std::move(row.error()));
    if (!*row) return gone;
    gone.push_back({context, query->text(0), EntityId(query->text(1)), 0});
  }
}

Result<void> set_aside(Connection& connection, const Quarantined& quarantined) {
  return connection.run(
      "INSERT INTO quarantine (context, kind, entity, reason, effect, attempts, since) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason, "
      "effect = excluded.effect, attempts = excluded.attempts, since = excluded.since",
      quarantined.context, std::string_view(quarantined.kind), quarantined.entity,
      std::string_view(quarantined.failure.reason), std::string_view(quarantined.failure.effect),
      quarantined.failure.attempts, quarantined.since);
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

Result<Claimed> claim_effects(Connection& connection, const std::string& carrier,
                              const std::vector<std::string>& kinds, Instant now) {
  Claimed claimed;
  for (const auto& kind : kinds) {
    auto given = connection.run(
        "UPDATE outbox SET carrier = ?1, handed_over = 1 WHERE kind = ?2 AND carrier <> ?1 AND NOT EXISTS "
        "(SELECT 1 FROM leases l WHERE l.name = outbox.carrier AND l.expires_at > ?3)",
        std::string_view(carrier), std::string_view(kind), now);
    if (!given) return fail(std::move(given.error()));
    claimed.effects += static_cast<std::uint64_t>(connection.changes());
    auto query = connection.prepare(
        "SELECT min(expires_at) FROM leases WHERE expires_at > ? AND name IN "
        "(SELECT carrier FROM outbox WHERE kind = ? AND carrier <> ?)");
    if (!query) return fail(std::move(query.error()));
    auto row = query->bind(1, now).bind(2, std::string_view(kind)).bind(3, std::string_view(carrier)).step();
    if (!row) return fail(std::move(row.error()));
    if (query->is_null(0)) continue;
    const auto lapse = query->instant(0);
    claimed.next = std::min(claimed.next.value_or(lapse), lapse);
  }
  return claimed;
}

Result<void> give_lease_back(Connection& connection, const Lease& lease) {
  return connection.run("UPDATE leases SET expires_at = 0 WHERE name = ? AND owner = ? AND fence = ?",
                        std::string_view(lease.name), std::string_view(lease.owner), lease.fence);
}

Result<Swept> delete_expired(Connection& connection, const Sweep& sweep) {
  const auto limit = static_cast<std::int64_t>(sweep.limit);
  auto keys = connection.run(
      "DELETE FROM single_use WHERE (context, key) IN (SELECT context, key FROM single_use "
      "WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
      sweep.now, limit);
  if (!keys) return fail(std::move(keys.error()));
  Swept swept{connection.changes() == limit, std::nullopt};
  // Events stand in the order of their time, so the oldest are looked at and no others.
  auto events = connection.run(
      "DELETE FROM events WHERE sequence IN (SELECT sequence FROM (SELECT sequence, at FROM events "
      "ORDER BY sequence LIMIT ?) WHERE at < ?)",
      limit, sweep.now - sweep.events_kept);
  if (!events) return fail(std::move(events.error()));
  swept.more = swept.more || connection.changes() == limit;
  auto next = connection.prepare(
      "SELECT min(at) FROM (SELECT min(expires_at) AS at FROM single_use UNION ALL "
      "SELECT * FROM (SELECT at + ? FROM events ORDER BY sequence LIMIT 1))");
  if (!next) return fail(std::move(next.error()));
  auto row = next->bind(1, static_cast<std::int64_t>(sweep.events_kept.count())).step();
  if (!row) return fail(std::move(row.error()));
  if (!next->is_null(0)) swept.next = next->instant(0);
  return swept;
}

}  // namespace kontor::platform::store::sqlite
