#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/foundation/late_store.hpp"
#include "edges.hpp"
#include "platform/store/store.hpp"

namespace kontor::simulation {

namespace store = platform::store;

/// The product's SQLite store, all of its work on the io thread, behind a disk that takes its time, may fail,
/// and is gone at a crash: what was written by then is kept, whether or not anybody heard of it.
class SlowStore final : public store::Store {
 public:
  SlowStore(Edges& edges, const assembly::EntityKinds& kinds) : edges_(edges), kinds_(kinds) {}

  Task<Result<void>> open();

  Task<Result<std::optional<store::Record>>> load(ContextId context, const store::Kind& kind,
                                                  EntityId id) override;
  Task<Result<store::Page>> list(ContextId context, const store::Kind& kind,
                                 protocol::query::Query query) override;
  Task<Result<std::uint64_t>> count(ContextId context, const store::Kind& kind,
                                    protocol::query::Query query) override;
  Task<Result<store::Receipt>> commit(ContextId context, store::Transaction transaction) override;
  Task<Result<store::Page>> export_all(ContextId context, std::string cursor, std::size_t limit) override;
  Task<Result<void>> erase(ContextId context) override;
  Task<Result<std::vector<store::AuditRow>>> audit(ContextId context, std::uint64_t after,
                                                   std::size_t limit) override;
  Task<Result<void>> quarantine(ContextId context, std::string kind, EntityId entity,
                                store::Failure failure) override;
  Task<Result<std::vector<store::Quarantined>>> quarantined(ContextId context) override;
  Task<Result<void>> release(ContextId context, std::string kind, EntityId entity) override;
  Task<Result<store::Page>> list_across(store::SystemScope scope, const store::Kind& kind,
                                        protocol::query::Query query) override;
  Task<Result<std::vector<store::Quarantined>>> quarantined_across(store::SystemScope scope,
                                                                   store::QuarantineQuery query) override;
  Task<Result<std::vector<store::OutboxRow>>> pending_effects(store::SystemScope scope,
                                                              store::EffectFilter filter, std::uint64_t after,
                                                              std::size_t limit) override;
  Task<Result<store::Claimed>> claim_effects(store::SystemScope scope, std::string carrier,
                                             std::vector<std::string> kinds) override;
  Task<Result<std::vector<store::StoredEvent>>> events(store::SystemScope scope, std::uint64_t after,
                                                       std::size_t limit) override;
  Task<Result<std::vector<store::StoredEvent>>> events_of(ContextId context, std::uint64_t after_sequence,
                                                          std::size_t limit) override;
  Task<Result<std::uint64_t>> last_event_of(ContextId context) override;
  Task<Result<std::vector<store::Record>>> due(store::SystemScope scope, const store::Kind& kind,
                                               Instant until, std::size_t limit) override;
  Task<Result<std::optional<Instant>>> next_due(store::SystemScope scope, const store::Kind& kind) override;
  Task<Result<std::optional<store::Lease>>> acquire_lease(store::SystemScope scope, std::string name,
                                                          std::string owner, Duration time_to_live) override;
  Task<Result<void>> release_lease(store::SystemScope scope, store::Lease lease) override;
  Task<Result<store::Swept>> sweep(store::SystemScope scope, Instant now, std::size_t limit) override;
  void on_change(store::ChangeListener listener) override;
  void on_work(store::WorkListener) override {}
  bool shared() const override { return false; }
  store::Counters counters() const override;
  Task<void> close() override;

 private:
  Task<Result<store::Receipt>> commit_now(ContextId context, store::Transaction transaction);

  Edges& edges_;
  const assembly::EntityKinds& kinds_;
  app::foundation::LateStore file_;  ///< answers `unavailable` until it is open, as in the product
};

/// Opens the file as the product's store does, for looking into it while no installation runs.
Task<Result<std::unique_ptr<store::Store>>> open_file(async::Clock& clock,
                                                      const std::filesystem::path& folder,
                                                      std::span<const store::Kind* const> kinds);

/// Opens the store at the start and closes it at the end.
struct StoreOpener {
  SlowStore& store;
};

struct SlowStoreAssembly {
  static constexpr std::string_view name = "store";
  using Requires = assembly::Services<Edges, assembly::EntityKinds>;
  using Provides = assembly::Services<store::Store, StoreOpener>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> stop(Provides services);
};

}  // namespace kontor::simulation
