#include "platform/store/sealed/sealed_store.hpp"

#include <algorithm>
#include <utility>

#include "platform/store/sealed/internal/opener.hpp"
#include "platform/store/transaction_check.hpp"

namespace kontor::platform::store::sealed {

using protocol::query::Query;

SealedStore::SealedStore(std::unique_ptr<Store> store, vault::Vault& vault, async::Clock& clock,
                         Random& random, Config config)
    : store_(std::move(store)),
      keys_(vault, clock, random, config.keys_replaced_after),
      random_(random),
      config_(config) {}

Task<Result<Receipt>> SealedStore::commit(ContextId context, Transaction transaction) {
  if (!has_secrets(transaction)) return store_->commit(std::move(context), std::move(transaction));
  return commit_sealed(std::move(context), std::move(transaction));
}

bool SealedStore::has_secrets(const Transaction& transaction) const {
  const auto seals = [this](const Put& put) { return seals_in(put) != nullptr; };
  const auto seals_effect = [this](const OutboxRow& row) { return seals_whole(row); };
  return std::ranges::any_of(transaction.puts, seals) ||
         std::ranges::any_of(transaction.effects, seals_effect);
}

/// Null: there is nothing in it to seal.
const SealedKind* SealedStore::seals_in(const Put& put) const {
  const auto* its = find_sealed(config_.kinds, put.kind->name);
  return its && may_hold(put.body, its->members) ? its : nullptr;
}

bool SealedStore::seals_whole(const OutboxRow& effect) const {
  const auto* its = find_sealed(config_.kinds, effect.kind);
  if (!its || its->effects == SealedEffects::none) return false;
  return its->effects == SealedEffects::all || may_hold(effect.body, its->members);
}

/// What every store refuses is refused before it is sealed, since nobody sees it afterwards.
Task<Result<Receipt>> SealedStore::commit_sealed(ContextId context, Transaction transaction) {
  if (auto good = check(context, transaction); !good) co_return fail(std::move(good.error()));
  auto sealed = co_await seal(context, transaction);
  if (!sealed) co_return fail(std::move(sealed.error()));
  auto committed = co_await store_->commit(std::move(context), std::move(transaction));
  co_return committed;
}

Task<Result<void>> SealedStore::seal(ContextId context, Transaction& transaction) {
  std::optional<Result<DataKey>> key;
  for (auto& put : transaction.puts) {
    const auto* its = seals_in(put);
    if (!its) continue;
    auto parted = take_out(std::move(put.body), its->members);
    if (!parted) co_return fail(std::move(parted.error()));
    if (parted->secret.empty()) {
      put.body = std::move(parted->clear);
      continue;
    }
    if (!key) key = co_await keys_.to_seal(context);
    if (!*key) co_return fail(std::move(key->error()));
    const Place place{context.str(), put.kind->name, put.id.str()};
    put.body = seal_members(std::move(*parted), {place, **key, random_});
  }
  for (auto& effect : transaction.effects) {
    if (!seals_whole(effect)) continue;
    if (!key) key = co_await keys_.to_seal(context);
    if (!*key) co_return fail(std::move(key->error()));
    const Place place{context.str(), effect.kind, effect.id.str(), Place::Row::effect};
    effect.body = seal_whole(effect.body, {place, **key, random_});
  }
  co_return Result<void>{};
}

Task<Result<std::optional<Record>>> SealedStore::load(ContextId context, const Kind& kind, EntityId id) {
  if (!find_sealed(config_.kinds, kind.name)) return store_->load(std::move(context), kind, std::move(id));
  return load_opened(std::move(context), kind, std::move(id));
}

Task<Result<std::optional<Record>>> SealedStore::load_opened(ContextId context, const Kind& kind,
                                                             EntityId id) {
  auto record = co_await store_->load(std::move(context), kind, std::move(id));
  if (!record || !*record) co_return record;
  Opener opener(keys_, config_.kinds);
  auto opened = co_await opener.open(**record, kind.name);
  if (!opened) co_return fail(std::move(opened.error()));
  co_return record;
}

Task<Result<Page>> SealedStore::list(ContextId context, const Kind& kind, Query query) {
  auto listing = store_->list(std::move(context), kind, std::move(query));
  if (!find_sealed(config_.kinds, kind.name)) return listing;
  return opened(std::move(listing), std::string(kind.name));
}

Task<Result<Page>> SealedStore::export_all(ContextId context, std::string cursor, std::size_t limit) {
  return opened(store_->export_all(std::move(context), std::move(cursor), limit), {});
}

Task<Result<Page>> SealedStore::list_across(SystemScope scope, const Kind& kind, Query query) {
  auto listing = store_->list_across(scope, kind, std::move(query));
  if (!find_sealed(config_.kinds, kind.name)) return listing;
  return readable(std::move(listing), std::string(kind.name));
}

/// `kind` empty: as each record says.
Task<Result<Page>> SealedStore::opened(Task<Result<Page>> listing, std::string kind) {
  auto page = co_await std::move(listing);
  if (!page) co_return page;
  Opener opener(keys_, config_.kinds);
  for (auto& record : page->records) {
    auto opened = co_await opener.open(record, kind.empty() ? record.kind : kind);
    if (!opened) co_return fail(std::move(opened.error()));
  }
  co_return page;
}

/// Without the records that cannot be opened: one context's loss is not that of all others.
Task<Result<Page>> SealedStore::readable(Task<Result<Page>> listing, std::string kind) {
  auto page = co_await std::move(listing);
  if (!page) co_return page;
  Opener opener(keys_, config_.kinds);
  std::vector<Record> kept;
  for (auto& record : page->records) {
    auto opened = co_await opener.open(record, kind);
    if (opened) {
      kept.push_back(std::move(record));
    } else if (!is_unreadable(opened.error())) {
      co_return fail(std::move(opened.error()));
    }
  }
  page->records = std::move(kept);
  co_return page;
}

Task<Result<std::vector<OutboxRow>>> SealedStore::pending_effects(SystemScope scope, EffectFilter filter,
                                                                  std::uint64_t after_sequence,
                                                                  std::size_t limit) {
  auto rows = co_await store_->pending_effects(scope, std::move(filter), after_sequence, limit);
  if (!rows) co_return rows;
  Opener opener(keys_, config_.kinds);
  for (auto& row : *rows) {
    auto opened = co_await opener.open(row);
    if (!opened && !is_unreadable(opened.error())) co_return fail(std::move(opened.error()));
  }
  co_return rows;
}

Task<Result<std::uint64_t>> SealedStore::count(ContextId context, const Kind& kind, Query query) {
  return store_->count(std::move(context), kind, std::move(query));
}

Task<Result<void>> SealedStore::erase(ContextId context) {
  return store_->erase(std::move(context));
}

Task<Result<std::vector<AuditRow>>> SealedStore::audit(ContextId context, std::uint64_t after,
                                                       std::size_t limit) {
  return store_->audit(std::move(context), after, limit);
}

Task<Result<std::vector<StoredEvent>>> SealedStore::events_of(ContextId context, std::uint64_t after_sequence,
                                                              std::size_t limit) {
  return store_->events_of(std::move(context), after_sequence, limit);
}

Task<Result<std::uint64_t>> SealedStore::last_event_of(ContextId context) {
  return store_->last_event_of(std::move(context));
}

Task<Result<void>> SealedStore::quarantine(ContextId context, std::string kind, EntityId entity,
                                           Failure failure) {
  return store_->quarantine(std::move(context), std::move(kind), std::move(entity), std::move(failure));
}

Task<Result<std::vector<Quarantined>>> SealedStore::quarantined(ContextId context) {
  return store_->quarantined(std::move(context));
}

Task<Result<void>> SealedStore::release(ContextId context, std::string kind, EntityId entity) {
  return store_->release(std::move(context), std::move(kind), std::move(entity));
}

Task<Result<Claimed>> SealedStore::claim_effects(SystemScope scope, std::string carrier,
                                                 std::vector<std::string> kinds) {
  return store_->claim_effects(scope, std::move(carrier), std::move(kinds));
}

Task<Result<std::vector<Quarantined>>> SealedStore::quarantined_across(SystemScope scope,
                                                                       QuarantineQuery query) {
  return store_->quarantined_across(scope, std::move(query));
}

Task<Result<std::vector<StoredEvent>>> SealedStore::events(SystemScope scope, std::uint64_t after_sequence,
                                                           std::size_t limit) {
  return store_->events(scope, after_sequence, limit);
}

Task<Result<std::vector<Record>>> SealedStore::due(SystemScope scope, const Kind& kind, Instant until,
                                                   std::size_t limit) {
  return store_->due(scope, kind, until, limit);
}

Task<Result<std::optional<Instant>>> SealedStore::next_due(SystemScope scope, const Kind& kind) {
  return store_->next_due(scope, kind);
}

Task<Result<std::optional<Lease>>> SealedStore::acquire_lease(SystemScope scope, std::string name,
                                                              std::string owner, Duration time_to_live) {
  return store_->acquire_lease(scope, std::move(name), std::move(owner), time_to_live);
}

Task<Result<void>> SealedStore::release_lease(SystemScope scope, Lease lease) {
  return store_->release_lease(scope, std::move(lease));
}

Task<Result<Swept>> SealedStore::sweep(SystemScope scope, Instant now, std::size_t limit) {
  return store_->sweep(scope, now, limit);
}

}  // namespace kontor::platform::store::sealed
