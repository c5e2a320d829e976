#pragma once

#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

#include "platform/async/signal.hpp"
#include "platform/engine/internal/entity_key.hpp"
#include "platform/engine/internal/held.hpp"
#include "platform/engine/internal/settled.hpp"
#include "platform/engine/internal/slots.hpp"

namespace kontor::platform::engine {

/// What one entity's effects wait for, in order of commit.
struct EffectQueue {
  std::deque<store::OutboxRow> rows;
  bool running = false;
};

/// A change that is asked for.
struct Wish {
  Command command;
  ErasedEvent event;                           ///< null: whatever is due to the entity by now
  std::vector<store::EffectId> finished = {};  ///< the effects whose outcome the event is
};

inline constexpr std::size_t locks_kept_max = 4096;

struct EngineCore::State : std::enable_shared_from_this<EngineCore::State> {
  State(async::Scope& scope_in, async::Clock& clock_in, Random& random_in, store::Store& store_in,
        EngineConfig config_in);

  // engine_core.cpp: change
  Task<Result<Current>> apply(const ErasedMachine& machine, Wish wish);
  Task<Result<Current>> apply_once(const ErasedMachine& machine, const Wish& wish);
  Task<Result<void>> commit(const EntityKey& key, store::Transaction transaction);
  /// As it is now; nothing: there is none.
  Task<Result<std::optional<Current>>> find(const Form& form, const EntityKey& key);
  Task<async::Mutex::Guard> lock(EntityKey key);
  const ErasedMachine& machine(std::string_view kind) const;
  void hear_change(const store::Change& change);

  // carrying.cpp: which effects are carried out here
  Task<Result<void>> begin_carrying();
  Task<Result<void>> renew();
  Task<void> keep_lease();
  Task<Result<void>> take_over();
  Task<Result<void>> catch_up();
  void leave_out();
  Task<void> look_for_work();
  Task<void> watch_lease();
  Task<void> close_carrying();
  Task<void> end_with_scope();
  Task<Result<void>> take_up(store::EffectFilter filter);
  void read_effects_of(EntityKey key);
  Task<void> take_up_one(EntityKey key);
  bool has_unread(const EntityKey& key) const;
  void hear(const store::Work& work);
  bool may_carry() const;
  bool knows(const store::OutboxRow& row) const;

  // effects.cpp: carry out
  void enqueue(std::vector<store::OutboxRow> rows);
  Task<void> run_entity(EntityKey key);
  Task<bool> run_row(store::OutboxRow row);
  Task<Result<ErasedEvent>> attempt(const store::OutboxRow& row, ErasedEffect effect);
  Task<bool> settle(store::OutboxRow row, ErasedEvent event);
  Task<bool> give_up(store::OutboxRow row, ErasedEffect effect, Error error);
  Task<void> set_aside(EntityKey key, store::Failure failure);
  Duration back_off(std::uint32_t attempts);
  Slots& group(const std::string& name);
  void mark_done(const store::OutboxRow& row);
  Task<void> flush_done();

  // narration.cpp: what the log says
  void tell_happened(const ErasedMachine& machine, const Command& command,
                     const ErasedDecision& decision) const;
  void tell_failed(const store::OutboxRow& row, const std::string& counter_party, const Error& error,
                   std::optional<Duration> again) const;
  void tell_aside(const EntityKey& key, const store::Failure& failure) const;

  // due.cpp: what time alone changes
  Task<void> run_due(const ErasedMachine& machine);
  Task<bool> apply_due(const ErasedMachine& machine, ContextId context, EntityId id);
  void expect(std::string_view kind, Instant at);
  Task<void> run_sweep();
  void expect_sweep(Instant expires_at);

  async::Scope& scope;
  async::Clock& clock;
  Random& random;
  store::Store& store;
  EngineConfig config;
  EngineCounters counters;
  telemetry::Tracer untold;  ///< as long as there is no other
  telemetry::Tracer* tracer;
  std::optional<telemetry::Log> log;

  std::map<std::string, ErasedMachine, std::less<>> machines;
  EntityMap<std::shared_ptr<async::Mutex>> locks;
  std::size_t locks_max = locks_kept_max;  ///< then those that nobody holds go
  Held held;

  EntityMap<EffectQueue> queues;
  std::map<std::string, std::unique_ptr<Slots>> groups;
  std::map<std::string, std::vector<store::EffectId>> done;  ///< by context, written in one transaction each
  Settled settled;
  EntityMap<std::size_t> unread;  ///< effects of ours are being read: what follows waits for that
  bool flushing = false;
  Slots slots;
  async::Signal idle;  ///< notified when an entity's queue has run dry

  /// Name of this replica's lease; empty: the store is not shared, and everything is ours.
  std::string carrier;
  std::optional<store::Lease> lease;
  Instant carry_until;                     ///< no attempt begins after it, and those under way end
  std::optional<Instant> lapse;            ///< when another replica's lease may have lapsed
  bool behind = true;                      ///< effects of ours may be in the store that are not in `queues`
  std::uint64_t left_out = 0;              ///< how often that came about
  bool catching_up = false;                ///< they are being read: what follows waits for that
  std::unique_ptr<async::Scope> carrying;  ///< the tasks that carry out effects
  bool ends_with_scope = false;
  async::Mutex renewing;
  async::Mutex closing;
  async::Signal renewed;
  async::Signal look;  ///< there may be work to take over now

  struct Due {
    std::unique_ptr<async::Signal> signal;
    std::optional<Instant> earliest;
  };
  std::map<std::string, Due, std::less<>> due;
  async::Signal sweep_sooner;
  Instant sweep_at;          ///< when something expires that is deleted then
  Instant sweep_not_before;  ///< so that what expires one by one is deleted together

  EntityMap<std::weak_ptr<async::Signal>> watchers;
  bool draining = false;
};

}  // namespace kontor::platform::engine
