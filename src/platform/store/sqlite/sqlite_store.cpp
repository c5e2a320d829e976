#include "platform/store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "platform/store/sql/group_writer.hpp"
#include "platform/store/sql/reader_pool.hpp"
#include "platform/store/sqlite/internal/read.hpp"
#include "platform/store/sqlite/internal/schema.hpp"
#include "platform/store/sqlite/internal/write.hpp"
#include "platform/store/transaction_check.hpp"

namespace kontor::platform::store::sqlite {
namespace {

namespace asio = boost::asio;
using protocol::query::Query;
using Readers = sql::ReaderPool<Connection>;

struct Connections {
  std::unique_ptr<Connection> writer;
  std::vector<std::unique_ptr<Connection>> readers;
  sql::Slots slots;
};

class SqliteStore : public Store {
 public:
  SqliteStore(asio::any_io_executor executor, async::Clock& clock, const SqliteConfig& config,
              Connections connections)
      : executor_(executor),
        clock_(clock),
        events_kept_(config.events_kept),
        slots_(std::move(connections.slots)),
        writing_(std::move(connections.writer)),
        readers_(std::move(connections.readers), {config.reads_waiting_max, config.own_threads}),
        writer_(
            executor, {config.batch_max, config.writes_waiting_max, config.own_threads},
            [this](sql::Batch batch) { return write_batch(*writing_, written_slots_, batch); },
            [this](const sql::Unit& unit) { announce(unit); }) {}

  Task<Result<std::optional<Record>>> load(ContextId context, const Kind& kind, EntityId id) override {
    return readers_.run<std::optional<Record>>(
        [context = std::move(context), &kind, id = std::move(id)](auto& reader) {
          return sqlite::load(reader, context, kind.name, id);
        });
  }
  Task<Result<Page>> list(ContextId context, const Kind& kind, Query query) override {
    return readers_.run<Page>(
        [this, context = std::move(context), &kind, query = std::move(query)](auto& reader) {
          return sqlite::list(reader, {&context, &kind, slots_of(kind), query});
        });
  }
  Task<Result<std::uint64_t>> count(ContextId context, const Kind& kind, Query query) override {
    return readers_.run<std::uint64_t>(
        [this, context = std::move(context), &kind, query = std::move(query)](auto& reader) {
          return sqlite::count(reader, {&context, &kind, slots_of(kind), query});
        });
  }
  Task<Result<Page>> list_across(SystemScope, const Kind& kind, Query query) override {
    return readers_.run<Page>([this, &kind, query = std::move(query)](auto& reader) {
      return sqlite::list(reader, {nullptr, &kind, slots_of(kind), query});
    });
  }
  Task<Result<Page>> export_all(ContextId context, std::string cursor, std::size_t limit) override {
    return readers_.run<Page>([context = std::move(context), cursor = std::move(cursor),
                               limit](auto& reader) { return export_page(reader, context, cursor, limit); });
  }
  Task<Result<std::vector<AuditRow>>> audit(ContextId context, std::uint64_t after,
                                            std::size_t limit) override {
    return readers_.run<std::vector<AuditRow>>([context = std::move(context), after, limit](auto& reader) {
      return sqlite::audit(reader, context, after, limit);
    });
  }
  Task<Result<std::vector<Quarantined>>> quarantined(ContextId context) override {
    return readers_.run<std::vector<Quarantined>>(
        [context = std::move(context)](auto& reader) { return sqlite::quarantined(reader, context); });
  }
  Task<Result<std::vector<Quarantined>>> quarantined_across(SystemScope, QuarantineQuery query) override {
    return readers_.run<std::vector<Quarantined>>(
        [query = std::move(query)](auto& reader) { return sqlite::quarantined_across(reader, query); });
  }
  Task<Result<std::vector<OutboxRow>>> pending_effects(SystemScope, EffectFilter filter, std::uint64_t after,
                                                       std::size_t limit) override {
    return readers_.run<std::vector<OutboxRow>>([filter = std::move(filter), after, limit](auto& reader) {
      return sqlite::pending_effects(reader, filter, after, limit);
    });
  }
  Task<Result<std::vector<StoredEvent>>> events(SystemScope, std::uint64_t after,
                                                std::size_t limit) override {
    return readers_.run<std::vector<StoredEvent>>(
        [after, limit](auto& reader) { return sqlite::events(reader, after, limit); });
  }
  Task<Result<std::vector<StoredEvent>>> events_of(ContextId context, std::uint64_t after,
                                                   std::size_t limit) override {
    return readers_.run<std::vector<StoredEvent>>([context = std::move(context), after, limit](auto& reader) {
      return sqlite::events_of(reader, context, after, limit);
    });
  }
  Task<Result<std::uint64_t>> last_event_of(ContextId context) override {
    return readers_.run<std::uint64_t>(
        [context = std::move(context)](auto& reader) { return sqlite::last_event_of(reader, context); });
  }
  Task<Result<std::vector<Record>>> due(SystemScope, const Kind& kind, Instant until,
                                        std::size_t limit) override {
    return readers_.run<std::vector<Record>>(
        [&kind, until, limit](auto& reader) { return sqlite::due(reader, kind.name, until, limit); });
  }
  Task<Result<std::optional<Instant>>> next_due(SystemScope, const Kind& kind) override {
    return readers_.run<std::optional<Instant>>(
        [&kind](auto& reader) { return sqlite::next_due(reader, kind.name); });
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
    auto gone = co_await ask_writer<std::vector<Change>>(
        [this, context = std::move(context)] { return erase_context(*writing_, context); });
    if (!gone) co_return fail(std::move(gone.error()));
    for (const auto& change : *gone) tell(change);
    co_return Result<void>{};
  }
  Task<Result<Claimed>> claim_effects(SystemScope, std::string carrier,
                                      std::vector<std::string> kinds) override {
    return ask_writer<Claimed>(
        [this, carrier = std::move(carrier), kinds = std::move(kinds), now = clock_.now()] {
          return sqlite::claim_effects(*writing_, carrier, kinds, now);
        });
  }
  Task<Result<void>> quarantine(ContextId context, std::string kind, EntityId entity,
                                Failure failure) override {
    Quarantined row{std::move(context), std::move(kind), std::move(entity), std::move(failure), clock_.now()};
    if (auto checked = check(row); !checked) co_return checked;
    co_return co_await write([this, row = std::move(row)] { return set_aside(*writing_, row); });
  }
  Task<Result<void>> release(ContextId context, std::string kind, EntityId entity) override {
    return write([this, context = std::move(context), kind = std::move(kind), entity = std::move(entity)] {
      return take_back(*writing_, context, kind, entity);
    });
  }
  Task<Result<std::optional<Lease>>> acquire_lease(SystemScope, std::string name, std::string owner,
                                                   Duration time_to_live) override {
    const auto now = clock_.now();
    const Lease wanted{std::move(name), std::move(owner), 0, now + time_to_live};
    return ask_writer<std::optional<Lease>>(
        [this, wanted, now] { return take_lease(*writing_, wanted, now); });
  }
  Task<Result<void>> release_lease(SystemScope, Lease lease) override {
    return write([this, lease = std::move(lease)] { return give_lease_back(*writing_, lease); });
  }
  Task<Result<Swept>> sweep(SystemScope, Instant now, std::size_t limit) override {
    return ask_writer<Swept>(
        [this, now, limit] { return delete_expired(*writing_, {now, events_kept_, limit}); });
  }

  void on_change(ChangeListener listener) override { listeners_.push_back(std::move(listener)); }
  /// What happens in another process is not told: one file is for one process of a role.
  void on_work(WorkListener) override {}
  bool shared() const override { return false; }
  Counters counters() const override { return writer_.counters(); }
  Task<void> close() override {
    co_await writer_.close();
    co_await readers_.close(executor_);
  }

 private:
  Task<Result<void>> write(std::function<Result<void>()> work) {
    auto unit = std::make_shared<sql::Unit>();
    unit->work = std::move(work);
    co_return co_await writer_.write(std::move(unit));
  }

  /// Other work of the writer than a transaction, and what it answers.
  template <class T>
  Task<Result<T>> ask_writer(std::function<Result<T>()> work) {
    auto answer = std::make_shared<Result<T>>();
    auto done = co_await write([work = std::move(work), answer]() -> Result<void> {
      *answer = work();
      if (!*answer) return fail(answer->error());
      return {};
    });
    if (!done) co_return fail(std::move(done.error()));
    co_return std::move(*answer);
  }

  const sql::KindSlots* slots_of(const Kind& kind) const { return &sql::slots_of(slots_, kind.name); }

  void announce(const sql::Unit& unit) {
    for (const auto& put : unit.transaction.puts) {
      tell({unit.context, std::string(put.kind->name), put.id, put.expected + 1, unit.at});
    }
    for (const auto& remove : unit.transaction.removes) {
      tell({unit.context, std::string(remove.kind->name), remove.id, 0, unit.at});
    }
  }

  void tell(const Change& change) {
    for (const auto& listener : listeners_) listener(change);
  }

  asio::any_io_executor executor_;
  async::Clock& clock_;
  Duration events_kept_;
  sql::Slots slots_;                     // as they were when the store was opened: queries read the rest
  std::unique_ptr<Connection> writing_;  // used on the writer's thread, as the next
  WrittenSlots written_slots_;
  std::vector<ChangeListener> listeners_;
  Readers readers_;
  sql::GroupWriter writer_;  // last: its thread ends before the connection goes
};

bool is_new(const std::filesystem::path& file) {
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(file, missing);
  return missing || bytes == 0;
}

Result<Connections> connect(const SqliteConfig& config, Instant now, std::span<const Kind* const> kinds) {
  using Access = Connection::Access;
  auto writer = Connection::open(config, is_new(config.file) ? Access::make : Access::write);
  if (!writer) return fail(std::move(writer.error()));
  auto made = migrate(**writer, now);
  if (made) made = give_slots(**writer, kinds);
  if (made) made = (*writer)->settle(config.checkpoint_pages);
  if (!made) return fail(std::move(made.error()), "open {}", config.file.string());
  auto slots = read_slots(**writer);
  if (!slots) return fail(std::move(slots.error()));
  Connections connections{std::move(*writer), {}, std::move(*slots)};
  for (std::size_t i = 0; i < std::max<std::size_t>(config.readers, 1); ++i) {
    auto reader = Connection::open(config, Connection::Access::read);
    if (!reader) return fail(std::move(reader.error()));
    connections.readers.push_back(std::move(*reader));
  }
  return connections;
}

}  // namespace

Task<Result<std::unique_ptr<Store>>> open_sqlite(async::Clock& clock, SqliteConfig config,
                                                 std::span<const Kind* const> kinds) {
  auto executor = co_await asio::this_coro::executor;
  Result<Connections> connections = fail(ErrorCode::internal, "not opened");
  async::Offload opener(config.own_threads ? 1 : 0);
  co_await opener.run([&, now = clock.now()] { connections = connect(config, now, kinds); });
  if (!connections) co_return fail(std::move(connections.error()));
  co_return std::make_unique<SqliteStore>(executor, clock, config, std::move(*connections));
}

}  // namespace kontor::platform::store::sqlite
