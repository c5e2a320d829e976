#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {
namespace {

constexpr Duration slot_wait_max = std::chrono::hours(24);

}  // namespace

Task<bool> Slots::take() {
  while (held_ >= limit_) {
    const auto ticket = signal_.ticket();
    const bool notified = co_await signal_.wait(ticket, async::Deadline::after(*clock_, slot_wait_max));
    if (!notified) co_return false;
  }
  ++held_;
  co_return true;
}

void Slots::give_back() {
  --held_;
  signal_.notify();
}

void EngineCore::State::enqueue(std::vector<store::OutboxRow> rows) {
  for (auto& row : rows) {
    EntityKey key{row.kind, row.context, row.entity};
    auto& queue = queues[key];
    queue.rows.push_back(std::move(row));
    if (queue.running || draining) continue;
    queue.running = true;
    scope.spawn(run_entity(std::move(key)));
  }
}

Task<void> EngineCore::State::run_entity(EntityKey key) {
  auto self = shared_from_this();
  bool go_on = true;
  while (go_on && !draining && !queues[key].rows.empty()) {
    auto row = queues[key].rows.front();
    go_on = co_await run_row(key, std::move(row));
    if (go_on) queues[key].rows.pop_front();
  }
  queues.erase(key);
  idle.notify();
}

/// One effect until it is done, given up or the engine stops; false: this entity's effects rest.
Task<bool> EngineCore::State::run_row(EntityKey key, store::OutboxRow row) {
  if (!machines.contains(key.kind)) co_return false;
  for (;;) {
    auto& own_group = group(machine(row.kind).group(row.body));
    const bool admitted = co_await own_group.take();
    if (!admitted) co_return false;
    const bool running = co_await slots.take();
    if (!running) {
      own_group.give_back();
      co_return false;
    }
    ++row.attempts;
    auto outcome = co_await attempt(row);
    slots.give_back();
    own_group.give_back();
    idle.notify();
    if (outcome) co_return co_await settle(std::move(row), std::move(*outcome));
    if (outcome.error().code == ErrorCode::cancelled || draining) co_return false;
    const bool again = outcome.error().row().retry != Retry::never && row.attempts < config.attempts_max;
    if (!again) co_return co_await give_up(std::move(row), std::move(outcome.error()));
    auto waited = co_await clock.wait_until(clock.now() + back_off(row.attempts));
    if (!waited) co_return false;
  }
}

Task<Result<ErasedEvent>> EngineCore::State::attempt(store::OutboxRow row) {
  EffectCall call{
      row.context, row.entity, row.id, row.attempts, async::Deadline::after(clock, config.effect_timeout),
      row.trace};
  co_return co_await machine(row.kind).run(std::move(row.body), std::move(call));
}

/// Records what came of an effect, together with the event that it is to the entity.
Task<bool> EngineCore::State::settle(store::OutboxRow row, ErasedEvent event) {
  if (!event) {
    mark_done(row);
    co_return true;
  }
  Command command{row.context, row.entity};
  command.trace = row.trace;
  auto applied = co_await apply(machine(row.kind), std::move(command), event, {row.id});
  if (applied) co_return true;
  if (applied.error().row().retry == Retry::never) {
    // The entity has moved on and the outcome means nothing to it any more.
    mark_done(row);
    co_return true;
  }
  auto quarantined = co_await store.quarantine(row.context, row.kind, row.entity, applied.error().message());
  co_return quarantined && false;
}

Task<bool> EngineCore::State::give_up(store::OutboxRow row, Error error) {
  auto event = machine(row.kind).failed(row.body, error);
  if (event) co_return co_await settle(std::move(row), std::move(event));
  const auto reason = fmt::format("{} failed {} times: {}", row.name, row.attempts, error.message());
  auto quarantined = co_await store.quarantine(row.context, row.kind, row.entity, reason);
  co_return quarantined && false;
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
  if (!slot) slot = std::make_unique<Slots>(scope.executor(), clock, limit);
  return *slot;
}

void EngineCore::State::mark_done(const store::OutboxRow& row) {
  done[row.context.str()].push_back(row.id);
  if (flushing || draining) return;
  flushing = true;
  scope.spawn(flush_done());
}

/// Nobody waits for this: an effect that is done twice is dropped by its receiver.
Task<void> EngineCore::State::flush_done() {
  auto self = shared_from_this();
  while (!done.empty()) {
    auto node = done.extract(done.begin());
    store::Transaction transaction;
    transaction.effects_done = std::move(node.mapped());
    auto committed = co_await store.commit(ContextId(node.key()), std::move(transaction));
    if (!committed) break;
  }
  flushing = false;
}

}  // namespace kontor::platform::engine
