#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "base/entity/kind.hpp"
#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/store/store.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/trace.hpp"

namespace kontor::platform::engine {

struct EngineConfig {
  Duration retry_delay_min = std::chrono::milliseconds(100);
  Duration retry_delay_max = std::chrono::minutes(5);
  std::uint32_t attempts_max = 12;
  Duration effect_timeout = std::chrono::seconds(30);  ///< for one attempt
  std::size_t effects_running_max = 256;
  std::size_t effects_running_per_group_max =
      16;  ///< per counter-party, so that a slow one delays nobody else
  Duration sweep_interval =
      std::chrono::minutes(10);  ///< shortest time between two deletions of what has expired
  /// On a store that several processes share: how long the others wait for this one before they carry out its
  /// effects. Clocks of replicas must agree within a third of it.
  Duration lease_duration = std::chrono::seconds(5);
  /// Kinds whose ended entities are kept otherwise than they declare, for those that end from now on.
  std::map<std::string, Duration> keep_after_end = {};
  /// Entities that are kept in memory, where no other process changes them, of at most so many bytes each as
  /// they are stored.
  std::size_t held_max = 1024;
  std::size_t held_bytes_max = 32 * 1024;
};

/// What the engine did since it was made.
struct EngineCounters {
  std::uint64_t attempts = 0;     ///< at effects
  std::uint64_t failures = 0;     ///< of these
  std::uint64_t set_aside = 0;    ///< entities that were quarantined
  std::uint64_t taken_over = 0;   ///< effects of replicas whose lease lapsed
  std::uint64_t leases_lost = 0;  ///< times that this replica could not keep its own
};

/// Who wants what of which entity, and under which trace. Everything that changes something moves one: what
/// copies, moves and destroys it is compiled once.
struct Command {
  ContextId context;
  EntityId id;
  std::string actor = "system";                   ///< for audit
  telemetry::TraceContext trace = {};             ///< of what caused it
  std::vector<store::SingleUse> single_use = {};  ///< tokens that this command consumes
  std::vector<store::Put> also = {};              ///< documents written by the same transaction

  Command();
  Command(ContextId context, EntityId id, std::string actor = "system", telemetry::TraceContext trace = {},
          std::vector<store::SingleUse> single_use = {}, std::vector<store::Put> also = {});
  Command(const Command&);
  Command(Command&&) noexcept;
  Command& operator=(const Command&);
  Command& operator=(Command&&) noexcept;
  ~Command();
};

/// What an effect handler is told beside the effect.
struct EffectCall {
  ContextId context;
  EntityId entity;
  store::EffectId id;  ///< stable over all attempts: the peer drops duplicates by it
  std::uint32_t attempt = 1;
  async::Deadline deadline;
  telemetry::TraceContext trace;  ///< of this attempt, in the trace of the command that committed the effect
};

/// Documents that a decision brings about or ends, changed by the same transaction.
struct DocumentChanges {
  std::vector<store::Put> puts = {};
  std::vector<store::Remove> removes = {};
};

/// A decision with its types erased, so that the loop is compiled once. Texts are stored forms.
struct ErasedDecision {
  struct Effect {
    std::string name;
    std::string body;
    std::string group;  ///< effects of one group share a bound: the counter-party's DID, usually
  };
  std::string entity;
  std::optional<Instant> due_at;
  std::vector<Effect> effects;
  struct Happened {
    std::string name;
    std::string body = "{}";
  };
  std::vector<Happened> happened;
  DocumentChanges documents;
  bool changed = false;
  bool removed = false;
};

using ErasedEvent = std::shared_ptr<const void>;
using ErasedEntity = std::shared_ptr<const void>;
using ErasedEffect = std::shared_ptr<const void>;

/// An entity with its version and times.
struct Current {
  ErasedEntity entity;
  const std::type_info* type = nullptr;  ///< of the entity
  entity::Version version = 0;
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> due_at = {};
};

/// What an entity is stored as.
struct Form {
  const entity::Kind* kind = nullptr;
  const std::type_info* type = nullptr;
  Result<ErasedEntity> (*decode)(const store::Record&) = nullptr;
};

/// A machine with its types erased. Texts are stored forms.
struct ErasedMachine {
  Form form;
  /// `current` is null before the entity exists.
  std::function<Result<ErasedDecision>(const void* current, const ErasedEvent&, Instant,
                                       ErasedEntity& decided)>
      decide;
  Result<ErasedEffect> (*read_effect)(const std::string& body) = nullptr;
  /// Runs one effect; what comes of it is an event or null.
  std::function<Task<Result<ErasedEvent>>(ErasedEffect effect, EffectCall call)> run;
  ErasedEvent (*failed)(const void* effect, const Error&) = nullptr;
  /// What is due; null: the entity has ended and its retention is over.
  ErasedEvent (*due_event)(const void* current) = nullptr;
  std::string (*group)(const void* effect) = nullptr;
};

/// The loop of `Engine` over erased machines. Use `Engine`.
class EngineCore {
 public:
  EngineCore(async::Scope& scope, async::Clock& clock, Random& random, store::Store& store,
             EngineConfig config);
  ~EngineCore();

  void add(ErasedMachine machine);
  void trace_with(telemetry::Tracer& tracer);
  void log_to(const telemetry::Log& log);
  /// None: its entities do not end.
  std::optional<Duration> kept_after_end(const entity::Kind& kind) const;
  Task<Result<void>> start();
  Task<void> drain(async::Deadline deadline);

  Task<Result<Current>> apply(const entity::Kind& kind, Command command, ErasedEvent event);
  Task<Result<Current>> load(ContextId context, Form form, EntityId id);
  Task<Result<store::Record>> load_stored(ContextId context, const entity::Kind& kind, EntityId id);
  Task<Result<void>> put(const entity::Kind& kind, Command command, std::string body,
                         entity::Version expected);
  Task<Result<void>> remove(const entity::Kind& kind, Command command, entity::Version expected);
  Task<Result<Current>> wait(ContextId context, Form form, EntityId id, std::function<bool(const void*)> done,
                             async::Deadline deadline);
  Task<Result<void>> retry(ContextId context, std::string kind, EntityId id);
  EngineCounters counters() const;
  std::size_t held_count() const;

  async::Clock& clock();
  Random& random();
  store::Store& store();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::engine
