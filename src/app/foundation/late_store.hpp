#pragma once

#include <memory>
#include <vector>

#include "platform/store/store.hpp"

namespace kontor::app::foundation {

namespace store = platform::store;

/// The store of a process before and after it is opened: services are built on it while nothing is read or
/// written yet. Before `opened` and after `close` every call answers `unavailable`.
class LateStore final : public store::Store {
 public:
  void opened(std::unique_ptr<store::Store> store);
  bool is_open() const { return store_ != nullptr; }

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
  Task<Result<std::vector<store::OutboxRow>>> pending_effects(store::SystemScope scope,
                                                              store::EffectFilter filter,
                                                              std::uint64_t after_sequence,
                                                              std::size_t limit) override;
  Task<Result<store::Claimed>> claim_effects(store::SystemScope scope, std::string carrier,
                                             std::vector<std::string> kinds) override;
  Task<Result<std::vector<store::Quarantined>>> quarantined_across(store::SystemScope scope,
                                                                   store::QuarantineQuery query) override;
  Task<Result<std::vector<store::StoredEvent>>> events(store::SystemScope scope, std::uint64_t after_sequence,
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
  void on_work(store::WorkListener listener) override;
  bool shared() const override { return store_ && store_->shared(); }
  store::Counters counters() const override;
  Task<void> close() override;

 private:
  std::unique_ptr<store::Store> store_;
  std::vector<store::ChangeListener> listeners_;  ///< who asked to be told before there was a store
  std::vector<store::WorkListener> work_listeners_;
};

}  // namespace kontor::app::foundation
