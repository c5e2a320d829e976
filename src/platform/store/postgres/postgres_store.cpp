#include "platform/store/postgres/postgres_store.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "platform/store/postgres/internal/listener.hpp"
#include "platform/store/postgres/internal/read.hpp"
#include "platform/store/postgres/internal/schema.hpp"
#include "platform/store/postgres/internal/slots.hpp"
#include "platform/store/postgres/internal/work.hpp"
#include "platform/store/postgres/internal/write.hpp"
#include "platform/store/sql/group_writer.hpp"
#include "platform/store/sql/reader_pool.hpp"
#include "platform/store/transaction_check.hpp"

namespace kontor::platform::store::postgres {
namespace {

namespace asio = boost::asio;
using protocol::query::Query;

struct Opened {
  std::unique_ptr<Link> writer;
  std::vector<std::unique_ptr<Link>> readers;
  std::vector<std::unique_ptr<Link>> keeper;
  sql::Slots slots;
};

class PostgresStore : public Store {
 public:
  PostgresStore(asio::any_io_executor executor, async::Clock& clock, PostgresConfig config,
                std::string origin, Opened opened)
      : executor_(executor),
        clock_(clock),
        config_(std::move(config)),
        announcement_{"kontor:" + config_.schema, std::move(origin)},
        slots_(std::move(opened.slots)),
        writing_(std::move(opened.writer)),
        links_(std::move(opened.readers), {config_.reads_waiting_max, true}),
        leases_(std::move(opened.keeper), {config_.reads_waiting_max, true}),
        writer_(
            executor, {config_.batch_max, config_.writes_waiting_max, true},
            [this](sql::Batch batch) { return run_batch(batch); },
            [this](const sql::Unit& unit) { announce(unit); }) {}

  /// Blocks: connects.
  Result<void> listen(const SessionConfig& session) {
    auto listener = Listener::start(executor_, {session, announcement_, config_.reconnect_delay},
                                    [this](const Heard& heard) {
                                      tell(heard.changes);
                                      for (const auto& work : heard.work) {
                                        for (const auto& listener : work_listeners_) listener(work);
                                      }
                                    });
    if (!listener) return fail(std::move(listener.error()));
    listener_ = std::move(*listener);
    return {};
  }

  Task<Result<std::optional<Record>>> load(ContextId context, const Kind& kind, EntityId id) override {
    return links_.run<std::optional<Record>>(
        [context = findable(std::move(context)), &kind, id = findable(std::move(id))](Link& link) {
          return postgres::load(link, context, kind.name, id);
        });
  }
  Task<Result<Page>> list(ContextId context, const Kind& kind, Query query) override {
    return links_.run<Page>(
        [this, context = findable(std::move(context)), &kind, query = std::move(query)](Link& link) {
          return postgres::list(link, as_context(context), {&context, &kind, query}, dialect(kind));
        });
  }
  Task<Result<std::uint64_t>> count(ContextId context, const Kind& kind, Query query) override {
    return links_.run<std::uint64_t>(
        [this, context = findable(std::move(context)), &kind, query = std::move(query)](Link& link) {
          return postgres::count(link, {&context, &kind, query}, dialect(kind));
        });
  }
  Task<Result<Page>> list_across(SystemScope, const Kind& kind, Query query) override {
    return links_.run<Page>([this, &kind, query = std::move(query)](Link& link) {
      return postgres::list(link, system(), {nullptr, &kind, query}, dialect(kind));
    });
  }
  Task<Result<Page>> export_all(ContextId context, std::string cursor, std::size_t limit) override {
    return links_.run<Page>([context = findable(std::move(context)), cursor = std::move(cursor),
                             limit](Link& link) { return export_page(link, context, cursor, limit); });
  }
  Task<Result<std::vector<AuditRow>>> audit(ContextId context, std::uint64_t after,
                                            std::size_t limit) override {
    return links_.run<std::vector<AuditRow>>(
        [context = findable(std::move(context)), after, limit](Link& link) {
          return postgres::audit(link, context, {after, limit});
        });
  }
  Task<Result<std::vector<Quarantined>>> quarantined(ContextId context) override {
    return links_.run<std::vector<Quarantined>>([context = findable(std::move(context))](Link& link) {
      return postgres::quarantined(link, context);
    });
  }
  Task<Result<std::vector<Quarantined>>> quarantined_across(SystemScope, QuarantineQuery query) override {
    return links_.run<std::vector<Quarantined>>([this, query = std::move(query)](Link& link) {
      return postgres::quarantined_across(link, system(), query);
    });
  }
  Task<Result<std::vector<OutboxRow>>> pending_effects(SystemScope, EffectFilter filter, std::uint64_t after,
                                                       std::size_t limit) override {
    return links_.run<std::vector<OutboxRow>>([this, filter = std::move(filter), after, limit](Link& link) {
      return postgres::pending_effects(link, system(), filter, {after, limit});
    });
  }
  Task<Result<Claimed>> claim_effects(SystemScope, std::string carrier,
                                      std::vector<std::string> kinds) override {
    return links_.run<Claimed>(
        [this, claim = Claim{std::move(carrier), std::move(kinds), clock_.now()}](Link& link) {
          return postgres::claim_effects(link, system(), config_.schema, claim);
        });
  }
  Task<Result<std::vector<StoredEvent>>> events(SystemScope, std::uint64_t after,
                                                std::size_t limit) override {
    return links_.run<std::vector<StoredEvent>>(
        [this, after, limit](Link& link) { return postgres::events(link, system(), {after, limit}); });
  }
  Task<Result<std::vector<StoredEvent>>> events_of(ContextId context, std::uint64_t after,
                                                   std::size_t limit) override {
    return links_.run<std::vector<StoredEvent>>(
        [context = findable(std::move(context)), after, limit](Link& link) {
          return postgres::events_of(link, context, {after, limit});
        });
  }
  Task<Result<std::uint64_t>> last_event_of(ContextId context) override {
    return links_.run<std::uint64_t>([context = findable(std::move(context))](Link& link) {
      return postgres::last_event_of(link, context);
    });
  }
  Task<Result<std::vector<Record>>> due(SystemScope, const Kind& kind, Instant until,
                                        std::size_t limit) override {
    return links_.run<std::vector<Record>>([this, &kind, until, limit](Link& link) {
      return postgres::due(link, system(), kind.name, until, limit);
    });
  }
  Task<Result<std::optional<Instant>>> next_due(SystemScope, const Kind& kind) override {
    return links_.run<std::optional<Instant>>(
        [this, &kind](Link& link) { return postgres::next_due(link, system(), kind.name); });
  }

  Task<Result<Receipt>> commit(ContextId context, Transaction transaction) override {
    if (auto checked = check(context, transaction); !checked) co_return fail(std::move(checked.error()));
    auto unit = std::make_shared<sql::Unit>();
    unit->context = std::move(context);
    unit->transaction = std::move(transaction);
    unit->at = clock_.now();
    auto written = co_await writer_.write(unit);
    if (!written) co_return fail(std::move(written.error()));
    co_return unit->receipt;
  }
  Task<Result<void>> erase(ContextId context) override {
    auto erasing = [this, context = findable(std::move(context))](Link& link) {
      return erase_context(link, context, config_.schema, announcement_);
    };
    auto gone = co_await links_.run<std::vector<Change>>(std::move(erasing));
    if (!gone) co_return fail(std::move(gone.error()));
    tell(*gone);
    co_return Result<void>{};
  }
  Task<Result<void>> quarantine(ContextId context, std::string kind, EntityId entity,
                                Failure failure) override {
    Quarantined row{std::move(context), std::move(kind), std::move(entity), std::move(failure), clock_.now()};
    if (auto checked = check(row); !checked) co_return checked;
    auto setting_aside = [row = std::move(row)](Link& link) { return set_aside(link, row); };
    co_return co_await links_.run<void>(std::move(setting_aside));
  }
  Task<Result<void>> release(ContextId context, std::string kind, EntityId entity) override {
    Quarantined row{findable(std::move(context)),
                    findable(EntityId(std::move(kind))).str(),
                    findable(std::move(entity)),
                    {},
                    {}};
    return links_.run<void>(
        [this, row = std::move(row)](Link& link) { return take_back(link, row, announcement_); });
  }
  Task<Result<std::optional<Lease>>> acquire_lease(SystemScope, std::string name, std::string owner,
                                                   Duration time_to_live) override {
    const auto now = clock_.now();
    return leases_.run<std::optional<Lease>>(
        [this, wanted = Lease{std::move(name), std::move(owner), 0, now + time_to_live}, now](Link& link) {
          return take_lease(link, system(), wanted, now);
        });
  }
  Task<Result<void>> release_lease(SystemScope, Lease lease) override {
    return leases_.run<void>([this, lease = std::move(lease)](Link& link) {
      return give_lease_back(link, system(), lease, announcement_);
    });
  }
  Task<Result<Swept>> sweep(SystemScope, Instant now, std::size_t limit) override {
    return links_.run<Swept>([this, sweep = Sweep{now, config_.events_kept, limit}](Link& link) {
      return delete_expired(link, system(), sweep);
    });
  }

  void on_change(ChangeListener listener) override { listeners_.push_back(std::move(listener)); }
  void on_work(WorkListener listener) override { work_listeners_.push_back(std::move(listener)); }
  bool shared() const override { return true; }
  Counters counters() const override { return writer_.counters(); }
  Task<void> close() override {
    co_await writer_.close();
    co_await links_.close(executor_);
    co_await leases_.close(executor_);
    listener_.reset();
  }

 private:
  Command system() const { return as_system(config_.system_role); }
  Dialect dialect(const Kind& kind) const { return Dialect(sql::slots_of(slots_, kind.name)); }

  /// On the writer's thread.
  std::uint64_t run_batch(sql::Batch batch) {
    auto connection = writing_->connection();
    if (connection) return write_batch(**connection, batch, config_.schema, announcement_);
    for (const auto& unit : batch) unit->outcome = std::unexpected(connection.error());
    return 0;
  }

  void announce(const sql::Unit& unit) {
    std::vector<Change> changes;
    for (const auto& put : unit.transaction.puts) {
      changes.push_back({unit.context, std::string(put.kind->name), put.id, put.expected + 1, unit.at});
    }
    for (const auto& remove : unit.transaction.removes) {
      changes.push_back({unit.context, std::string(remove.kind->name), remove.id, 0, unit.at});
    }
    tell(changes);
  }

  void tell(const std::vector<Change>& changes) {
    for (const auto& change : changes) {
      for (const auto& listener : listeners_) listener(change);
    }
  }

  asio::any_io_executor executor_;
  async::Clock& clock_;
  PostgresConfig config_;
  Announcement announcement_;
  sql::Slots slots_;
  std::vector<ChangeListener> listeners_;
  std::vector<WorkListener> work_listeners_;
  std::unique_ptr<Link> writing_;  // used on the writer's thread
  std::unique_ptr<Listener> listener_;
  sql::ReaderPool<Link> links_;
  sql::ReaderPool<Link> leases_;  // a connection of its own: whose lease lapses behind other work loses it
  sql::GroupWriter writer_;       // last: its thread ends before the connection goes
};

bool is_plain_name(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 48 && std::ranges::all_of(name, allowed);
}

SessionConfig reading(const PostgresConfig& config) {
  return {config.url, config.schema, config.statement_max, config.connect_max};
}

/// The writer enters its tables row by row through an index. Its plans are made once, perhaps while the
/// tables are empty, so the planner must not take their size for granted.
SessionConfig writing(const PostgresConfig& config) {
  auto session = reading(config);
  session.settings = {{"plan_cache_mode", "force_generic_plan"},
                      {"enable_seqscan", "off"},
                      {"enable_bitmapscan", "off"},
                      {"jit", "off"}};
  return session;
}

Result<Opened> connect(const PostgresConfig& config, Instant now, std::span<const Kind* const> kinds) {
  if (!is_plain_name(config.schema)) {
    return fail(ErrorCode::invalid_input, "a schema's name has 1 to 48 of a-z, 0-9 and _");
  }
  if (!config.owner_url.empty()) {
    if (auto migrated = migrate(config, now, kinds); !migrated) return fail(std::move(migrated.error()));
  }
  Opened opened;
  opened.writer = std::make_unique<Link>(writing(config));
  auto connection = opened.writer->connection();
  if (!connection) return fail(std::move(connection.error()));
  if (auto checked = check_schema(**connection, config); !checked) return fail(std::move(checked.error()));
  auto slots = read_slots(**connection);
  if (!slots) return fail(std::move(slots.error()));
  opened.slots = std::move(*slots);
  for (std::size_t i = 0; i < std::max<std::size_t>(config.readers, 1); ++i) {
    opened.readers.push_back(std::make_unique<Link>(reading(config)));
  }
  opened.keeper.push_back(std::make_unique<Link>(reading(config)));
  return opened;
}

}  // namespace

Task<Result<std::unique_ptr<Store>>> open_postgres(async::Clock& clock, Random& random, PostgresConfig config,
                                                   std::span<const Kind* const> kinds) {
  auto executor = co_await asio::this_coro::executor;
  async::Offload opener(1);
  Result<Opened> opened = fail(ErrorCode::internal, "not opened");
  co_await opener.run([&, now = clock.now()] { opened = connect(config, now, kinds); });
  if (!opened) co_return fail(std::move(opened.error()));
  const auto session = reading(config);
  auto store = std::make_unique<PostgresStore>(executor, clock, std::move(config), new_uuid(random),
                                               std::move(*opened));
  Result<void> listening;
  co_await opener.run([&] { listening = store->listen(session); });
  if (!listening) co_return fail(std::move(listening.error()));
  co_return store;
}

}  // namespace kontor::platform::store::postgres
