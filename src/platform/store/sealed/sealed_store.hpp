#pragma once

#include <memory>

#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/store/sealed/data_keys.hpp"
#include "platform/store/sealed/sealed_kind.hpp"
#include "platform/store/store.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::platform::store::sealed {

struct Config {
  SealedKinds kinds;  ///< must outlive the store
  Duration keys_replaced_after = std::chrono::hours(24 * 90);
};

/// Any store, with what is secret encrypted before it gets there and opened when it comes back: who uses it
/// sees no difference. One place for all kinds; which members of which kind are sealed is said by `Config`.
/// Keys of a context are in the vault (data_keys.hpp), which replicas of the store share.
///
/// What was stored before it was sealed is read as it is, and sealed with its next write. A record that
/// cannot be opened (its key was destroyed, or somebody changed or moved it) is an error of the class
/// `internal` to who asks for it, left out where all contexts are listed, and an effect of it comes back as
/// it is stored, so that the engine sets that entity aside and no other. What `due` returns is not opened: it
/// says which entities, and they are loaded. Events, audit rows, single-use keys and quarantine reasons are
/// not sealed; they hold no secret.
///
/// Errors are those of the store and of the vault. The vault, the clock and the source of random bytes
/// outlive it.
class SealedStore final : public Store {
 public:
  SealedStore(std::unique_ptr<Store> store, vault::Vault& vault, async::Clock& clock, Random& random,
              Config config);

  Task<Result<std::optional<Record>>> load(ContextId context, const Kind& kind, EntityId id) override;
  Task<Result<Page>> list(ContextId context, const Kind& kind, protocol::query::Query query) override;
  Task<Result<std::uint64_t>> count(ContextId context, const Kind& kind,
                                    protocol::query::Query query) override;
  Task<Result<Receipt>> commit(ContextId context, Transaction transaction) override;
  Task<Result<Page>> export_all(ContextId context, std::string cursor, std::size_t limit) override;
  Task<Result<void>> erase(ContextId context) override;
  Task<Result<std::vector<AuditRow>>> audit(ContextId context, std::uint64_t after,
                                            std::size_t limit) override;
  Task<Result<std::vector<StoredEvent>>> events_of(ContextId context, std::uint64_t after_sequence,
                                                   std::size_t limit) override;
  Task<Result<std::uint64_t>> last_event_of(ContextId context) override;
  Task<Result<void>> quarantine(ContextId context, std::string kind, EntityId entity,
                                Failure failure) override;
  Task<Result<std::vector<Quarantined>>> quarantined(ContextId context) override;
  Task<Result<void>> release(ContextId context, std::string kind, EntityId entity) override;
  Task<Result<Page>> list_across(SystemScope scope, const Kind& kind, protocol::query::Query query) override;
  Task<Result<std::vector<OutboxRow>>> pending_effects(SystemScope scope, EffectFilter filter,
                                                       std::uint64_t after_sequence,
                                                       std::size_t limit) override;
  Task<Result<Claimed>> claim_effects(SystemScope scope, std::string carrier,
                                      std::vector<std::string> kinds) override;
  Task<Result<std::vector<Quarantined>>> quarantined_across(SystemScope scope,
                                                            QuarantineQuery query) override;
  Task<Result<std::vector<StoredEvent>>> events(SystemScope scope, std::uint64_t after_sequence,
                                                std::size_t limit) override;
  Task<Result<std::vector<Record>>> due(SystemScope scope, const Kind& kind, Instant until,
                                        std::size_t limit) override;
  Task<Result<std::optional<Instant>>> next_due(SystemScope scope, const Kind& kind) override;
  Task<Result<std::optional<Lease>>> acquire_lease(SystemScope scope, std::string name, std::string owner,
                                                   Duration time_to_live) override;
  Task<Result<void>> release_lease(SystemScope scope, Lease lease) override;
  Task<Result<Swept>> sweep(SystemScope scope, Instant now, std::size_t limit) override;
  void on_change(ChangeListener listener) override { store_->on_change(std::move(listener)); }
  void on_work(WorkListener listener) override { store_->on_work(std::move(listener)); }
  bool shared() const override { return store_->shared(); }
  Counters counters() const override { return store_->counters(); }
  Task<void> close() override { return store_->close(); }

 private:
  bool has_secrets(const Transaction& transaction) const;
  const SealedKind* seals_in(const Put& put) const;
  bool seals_whole(const OutboxRow& effect) const;
  Task<Result<Receipt>> commit_sealed(ContextId context, Transaction transaction);
  Task<Result<void>> seal(ContextId context, Transaction& transaction);
  Task<Result<std::optional<Record>>> load_opened(ContextId context, const Kind& kind, EntityId id);
  Task<Result<Page>> opened(Task<Result<Page>> listing, std::string kind);
  Task<Result<Page>> readable(Task<Result<Page>> listing, std::string kind);

  std::unique_ptr<Store> store_;
  DataKeys keys_;
  Random& random_;
  Config config_;
};

}  // namespace kontor::platform::store::sealed
