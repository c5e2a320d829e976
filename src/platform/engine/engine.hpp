#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/entity/decision.hpp"
#include "platform/engine/engine_core.hpp"

namespace kontor::platform::engine {

/// An effect that is durable. Only the engine makes one, so nothing can be sent before it is committed.
template <class Effect>
class Committed {
 public:
  const Effect& operator*() const { return *effect_; }
  const Effect* operator->() const { return effect_.get(); }
  const EffectCall& call() const { return call_; }

 private:
  friend class Engine;
  Committed(std::shared_ptr<const Effect> effect, EffectCall call)
      : effect_(std::move(effect)), call_(std::move(call)) {}
  std::shared_ptr<const Effect> effect_;
  EffectCall call_;
};

/// An entity as it is stored, with its version and the times of its first and last commit. An entity that has
/// a time of its own of that name has it from its machine; the two differ where it was made before it was
/// kept.
template <class Entity>
struct Loaded {
  Entity entity;
  entity::Version version = 0;
  Instant created_at;
  Instant updated_at;
  EntityId id;
  ContextId context;
};

template <class Entity>
struct LoadedPage {
  std::vector<Loaded<Entity>> entities;
  std::optional<std::string> next;
};

/// What comes of an effect: nothing more, or the event that its outcome is to the entity. That event's commit
/// also marks the effect done.
template <class M>
using Outcome = std::optional<typename M::Event>;

template <class M>
using EffectHandler = std::function<Task<Result<Outcome<M>>>(Committed<typename M::Effect>)>;

/// What follows for documents from a decision, for example an agreement when a negotiation agrees.
template <class M>
using Documents =
    std::function<DocumentChanges(const typename M::Entity* before, const typename M::Entity& next)>;

/// The one way to change an entity: load, decide, commit with its effects in one transaction, then run the
/// effects.
///
/// `apply` serves one entity at a time, in order of arrival; when another replica was first
/// (version_conflict) it loads and decides again, a bounded number of times. Effects of one entity run in
/// order of commit, those of different entities side by side, bounded in all and per group. A failed effect
/// is retried as its error's class says: `later` with back-off, until `attempts_max`; `never` at once becomes
/// the machine's `failed` event, or the entity is quarantined: visible, retryable by one call, and no
/// neighbour waits for it. An effect that its machine does not want any more (`M::wanted`) is dropped.
///
/// Machines are added before `start`. Used on the io thread only.
class Engine {
 public:
  Engine(async::Scope& scope, async::Clock& clock, Random& random, store::Store& store,
         EngineConfig config = {})
      : core_(scope, clock, random, store, config) {}

  template <entity::Machine M>
  void add(EffectHandler<M> handler, Documents<M> documents = {});

  /// Each attempt at an effect becomes a span in the trace of the command that committed it. Without a tracer
  /// the trace is passed on and nothing is recorded.
  void trace_with(telemetry::Tracer& tracer) { core_.trace_with(tracer); }
  /// A line for each event of a commit and each attempt that failed (info), and for what is set aside until
  /// somebody retries it (error), each with context, process, counter-party and trace.
  void log_to(const telemetry::Log& log) { core_.log_to(log); }

  /// Picks up what an earlier process left: pending effects and due entities.
  Task<Result<void>> start() { return core_.start(); }
  /// Takes up no new effects and waits for the running ones until the deadline. The rest stays in the outbox.
  Task<void> drain(async::Deadline deadline) { return core_.drain(deadline); }

  /// Applies an event. The result is the entity after it. Errors: those of `decide` and of the store.
  template <entity::Machine M>
  Task<Result<Loaded<typename M::Entity>>> apply(Command command, typename M::Event event);

  /// Errors: not_found.
  template <class M>
  Task<Result<Loaded<typename M::Entity>>> load(ContextId context, EntityId id);
  template <class M>
  Task<Result<LoadedPage<typename M::Entity>>> list(ContextId context, protocol::query::Query query);
  template <class M>
  Task<Result<LoadedPage<typename M::Entity>>> list_across(store::SystemScope scope,
                                                           protocol::query::Query query);

  /// Stores a document. `expected` 0: it must not exist yet (conflict); else the version that was loaded.
  template <entity::Document D>
  Task<Result<void>> put(Command command, const typename D::Entity& entity, entity::Version expected);
  /// Errors: not_found, version_conflict.
  template <class D>
  Task<Result<void>> remove(Command command, entity::Version expected);

  /// The same for callers that serve many kinds alike and have no type: stored forms, as `M` and `D` make
  /// them.
  Task<Result<store::Record>> load_stored(ContextId context, const entity::Kind& kind, EntityId id) {
    return core_.load_stored(std::move(context), kind, std::move(id));
  }
  Task<Result<store::Page>> list_stored(ContextId context, const entity::Kind& kind,
                                        protocol::query::Query query) {
    return core_.store().list(std::move(context), kind, std::move(query));
  }
  Task<Result<void>> put_stored(const entity::Kind& kind, Command command, std::string stored,
                                entity::Version expected) {
    return core_.put(kind, std::move(command), std::move(stored), expected);
  }
  Task<Result<void>> remove_stored(const entity::Kind& kind, Command command, entity::Version expected) {
    return core_.remove(kind, std::move(command), expected);
  }

  /// Returns when the entity satisfies `done`, or as it is at the deadline. Woken by commits, never by a
  /// timer.
  template <class M>
  Task<Result<Loaded<typename M::Entity>>> wait(ContextId context, EntityId id,
                                                std::function<bool(const typename M::Entity&)> done,
                                                async::Deadline deadline);

  /// Takes a quarantined entity back and runs its effects again.
  Task<Result<void>> retry(ContextId context, std::string kind, EntityId id) {
    return core_.retry(std::move(context), std::move(kind), std::move(id));
  }

  EngineCounters counters() const { return core_.counters(); }
  /// Entities that are in memory now, at most `EngineConfig::held_max`; 0 on a store that several processes
  /// share.
  std::size_t held_count() const { return core_.held_count(); }
  async::Clock& clock() { return core_.clock(); }
  Random& random() { return core_.random(); }
  store::Store& store() { return core_.store(); }

 private:
  EngineCore core_;
};

/// A document for `Command::also` or `Documents`.
template <entity::Document D>
store::Put put_of(EntityId id, const typename D::Entity& entity, entity::Version expected) {
  return store::Put{&D::kind(), std::move(id), expected, D::encode(entity), std::nullopt};
}

}  // namespace kontor::platform::engine

#include "platform/engine/engine_impl.hpp"
