#include "slow_store.hpp"

#include <fmt/format.h>

#include "platform/store/sqlite/sqlite_store.hpp"

namespace kontor::simulation {

using protocol::query::Query;
using store::SystemScope;

namespace {

/// `contract-negotiation urn:uuid:… 3 contract.negotiation.agreed`, a piece for each entity.
std::string told(const ContextId& context, const store::Transaction& transaction) {
  std::string text = fmt::format("commits in {}:", context);
  for (const auto& put : transaction.puts) {
    text += fmt::format(" {} {} v{}", put.kind->name, put.id, put.expected + 1);
  }
  for (const auto& remove : transaction.removes) text += fmt::format(" -{} {}", remove.kind->name, remove.id);
  for (const auto& event : transaction.events) text += fmt::format(" {}", event.name);
  for (const auto& effect : transaction.effects) text += fmt::format(" +{}", effect.name);
  if (!transaction.effects_done.empty()) text += fmt::format(" done {}", transaction.effects_done.size());
  if (!transaction.single_use.empty()) text += fmt::format(" uses {}", transaction.single_use.size());
  return text;
}

}  // namespace

Task<Result<std::unique_ptr<store::Store>>> open_file(async::Clock& clock,
                                                      const std::filesystem::path& folder,
                                                      std::span<const store::Kind* const> kinds) {
  return store::sqlite::open_sqlite(clock, {.file = folder / "kontor.db", .readers = 1, .own_threads = false},
                                    kinds);
}

Task<Result<void>> SlowStore::open() {
  if (edges_.cut) co_return edges_.crashed();
  auto opened = co_await open_file(edges_.clock, edges_.folder, kinds_.all);
  if (!opened) co_return fail(std::move(opened.error()));
  edges_.store = opened->get();
  file_.opened(std::move(*opened));
  co_return Result<void>{};
}

Task<Result<std::optional<store::Record>>> SlowStore::load(ContextId context, const store::Kind& kind,
                                                           EntityId id) {
  return read_through(edges_, file_.load(std::move(context), kind, std::move(id)));
}
Task<Result<store::Page>> SlowStore::list(ContextId context, const store::Kind& kind, Query query) {
  return read_through(edges_, file_.list(std::move(context), kind, std::move(query)));
}
Task<Result<std::uint64_t>> SlowStore::count(ContextId context, const store::Kind& kind, Query query) {
  return read_through(edges_, file_.count(std::move(context), kind, std::move(query)));
}
Task<Result<store::Page>> SlowStore::export_all(ContextId context, std::string cursor, std::size_t limit) {
  return read_through(edges_, file_.export_all(std::move(context), std::move(cursor), limit));
}
Task<Result<std::vector<store::AuditRow>>> SlowStore::audit(ContextId context, std::uint64_t after,
                                                            std::size_t limit) {
  return read_through(edges_, file_.audit(std::move(context), after, limit));
}
Task<Result<std::vector<store::Quarantined>>> SlowStore::quarantined(ContextId context) {
  return read_through(edges_, file_.quarantined(std::move(context)));
}
Task<Result<store::Page>> SlowStore::list_across(SystemScope scope, const store::Kind& kind, Query query) {
  return read_through(edges_, file_.list_across(scope, kind, std::move(query)));
}
Task<Result<std::vector<store::Quarantined>>> SlowStore::quarantined_across(SystemScope scope,
                                                                            store::QuarantineQuery query) {
  return read_through(edges_, file_.quarantined_across(scope, std::move(query)));
}
Task<Result<std::vector<store::OutboxRow>>> SlowStore::pending_effects(SystemScope scope,
                                                                       store::EffectFilter filter,
                                                                       std::uint64_t after,
                                                                       std::size_t limit) {
  return read_through(edges_, file_.pending_effects(scope, std::move(filter), after, limit));
}
Task<Result<store::Claimed>> SlowStore::claim_effects(SystemScope scope, std::string carrier,
                                                      std::vector<std::string> kinds) {
  return write_through(edges_, file_.claim_effects(scope, std::move(carrier), std::move(kinds)));
}
Task<Result<std::vector<store::StoredEvent>>> SlowStore::events(SystemScope scope, std::uint64_t after,
                                                                std::size_t limit) {
  return read_through(edges_, file_.events(scope, after, limit));
}
Task<Result<std::vector<store::StoredEvent>>> SlowStore::events_of(ContextId context, std::uint64_t after,
                                                                   std::size_t limit) {
  return read_through(edges_, file_.events_of(std::move(context), after, limit));
}
Task<Result<std::uint64_t>> SlowStore::last_event_of(ContextId context) {
  return read_through(edges_, file_.last_event_of(std::move(context)));
}
Task<Result<std::vector<store::Record>>> SlowStore::due(SystemScope scope, const store::Kind& kind,
                                                        Instant until, std::size_t limit) {
  return read_through(edges_, file_.due(scope, kind, until, limit));
}
Task<Result<std::optional<Instant>>> SlowStore::next_due(SystemScope scope, const store::Kind& kind) {
  return read_through(edges_, file_.next_due(scope, kind));
}

Task<Result<store::Receipt>> SlowStore::commit(ContextId context, store::Transaction transaction) {
  return write_through(edges_, commit_now(std::move(context), std::move(transaction)));
}

Task<Result<store::Receipt>> SlowStore::commit_now(ContextId context, store::Transaction transaction) {
  const bool fails = happens(edges_.random, edges_.faults.failed_commit);
  const bool nothing_changed = edges_.random.below(2) == 0;
  if (fails && nothing_changed) {
    edges_.journal.happened(edges_.site, "fails to commit");
    co_return fail(ErrorCode::storage_failed, "the disk failed");
  }
  if (happens(edges_.random, edges_.faults.lost_commit)) co_return store::Receipt{};
  const auto text = told(context, transaction);
  auto committed = co_await file_.commit(std::move(context), std::move(transaction));
  edges_.journal.happened(
      edges_.site, committed ? text : fmt::format("refused {}: {}", text, committed.error().message()));
  if (fails) co_return fail(ErrorCode::storage_failed, "the connection broke");
  co_return committed;
}

Task<Result<void>> SlowStore::erase(ContextId context) {
  return write_through(edges_, file_.erase(std::move(context)));
}
Task<Result<void>> SlowStore::quarantine(ContextId context, std::string kind, EntityId entity,
                                         store::Failure failure) {
  edges_.journal.happened(edges_.site, fmt::format("quarantines {} {}: {}", kind, entity, failure.reason));
  return write_through(
      edges_, file_.quarantine(std::move(context), std::move(kind), std::move(entity), std::move(failure)));
}
Task<Result<void>> SlowStore::release(ContextId context, std::string kind, EntityId entity) {
  return write_through(edges_, file_.release(std::move(context), std::move(kind), std::move(entity)));
}
Task<Result<std::optional<store::Lease>>> SlowStore::acquire_lease(SystemScope scope, std::string name,
                                                                   std::string owner, Duration time_to_live) {
  return write_through(edges_, file_.acquire_lease(scope, std::move(name), std::move(owner), time_to_live));
}
Task<Result<void>> SlowStore::release_lease(SystemScope scope, store::Lease lease) {
  return write_through(edges_, file_.release_lease(scope, std::move(lease)));
}
Task<Result<store::Swept>> SlowStore::sweep(SystemScope scope, Instant now, std::size_t limit) {
  return write_through(edges_, file_.sweep(scope, now, limit));
}

void SlowStore::on_change(store::ChangeListener listener) {
  file_.on_change(std::move(listener));
}

store::Counters SlowStore::counters() const {
  return file_.counters();
}

Task<void> SlowStore::close() {
  // Closed and kept: calls that wait for their turn at the disk refer to it.
  if (edges_.store) co_await edges_.store->close();
}

Result<assembly::Built<SlowStoreAssembly::Provides>> SlowStoreAssembly::build(Requires needs, const Config&) {
  auto slow = std::make_unique<SlowStore>(needs.get<Edges>(), needs.get<assembly::EntityKinds>());
  auto opener = std::make_unique<StoreOpener>(*slow);
  return assembly::Built<Provides>{std::move(slow), std::move(opener)};
}

Task<Result<void>> SlowStoreAssembly::start(Provides services) {
  return services.get<StoreOpener>().store.open();
}

Task<Result<void>> SlowStoreAssembly::stop(Provides services) {
  co_await services.get<StoreOpener>().store.close();
  co_return Result<void>{};
}

}  // namespace kontor::simulation
