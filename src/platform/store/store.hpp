#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/kind.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/async/task.hpp"
#include "protocol/query/query.hpp"

namespace kontor::platform::store {

using entity::Kind;
using entity::Version;
using EffectId = Id<struct EffectIdTag>;

/// Data that belongs to the installation and to no participant (cells, dataspace profiles, definitions) lives
/// in this context of its own.
ContextId installation_context();

/// Leave to look across contexts, for work that belongs to the process and to no participant: resuming
/// effects, due times, retention, leases. Each place that makes one is listed with its reason in
/// tools/lint/system_scope.txt.
class SystemScope {
 public:
  explicit SystemScope(std::string_view reason) : reason_(reason) {}
  std::string_view reason() const { return reason_; }

 private:
  std::string_view reason_;
};

/// An entity as it is stored.
struct Record {
  ContextId context;
  EntityId id;
  Version version = 0;
  Instant created_at;
  Instant updated_at;
  std::uint32_t codec_version = 1;
  std::optional<Instant> due_at;
  std::string body;  ///< JSON, kept by meaning: order of keys and spaces may differ from what was put
  std::string kind = {};
};

struct Put {
  const Kind* kind;
  EntityId id;
  Version expected;  ///< the version that was loaded; 0: must not exist yet
  std::string body;
  std::optional<Instant> due_at = {};
};

struct Remove {
  const Kind* kind;
  EntityId id;
  Version expected;
};

/// An effect that has to be carried out once the transaction is durable. Stays until it is marked done.
struct OutboxRow {
  ContextId context;
  EffectId id;  ///< stable over all attempts: receivers drop duplicates by it
  std::string kind;
  EntityId entity;
  std::string name;
  std::string body;
  std::string trace;           ///< W3C traceparent of what caused it; empty: none
  std::uint64_t sequence = 0;  ///< order of commit, given by the store
  std::uint32_t attempts = 0;
  std::string carrier = {};  ///< who carries it out: the name of a lease; given by the store
};

/// Which effects are asked for; empty: no condition.
struct EffectFilter {
  std::string carrier = {};
  ContextId context = {};
  std::string kind = {};
  EntityId entity = {};
};

/// What happened, for the bus, live views and audit. Kept in order for each entity.
struct EventRow {
  std::string name;  ///< contract.negotiation.agreed
  std::string kind;
  EntityId entity;
  Version version = 0;
  std::string body;        ///< JSON
  std::string actor = {};  ///< who caused it: a subject, a DID, or `system`
};

/// A token that may be seen once: its key is inserted with the transaction, and the transaction fails with
/// `replayed` when it is there already.
struct SingleUse {
  std::string key;
  Instant expires_at;
};

/// An event as it is read back by its consumers.
struct StoredEvent {
  std::uint64_t sequence = 0;  ///< order of commit over all contexts
  ContextId context;
  Instant at;
  EventRow event;
};

/// All or nothing, durable when `commit` returns. What it names belongs to the context of the commit, and one
/// entity stands in it once. One that only says what came of effects, and orders none, waits for no sync: it
/// is in place when `commit` returns and durable with the next one that waits. After a power failure the
/// effect comes back, as it does when a process ends before it could say so: it is carried out again under
/// the same id, and what came of it is written again.
struct Transaction {
  std::vector<Put> puts = {};
  std::vector<Remove> removes = {};
  std::vector<OutboxRow> effects = {};
  std::vector<EffectId> effects_done = {};
  std::vector<EffectId> effects_tried =
      {};  ///< adds one to the attempts of these rows, so that a restart knows them
  std::vector<SingleUse> single_use = {};
  std::vector<EventRow> events = {};
  bool audited = false;  ///< the events also go to the context's audit chain
  /// Who is to carry out the effects: the name of a lease. Where another carrier still has earlier effects of
  /// the entity, it gets these too, so that those of one entity stay in order. Empty: nobody in particular.
  std::string carrier = {};
};

/// What became of a transaction beside being durable.
struct Receipt {
  /// The effects are not the next ones that their carrier knows of: another has them, or others have handed
  /// some of the entity over to it, or the entity is quarantined. `pending_effects` says what it is.
  bool effects_wait = false;
};

struct Page {
  std::vector<Record> records;
  std::optional<std::string> next;  ///< cursor of the following page; none: this is the last
};

struct Lease {
  std::string name;
  std::string owner;
  std::uint64_t fence = 0;  ///< grows with each holder
  Instant expires_at;
};

/// What a carrier got from those whose lease has lapsed.
struct Claimed {
  std::uint64_t effects = 0;
  std::optional<Instant> next;  ///< when the next lease of another carrier with pending effects lapses
};

/// Why an entity is set aside.
struct Failure {
  std::string reason;
  std::string effect = {};     ///< name of the one that failed; empty: what was due
  std::uint32_t attempts = 0;  ///< at that effect
};

/// A quarantined entity: it kept failing and waits for a call that retries it. Until then neither its effects
/// nor its due time are handed out.
struct Quarantined {
  ContextId context;
  std::string kind;
  EntityId entity;
  Failure failure;
  Instant since;
};

/// By kind, context and entity: a page begins behind `after`.
struct QuarantineQuery {
  std::string kind = {};  ///< empty: of all kinds
  struct Place {
    std::string kind;
    ContextId context;
    EntityId entity;
  };
  std::optional<Place> after = {};
  std::size_t limit = 50;
};

/// What a sweep deleted.
struct Swept {
  bool more = false;            ///< there may be more that has expired
  std::optional<Instant> next;  ///< when the next row expires, of those that there are
};

struct AuditRow {
  std::uint64_t sequence = 0;
  Instant at;
  std::string actor;
  EventRow event;
  std::string previous_hash;
  std::string hash;  ///< SHA-256 over the previous hash and this row: the chain of the context
};

/// Told on the io thread after each commit of this process, and of other replicas where the store can tell.
struct Change {
  ContextId context = {};
  std::string kind = {};  ///< empty: something may have been missed, so whatever is remembered may be wrong
  EntityId entity = {};
  Version version = 0;  ///< 0: removed
  Instant at = {};      ///< when it was committed, if by this process

  bool is_unknown() const { return kind.empty(); }
  /// Whether entities of this kind are, or may be, other than they were.
  bool is_of(const Kind& of) const { return is_unknown() || kind == of.name; }
};
using ChangeListener = std::function<void(const Change&)>;

/// What another process of this store brought about for whoever carries out effects and watches the time.
struct Work {
  std::string kind;  ///< empty: something may have been missed, so look at everything
  ContextId context;
  EntityId entity;
  std::string carrier = {};            ///< who has effects of the entity to carry out; empty: none came
  std::optional<Instant> due_at = {};  ///< when the entity is due
};
using WorkListener = std::function<void(const Work&)>;

struct Counters {
  std::uint64_t transactions = 0;  ///< asked for
  std::uint64_t syncs = 0;         ///< durable commits that the database made for them
};

/// Where entities live. One table shape for all kinds, on SQLite and on PostgreSQL.
///
/// Every call names a context and reaches only what belongs to it; the few that look across take a
/// SystemScope. Writes are durable when their task returns, and small transactions share a sync. Reads see
/// all commits that returned before. Errors: storage_failed (nothing changed, or the connection broke and the
/// outcome is unknown; trying again may help and versions make it safe), version_conflict, conflict (a Put of
/// version 0 exists), replayed, not_found, invalid_input (a query names an undeclared field, a text is not
/// UTF-8 or an id too long, a cursor is another query's), too_large, cancelled (the store is closing),
/// unavailable (too many waiting: every queue is bounded). Called on the io thread; the database works on
/// threads of its own. A call that began is not cut short when its task is cancelled.
class Store {
 public:
  virtual ~Store() = default;

  virtual Task<Result<std::optional<Record>>> load(ContextId context, const Kind& kind, EntityId id) = 0;
  virtual Task<Result<Page>> list(ContextId context, const Kind& kind, protocol::query::Query query) = 0;
  virtual Task<Result<std::uint64_t>> count(ContextId context, const Kind& kind,
                                            protocol::query::Query query) = 0;
  virtual Task<Result<Receipt>> commit(ContextId context, Transaction transaction) = 0;

  /// Everything of the context, in pages, for export; and its complete deletion.
  /// `erase` leaves the audit chain and nothing else.
  virtual Task<Result<Page>> export_all(ContextId context, std::string cursor, std::size_t limit) = 0;
  virtual Task<Result<void>> erase(ContextId context) = 0;
  virtual Task<Result<std::vector<AuditRow>>> audit(ContextId context, std::uint64_t after,
                                                    std::size_t limit) = 0;

  /// What happened in the context, in order of commit, as far as it is kept.
  virtual Task<Result<std::vector<StoredEvent>>> events_of(ContextId context, std::uint64_t after_sequence,
                                                           std::size_t limit) = 0;
  /// The sequence of the last event of the context that is kept; 0: there is none.
  virtual Task<Result<std::uint64_t>> last_event_of(ContextId context) = 0;

  virtual Task<Result<void>> quarantine(ContextId context, std::string kind, EntityId entity,
                                        Failure failure) = 0;
  virtual Task<Result<std::vector<Quarantined>>> quarantined(ContextId context) = 0;
  virtual Task<Result<void>> release(ContextId context, std::string kind, EntityId entity) = 0;

  virtual Task<Result<Page>> list_across(SystemScope scope, const Kind& kind,
                                         protocol::query::Query query) = 0;
  /// Effects that are not done, in order of commit; those of quarantined entities are left out.
  virtual Task<Result<std::vector<OutboxRow>>> pending_effects(SystemScope scope, EffectFilter filter,
                                                               std::uint64_t after_sequence,
                                                               std::size_t limit) = 0;
  /// Gives `carrier` the effects of these kinds whose carrier holds no lease of its name any more.
  virtual Task<Result<Claimed>> claim_effects(SystemScope scope, std::string carrier,
                                              std::vector<std::string> kinds) = 0;
  virtual Task<Result<std::vector<Quarantined>>> quarantined_across(SystemScope scope,
                                                                    QuarantineQuery query) = 0;
  /// What happened in all contexts, in order of commit, as far as it is kept.
  virtual Task<Result<std::vector<StoredEvent>>> events(SystemScope scope, std::uint64_t after_sequence,
                                                        std::size_t limit) = 0;
  /// Entities of the kind with `due_at` not later than `until`, earliest first.
  virtual Task<Result<std::vector<Record>>> due(SystemScope scope, const Kind& kind, Instant until,
                                                std::size_t limit) = 0;
  /// The earliest `due_at` of the kind.
  virtual Task<Result<std::optional<Instant>>> next_due(SystemScope scope, const Kind& kind) = 0;
  /// Takes the lease, or keeps it when `owner` holds it already (same fence). None: somebody else holds it.
  virtual Task<Result<std::optional<Lease>>> acquire_lease(SystemScope scope, std::string name,
                                                           std::string owner, Duration time_to_live) = 0;
  virtual Task<Result<void>> release_lease(SystemScope scope, Lease lease) = 0;
  /// Deletes single-use keys that have expired and events older than their retention, at most `limit` each.
  virtual Task<Result<Swept>> sweep(SystemScope scope, Instant now, std::size_t limit) = 0;

  virtual void on_change(ChangeListener listener) = 0;
  virtual void on_work(WorkListener listener) = 0;
  /// Whether several processes may work on the same kinds. If not, effects need no carrier.
  virtual bool shared() const = 0;
  virtual Counters counters() const = 0;
  /// Finishes what was accepted and refuses the rest with `cancelled`.
  virtual Task<void> close() = 0;
};

}  // namespace kontor::platform::store
