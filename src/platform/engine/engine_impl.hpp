#pragma once

#include <type_traits>

#include "platform/engine/engine.hpp"

namespace kontor::platform::engine {

template <class M>
Result<Loaded<typename M::Entity>> decode_record(const store::Record& record) {
  auto entity = M::decode(record.body, record.codec_version);
  if (!entity) return fail(std::move(entity.error()), "read the stored {} {}", M::kind().name, record.id);
  return Loaded<typename M::Entity>{std::move(*entity), record.version, record.created_at,
                                    record.updated_at,  record.id,      record.context};
}

template <class M>
Result<ErasedEntity> decode_erased(const store::Record& record) {
  auto entity = M::decode(record.body, record.codec_version);
  if (!entity) return fail(std::move(entity.error()), "read the stored {} {}", M::kind().name, record.id);
  return std::make_shared<const typename M::Entity>(std::move(*entity));
}

template <class M>
Form form_of() {
  return {&M::kind(), &typeid(typename M::Entity), decode_erased<M>};
}

template <class M>
const typename M::Entity& entity_in(const Current& current) {
  return *static_cast<const typename M::Entity*>(current.entity.get());
}

template <class M>
Loaded<typename M::Entity> loaded_from(const Current& current, ContextId context, EntityId id) {
  return {entity_in<M>(current), current.version, current.created_at,
          current.updated_at,    std::move(id),   std::move(context)};
}

/// What there is to a machine beside itself.
template <class M>
struct Rules {
  Documents<M> documents;
  std::optional<Duration> kept;  ///< after its end
};

/// When the store has to be asked about the entity again: what is due to it, or the end of its retention.
template <entity::Machine M>
std::optional<Instant> next_due(const typename M::Entity& entity, Instant now, std::optional<Duration> kept) {
  if (!M::ended(entity)) return M::due_at(entity);
  invariant(kept.has_value(), "a kind whose entities end says how long they are kept");
  return now + *kept;
}

/// An event with what it tells, for machines that say so.
template <entity::Machine M>
ErasedDecision::Happened told_of(const typename M::Entity& next, std::string name) {
  ErasedDecision::Happened happened{std::move(name)};
  if constexpr (requires { M::event_body(next, happened.name); })
    happened.body = M::event_body(next, happened.name);
  return happened;
}

/// Effects of one group share a bound.
template <entity::Machine M>
std::string group_of(const typename M::Effect& effect) {
  if constexpr (requires { M::effect_group(effect); }) return M::effect_group(effect);
  return {};
}

template <entity::Machine M>
Result<ErasedDecision> decide_erased(const typename M::Entity* current, const typename M::Event& event,
                                     Instant now, const Rules<M>& rules, ErasedEntity& decided) {
  auto decision = M::decide(current, event, now);
  if (!decision) return fail(std::move(decision.error()));
  ErasedDecision erased;
  erased.changed = !current || decision->removed || !decision->happened.empty() ||
                   !decision->effects.empty() || decision->next != *current;
  erased.removed = decision->removed;
  for (auto& name : decision->happened)
    erased.happened.push_back(told_of<M>(decision->next, std::move(name)));
  if (erased.changed && !erased.removed) {
    erased.entity = M::encode(decision->next);
    erased.due_at = next_due<M>(decision->next, now, rules.kept);
    if (rules.documents) erased.documents = rules.documents(current, decision->next);
  }
  for (const auto& effect : decision->effects) {
    erased.effects.push_back(
        {std::string(M::effect_name(effect)), M::encode_effect(effect), group_of<M>(effect)});
  }
  decided = std::make_shared<const typename M::Entity>(std::move(decision->next));
  return erased;
}

/// Whether the effect still makes sense, for machines that can tell: an effect that waited may be out of
/// date.
template <entity::Machine M>
Task<Result<bool>> still_wanted(EngineCore& core, const EffectCall& call, const typename M::Effect& effect) {
  auto current = co_await core.load(call.context, form_of<M>(), call.entity);
  if (!current) co_return fail(std::move(current.error()));
  co_return M::wanted(entity_in<M>(*current), effect);
}

template <entity::Machine M>
Task<Result<ErasedEvent>> run_erased(EngineCore& core, const EffectHandler<M>& handler,
                                     Committed<typename M::Effect> effect) {
  if constexpr (requires(const typename M::Entity& entity) { M::wanted(entity, *effect); }) {
    auto wanted = co_await still_wanted<M>(core, effect.call(), *effect);
    if (!wanted) co_return fail(std::move(wanted.error()));
    if (!*wanted) co_return ErasedEvent{};
  }
  auto outcome = co_await handler(std::move(effect));
  if (!outcome) co_return fail(std::move(outcome.error()));
  if (!*outcome) co_return ErasedEvent{};
  co_return std::make_shared<const typename M::Event>(std::move(**outcome));
}

template <entity::Machine M>
Result<ErasedEffect> read_effect(const std::string& body) {
  auto effect = M::decode_effect(body);
  if (!effect) return fail(std::move(effect.error()));
  return std::make_shared<const typename M::Effect>(std::move(*effect));
}

template <entity::Machine M>
void Engine::add(EffectHandler<M> handler, Documents<M> documents) {
  ErasedMachine machine;
  machine.form = form_of<M>();
  machine.decide = [rules = Rules<M>{std::move(documents), core_.kept_after_end(M::kind())}](
                       const void* current, const ErasedEvent& event, Instant now, ErasedEntity& decided) {
    return decide_erased<M>(static_cast<const typename M::Entity*>(current),
                            *static_cast<const typename M::Event*>(event.get()), now, rules, decided);
  };
  // The handler outlives every run: it is owned by the core's table of machines.
  auto shared = std::make_shared<EffectHandler<M>>(std::move(handler));
  machine.read_effect = read_effect<M>;
  machine.run = [this, shared](ErasedEffect effect, EffectCall call) {
    return run_erased<M>(core_, *shared,
                         Committed<typename M::Effect>(
                             std::static_pointer_cast<const typename M::Effect>(effect), std::move(call)));
  };
  machine.failed = [](const void* effect, const Error& error) -> ErasedEvent {
    auto event = M::failed(*static_cast<const typename M::Effect*>(effect), error);
    return event ? std::make_shared<const typename M::Event>(std::move(*event)) : ErasedEvent{};
  };
  machine.due_event = [](const void* current) -> ErasedEvent {
    const auto& entity = *static_cast<const typename M::Entity*>(current);
    if (M::ended(entity)) return {};
    return std::make_shared<const typename M::Event>(M::due_event(entity));
  };
  machine.group = [](const void* effect) {
    return group_of<M>(*static_cast<const typename M::Effect*>(effect));
  };
  core_.add(std::move(machine));
}

template <entity::Machine M>
Task<Result<Loaded<typename M::Entity>>> Engine::apply(Command command, typename M::Event event) {
  auto erased = std::make_shared<const typename M::Event>(std::move(event));
  auto context = command.context;
  auto id = command.id;
  auto applied = co_await core_.apply(M::kind(), std::move(command), std::move(erased));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return loaded_from<M>(*applied, std::move(context), std::move(id));
}

template <class M>
Task<Result<Loaded<typename M::Entity>>> Engine::load(ContextId context, EntityId id) {
  auto current = co_await core_.load(context, form_of<M>(), id);
  if (!current) co_return fail(std::move(current.error()));
  co_return loaded_from<M>(*current, std::move(context), std::move(id));
}

template <class M>
Result<LoadedPage<typename M::Entity>> decode_page(store::Page page) {
  LoadedPage<typename M::Entity> loaded;
  loaded.next = std::move(page.next);
  loaded.entities.reserve(page.records.size());
  for (const auto& record : page.records) {
    auto entity = decode_record<M>(record);
    if (!entity) return fail(std::move(entity.error()));
    loaded.entities.push_back(std::move(*entity));
  }
  return loaded;
}

template <class M>
Task<Result<LoadedPage<typename M::Entity>>> Engine::list(ContextId context, protocol::query::Query query) {
  auto page = co_await core_.store().list(std::move(context), M::kind(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  co_return decode_page<M>(std::move(*page));
}

template <class M>
Task<Result<LoadedPage<typename M::Entity>>> Engine::list_across(store::SystemScope scope,
                                                                 protocol::query::Query query) {
  auto page = co_await core_.store().list_across(scope, M::kind(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  co_return decode_page<M>(std::move(*page));
}

template <entity::Document D>
Task<Result<void>> Engine::put(Command command, const typename D::Entity& entity, entity::Version expected) {
  return core_.put(D::kind(), std::move(command), D::encode(entity), expected);
}

template <class D>
Task<Result<void>> Engine::remove(Command command, entity::Version expected) {
  return core_.remove(D::kind(), std::move(command), expected);
}

template <class M>
Task<Result<Loaded<typename M::Entity>>> Engine::wait(ContextId context, EntityId id,
                                                      std::function<bool(const typename M::Entity&)> done,
                                                      async::Deadline deadline) {
  auto is_done = [done = std::move(done)](const void* entity) {
    return done(*static_cast<const typename M::Entity*>(entity));
  };
  auto current = co_await core_.wait(context, form_of<M>(), id, std::move(is_done), deadline);
  if (!current) co_return fail(std::move(current.error()));
  co_return loaded_from<M>(*current, std::move(context), std::move(id));
}

}  // namespace kontor::platform::engine
