#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {

void EngineCore::State::enqueue(std::vector<store::OutboxRow> rows) {
  if (rows.empty()) return;
  if (!may_carry()) {
    leave_out();
    return;
  }
  if (!std::exchange(ends_with_scope, true)) scope.spawn(end_with_scope());
  for (auto& row : rows) {
    EntityKey key{row.kind, row.context, row.entity};
    if (!machines.contains(key.kind) || knows(row)) continue;
    auto& queue = queues[key];
    queue.rows.push_back(std::move(row));
    if (std::exchange(queue.running, true)) continue;
    carrying->spawn(run_entity(std::move(key)));
  }
}

Task<void> EngineCore::State::run_entity(EntityKey key) {
  auto self = shared_from_this();
  bool go_on = true;
  while (go_on && may_carry() && !queues[key].rows.empty()) {
    auto row = queues[key].rows.front();
    go_on = co_await run_row(std::move(row));
    if (go_on && !queues[key].rows.empty()) queues[key].rows.pop_front();
  }
  // Without a lease for a moment; nobody else will bring them back.
  if (go_on && !queues[key].rows.empty()) leave_out();
  queues.erase(key);
  idle.notify();
}

/// One effect until it is done, given up or the engine stops; false: this entity's effects rest.
Task<bool> EngineCore::State::run_row(store::OutboxRow row) {
  const auto& own = machine(row.kind);
  auto effect = own.read_effect(row.body);
  if (!effect) co_return co_await give_up(std::move(row), nullptr, std::move(effect.error()));
  const auto counter_party = own.group(effect->get());
  for (;;) {
    auto& own_group = group(counter_party);
    const bool admitted = co_await own_group.take();
    if (!admitted) co_return false;
    const bool running = co_await slots.take();
    if (!running) {
      own_group.give_back();
      co_return false;
    }
    ++row.attempts;
    Result<ErasedEvent> outcome = fail(ErrorCode::cancelled, "the lease of this replica has lapsed");
    if (may_carry()) outcome = co_await attempt(row, *effect);
    slots.give_back();
    own_group.give_back();
    idle.notify();
    if (outcome) co_return co_await settle(std::move(row), std::move(*outcome));
    if (outcome.error().code == ErrorCode::cancelled || !may_carry()) {
      leave_out();
      co_return false;
    }
    ++counters.failures;
    const bool again = outcome.error().row().retry != Retry::never && row.attempts < config.attempts_max;
    if (!again) co_return co_await give_up(std::move(row), *effect, std::move(outcome.error()));
    const auto delay = back_off(row.attempts);
    tell_failed(row, counter_party, outcome.error(), delay);
    auto waited = co_await clock.wait_until(clock.now() + delay);
    if (!waited) co_return false;
  }
}

Task<Result<ErasedEvent>> EngineCore::State::attempt(const store::OutboxRow& row, ErasedEffect effect) {
  ++counters.attempts;
  auto span = tracer->resume(row.kind + " " + row.name, row.trace, telemetry::SpanKind::producer);
  span.set("kontor.participant_context", row.context.str());
  span.set("kontor.entity", row.entity.str());
  span.set("kontor.attempt", std::to_string(row.attempts));
  EffectCall call{
      row.context,   row.entity, row.id, row.attempts, async::Deadline::after(clock, config.effect_timeout),
      span.context()};
  auto outcome = co_await machine(row.kind).run(std::move(effect), std::move(call));
  if (!outcome) span.fail(outcome.error().message());
  co_return outcome;
}

/// Records what came of an effect, together with the event that it is to the entity.
Task<bool> EngineCore::State::settle(store::OutboxRow row, ErasedEvent event) {
  if (!event) {
    mark_done(row);
    co_return true;
  }
  Wish wish{{row.context, row.entity}, event, {row.id}};
  wish.command.trace = telemetry::trace_of(row.trace);
  for (std::uint32_t i = 1;; ++i) {
    auto applied = co_await apply(machine(row.kind), wish);
    if (applied) {
      settled.deleted(row.id);
      break;
    }
    if (applied.error().row().retry == Retry::never) {
      // The entity has moved on and the outcome means nothing to it any more.
      mark_done(row);
      break;
    }
    if (i == config.attempts_max) {
      co_await set_aside({row.kind, row.context, row.entity}, {applied.error().message(), row.name, i});
      co_return false;
    }
    auto waited = co_await clock.wait_until(clock.now() + back_off(i));
    if (!waited) co_return false;
  }
  co_return true;
}

/// Without an effect: it cannot be read.
Task<bool> EngineCore::State::give_up(store::OutboxRow row, ErasedEffect effect, Error error) {
  const auto& own = machine(row.kind);
  tell_failed(row, effect ? own.group(effect.get()) : "", error, std::nullopt);
  auto event = effect ? own.failed(effect.get(), error) : nullptr;
  if (event) co_return co_await settle(std::move(row), std::move(event));
  store::Failure failure{error.message(), row.name, row.attempts};
  co_await set_aside({row.kind, row.context, row.entity}, std::move(failure));
  co_return false;
}

Task<void> EngineCore::State::set_aside(EntityKey key, store::Failure failure) {
  for (std::uint32_t i = 1;; ++i) {
    auto aside = co_await store.quarantine(key.context, key.kind, key.id, failure);
    if (aside) {
      ++counters.set_aside;
      tell_aside(key, failure);
    }
    if (aside || aside.error().row().retry == Retry::never) co_return;
    auto waited = co_await clock.wait_until(clock.now() + back_off(i));
    if (!waited) co_return;
  }
}

Duration EngineCore::State::back_off(std::uint32_t attempts) {
  auto delay = config.retry_delay_min;
  for (std::uint32_t i = 1; i < attempts && delay < config.retry_delay_max; ++i) delay *= 2;
  delay = std::min(delay, config.retry_delay_max);
  std::byte noise[1];
  random.fill(noise);
  // Between three quarters and all of it, so that what failed together does not come back together.
  return delay - delay * std::to_integer<int>(noise[0]) / 1024;
}

Slots& EngineCore::State::group(const std::string& name) {
  for (auto it = groups.begin(); groups.size() > 4096 && it != groups.end();) {
    it = it->second->held() == 0 && it->first != name ? groups.erase(it) : std::next(it);
  }
  auto& slot = groups[name];
  const auto limit = name.empty() ? config.effects_running_max : config.effects_running_per_group_max;
  if (!slot) slot = std::make_unique<Slots>(scope.executor(), limit);
  return *slot;
}

void EngineCore::State::mark_done(const store::OutboxRow& row) {
  settled.done(row.id);
  done[row.context.str()].push_back(row.id);
  if (flushing || draining) return;
  flushing = true;
  scope.spawn(flush_done());
}

/// Nobody waits for this: an effect that is done twice is dropped by its receiver.
Task<void> EngineCore::State::flush_done() {
  auto self = shared_from_this();
  for (std::uint32_t failures = 0; !done.empty();) {
    auto node = done.extract(done.begin());
    store::Transaction transaction;
    transaction.effects_done = node.mapped();
    auto committed = co_await store.commit(ContextId(node.key()), std::move(transaction));
    if (committed) {
      for (const auto& id : node.mapped()) settled.deleted(id);
      failures = 0;
      continue;
    }
    auto& again = done[node.key()];
    again.insert(again.end(), node.mapped().begin(), node.mapped().end());
    if (committed.error().code == ErrorCode::cancelled || draining) break;
    auto waited = co_await clock.wait_until(clock.now() + back_off(++failures));
    if (!waited) break;
  }
  flushing = false;
}

}  // namespace kontor::platform::engine
