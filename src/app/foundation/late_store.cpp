#include "app/foundation/late_store.hpp"

#include <utility>

namespace kontor::app::foundation {
namespace {

template <class T>
Task<Result<T>> not_open() {
  co_return fail(ErrorCode::unavailable, "the store is not open");
}

}  // namespace

void LateStore::opened(std::unique_ptr<store::Store> store) {
  store_ = std::move(store);
  for (auto& listener : std::exchange(listeners_, {})) store_->on_change(std::move(listener));
  for (auto& listener : std::exchange(work_listeners_, {})) store_->on_work(std::move(listener));
}

void LateStore::on_change(store::ChangeListener listener) {
  if (store_) return store_->on_change(std::move(listener));
  listeners_.push_back(std::move(listener));
}

void LateStore::on_work(store::WorkListener listener) {
  if (store_) return store_->on_work(std::move(listener));
  work_listeners_.push_back(std::move(listener));
}

store::Counters LateStore::counters() const {
  return store_ ? store_->counters() : store::Counters{};
}

Task<void> LateStore::close() {
  if (auto store = std::exchange(store_, nullptr)) co_await store->close();
}

Task<Result<std::optional<store::Record>>> LateStore::load(ContextId context, const store::Kind& kind,
                                                           EntityId id) {
  if (!store_) return not_open<std::optional<store::Record>>();
  return store_->load(std::move(context), kind, std::move(id));
}

Task<Result<store::Page>> LateStore::list(ContextId context, const store::Kind& kind,
                                          protocol::query::Query query) {
  if (!store_) return not_open<store::Page>();
  return store_->list(std::move(context), kind, std::move(query));
}

Task<Result<std::uint64_t>> LateStore::count(ContextId context, const store::Kind& kind,
                                             protocol::query::Query query) {
  if (!store_) return not_open<std::uint64_t>();
  return store_->count(std::move(context), kind, std::move(query));
}

Task<Result<store::Receipt>> LateStore::commit(ContextId context, store::Transaction transaction) {
  if (!store_) return not_open<store::Receipt>();
  return store_->commit(std::move(context), std::move(transaction));
}

Task<Result<store::Page>> LateStore::export_all(ContextId context, std::string cursor, std::size_t limit) {
  if (!store_) return not_open<store::Page>();
  return store_->export_all(std::move(context), std::move(cursor), limit);
}

Task<Result<void>> LateStore::erase(ContextId context) {
  if (!store_) return not_open<void>();
  return store_->erase(std::move(context));
}

Task<Result<std::vector<store::AuditRow>>> LateStore::audit(ContextId context, std::uint64_t after,
                                                            std::size_t limit) {
  if (!store_) return not_open<std::vector<store::AuditRow>>();
  return store_->audit(std::move(context), after, limit);
}

Task<Result<void>> LateStore::quarantine(ContextId context, std::string kind, EntityId entity,
                                         store::Failure failure) {
  if (!store_) return not_open<void>();
  return store_->quarantine(std::move(context), std::move(kind), std::move(entity), std::move(failure));
}

Task<Result<std::vector<store::Quarantined>>> LateStore::quarantined(ContextId context) {
  if (!store_) return not_open<std::vector<store::Quarantined>>();
  return store_->quarantined(std::move(context));
}

Task<Result<void>> LateStore::release(ContextId context, std::string kind, EntityId entity) {
  if (!store_) return not_open<void>();
  return store_->release(std::move(context), std::move(kind), std::move(entity));
}

Task<Result<store::Page>> LateStore::list_across(store::SystemScope scope, const store::Kind& kind,
                                                 protocol::query::Query query) {
  if (!store_) return not_open<store::Page>();
  return store_->list_across(scope, kind, std::move(query));
}

Task<Result<std::vector<store::OutboxRow>>> LateStore::pending_effects(store::SystemScope scope,
                                                                       store::EffectFilter filter,
                                                                       std::uint64_t after_sequence,
                                                                       std::size_t limit) {
  if (!store_) return not_open<std::vector<store::OutboxRow>>();
  return store_->pending_effects(scope, std::move(filter), after_sequence, limit);
}

Task<Result<store::Claimed>> LateStore::claim_effects(store::SystemScope scope, std::string carrier,
                                                      std::vector<std::string> kinds) {
  if (!store_) return not_open<store::Claimed>();
  return store_->claim_effects(scope, std::move(carrier), std::move(kinds));
}

Task<Result<std::vector<store::Quarantined>>> LateStore::quarantined_across(store::SystemScope scope,
                                                                            store::QuarantineQuery query) {
  if (!store_) return not_open<std::vector<store::Quarantined>>();
  return store_->quarantined_across(scope, std::move(query));
}

Task<Result<std::vector<store::StoredEvent>>> LateStore::events(store::SystemScope scope,
                                                                std::uint64_t after_sequence,
                                                                std::size_t limit) {
  if (!store_) return not_open<std::vector<store::StoredEvent>>();
  return store_->events(scope, after_sequence, limit);
}

Task<Result<std::vector<store::StoredEvent>>> LateStore::events_of(ContextId context,
                                                                   std::uint64_t after_sequence,
                                                                   std::size_t limit) {
  if (!store_) return not_open<std::vector<store::StoredEvent>>();
  return store_->events_of(std::move(context), after_sequence, limit);
}

Task<Result<std::uint64_t>> LateStore::last_event_of(ContextId context) {
  if (!store_) return not_open<std::uint64_t>();
  return store_->last_event_of(std::move(context));
}

Task<Result<std::vector<store::Record>>> LateStore::due(store::SystemScope scope, const store::Kind& kind,
                                                        Instant until, std::size_t limit) {
  if (!store_) return not_open<std::vector<store::Record>>();
  return store_->due(scope, kind, until, limit);
}

Task<Result<std::optional<Instant>>> LateStore::next_due(store::SystemScope scope, const store::Kind& kind) {
  if (!store_) return not_open<std::optional<Instant>>();
  return store_->next_due(scope, kind);
}

Task<Result<std::optional<store::Lease>>> LateStore::acquire_lease(store::SystemScope scope, std::string name,
                                                                   std::string owner, Duration time_to_live) {
  if (!store_) return not_open<std::optional<store::Lease>>();
  return store_->acquire_lease(scope, std::move(name), std::move(owner), time_to_live);
}

Task<Result<void>> LateStore::release_lease(store::SystemScope scope, store::Lease lease) {
  if (!store_) return not_open<void>();
  return store_->release_lease(scope, std::move(lease));
}

Task<Result<store::Swept>> LateStore::sweep(store::SystemScope scope, Instant now, std::size_t limit) {
  if (!store_) return not_open<store::Swept>();
  return store_->sweep(scope, now, limit);
}

}  // namespace kontor::app::foundation
