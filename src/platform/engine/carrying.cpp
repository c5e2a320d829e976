#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {
namespace {

constexpr std::size_t pending_page = 1000;

}  // namespace

Task<Result<void>> EngineCore::start() {
  std::weak_ptr<State> weak = state_;
  state_->store.on_change([weak](const store::Change& change) {
    if (auto state = weak.lock()) state->hear_change(change);
  });
  if (!state_->store.shared()) state_->held.keep(state_->config.held_max);
  state_->store.on_work([weak](const store::Work& work) {
    if (auto state = weak.lock()) state->hear(work);
  });
  auto begun = co_await state_->begin_carrying();
  if (!begun) co_return fail(std::move(begun.error()), "resume the effects of an earlier run");
  for (const auto& [kind, machine] : state_->machines) state_->scope.spawn(state_->run_due(machine));
  state_->scope.spawn(state_->run_sweep());
  co_return Result<void>{};
}

Task<void> EngineCore::drain(async::Deadline deadline) {
  state_->draining = true;
  state_->look.notify();
  auto ticket = state_->idle.ticket();
  while (state_->slots.held() > 0) {
    const bool notified = co_await state_->idle.wait(ticket, deadline);
    if (!notified) break;
    ticket = state_->idle.ticket();
  }
  co_await state_->close_carrying();
  co_await state_->flush_done();
  auto guard = co_await state_->renewing.lock();
  if (!state_->lease) co_return;
  auto released = co_await state_->store.release_lease(store::SystemScope("let others go on at once"),
                                                       *std::exchange(state_->lease, std::nullopt));
  static_cast<void>(released);  // it lapses
}

Task<Result<void>> EngineCore::retry(ContextId context, std::string kind, EntityId id) {
  auto released = co_await state_->store.release(context, kind, id);
  if (!released) co_return fail(std::move(released.error()));
  if (!state_->machines.contains(kind)) co_return Result<void>{};
  state_->expect(kind, state_->clock.now());
  state_->read_effects_of({std::move(kind), std::move(context), std::move(id)});
  co_return Result<void>{};
}

Task<Result<void>> EngineCore::State::begin_carrying() {
  auto self = shared_from_this();
  if (!store.shared()) co_return co_await catch_up();
  carrier = "engine/" + new_uuid(random);
  auto kept = co_await renew();
  if (!kept) co_return kept;
  scope.spawn(keep_lease());
  scope.spawn(watch_lease());
  auto taken = co_await take_over();
  scope.spawn(look_for_work());
  co_return taken;
}

/// Whether an attempt may begin now. Clocks and messages are slow by some part of the lease, so this ends
/// well before others take over.
bool EngineCore::State::may_carry() const {
  if (draining || scope.closing()) return false;
  return carrier.empty() ? !store.shared() : clock.now() < carry_until;
}

Task<Result<void>> EngineCore::State::renew() {
  auto self = shared_from_this();
  auto guard = co_await renewing.lock();
  if (draining) co_return Result<void>{};
  const auto asked = clock.now();
  auto taken = co_await store.acquire_lease(store::SystemScope("keep the lease of this replica"), carrier,
                                            carrier, config.lease_duration);
  if (!taken) co_return fail(std::move(taken.error()));
  invariant(taken->has_value(), "nobody else knows the name of this lease");
  // What was ours may be somebody else's by now.
  const bool lost = lease && (lease->fence != (*taken)->fence || asked >= carry_until);
  if (lost) co_await close_carrying();
  lease = std::move(**taken);
  carry_until = asked + config.lease_duration * 2 / 3;
  renewed.notify();
  if (behind) look.notify();
  co_return Result<void>{};
}

/// The heartbeat, a third of the lease apart. It waits for nothing else that this replica does.
Task<void> EngineCore::State::keep_lease() {
  auto self = shared_from_this();
  auto beat = clock.now() + config.lease_duration / 3;
  while (!draining) {
    auto waited = co_await clock.wait_until(beat);
    if (!waited) co_return;
    beat = clock.now() + config.lease_duration / 3;
    auto kept = co_await renew();
    if (!kept) beat = clock.now() + config.lease_duration / 12;
  }
}

/// Takes over from those who lost their lease.
Task<Result<void>> EngineCore::State::take_over() {
  auto self = shared_from_this();
  std::vector<std::string> kinds;
  for (const auto& [kind, machine] : machines) kinds.push_back(kind);
  auto claimed = co_await store.claim_effects(store::SystemScope("take over from replicas that are gone"),
                                              carrier, std::move(kinds));
  if (!claimed) co_return fail(std::move(claimed.error()));
  lapse = claimed->next;
  counters.taken_over += claimed->effects;
  if (!behind && claimed->effects == 0) co_return Result<void>{};
  co_return co_await catch_up();
}

Task<Result<void>> EngineCore::State::catch_up() {
  auto self = shared_from_this();
  behind = false;  // what is left out from here on says so
  catching_up = true;
  auto up = co_await take_up({.carrier = carrier});
  catching_up = false;
  if (!up) leave_out();
  co_return up;
}

void EngineCore::State::leave_out() {
  behind = true;
  ++left_out;
}

/// As often as the heartbeat, earlier when another's lease lapses or there is word of work.
Task<void> EngineCore::State::look_for_work() {
  auto self = shared_from_this();
  auto again = clock.now() + config.lease_duration / 3;
  while (!draining) {
    const auto wake =
        std::max(std::min(again, lapse.value_or(again)), clock.now() + std::chrono::milliseconds(1));
    const auto ticket = look.ticket();
    const bool notified = co_await look.wait(ticket, {wake});
    if (!notified && clock.now() < wake) co_return;
    again = clock.now() + config.lease_duration / 3;
    lapse.reset();
    if (!may_carry()) continue;
    auto taken = co_await take_over();
    if (!taken) again = clock.now() + config.lease_duration / 12;
  }
}

/// Ends what is under way when the lease could not be kept.
Task<void> EngineCore::State::watch_lease() {
  auto self = shared_from_this();
  for (;;) {
    const auto ticket = renewed.ticket();
    if (lease && clock.now() < carry_until) {
      auto waited = co_await clock.wait_until(carry_until);
      if (!waited) co_return;
      continue;
    }
    if (lease) {
      ++counters.leases_lost;
      if (log)
        log->warning("the lease of this replica could not be renewed: its attempts end, others take over");
      co_await close_carrying();
    }
    const bool notified = co_await renewed.wait(ticket, async::Deadline::never());
    if (!notified) co_return;
  }
}

/// Cancels the attempts that run and forgets what waits; it is in the store.
Task<void> EngineCore::State::close_carrying() {
  auto self = shared_from_this();
  auto guard = co_await closing.lock();
  co_await carrying->close();
  queues.clear();
  leave_out();
  carrying = std::make_unique<async::Scope>(scope.executor());
}

Task<void> EngineCore::State::end_with_scope() {
  auto self = shared_from_this();
  auto waited = co_await clock.wait_until(Instant::max());
  static_cast<void>(waited);  // the scope closes
  co_await close_carrying();
}

void EngineCore::State::hear(const store::Work& work) {
  if (work.kind.empty()) {
    for (auto& [kind, own] : due) own.signal->notify();
    for (auto& [key, watcher] : watchers) {
      if (auto signal = watcher.lock()) signal->notify();
    }
    leave_out();
    look.notify();
    return;
  }
  if (!machines.contains(work.kind)) return;
  expect(work.kind, work.due_at.value_or(clock.now()));
  if (!work.carrier.empty() && work.carrier == carrier)
    read_effects_of({work.kind, work.context, work.entity});
}

bool EngineCore::State::knows(const store::OutboxRow& row) const {
  if (settled.contains(row.id)) return true;
  auto queue = queues.find({row.kind, row.context, row.entity});
  if (queue == queues.end()) return false;
  return std::ranges::find(queue->second.rows, row.id, &store::OutboxRow::id) != queue->second.rows.end();
}

/// Reads pending effects from the store and queues those that are not known. Ends early when some are left
/// out: what comes after those must not overtake them, and who catches up reads it again.
Task<Result<void>> EngineCore::State::take_up(store::EffectFilter filter) {
  auto self = shared_from_this();
  Settled::Look look_at_store(settled);
  Result<void> outcome;
  const auto before = left_out;
  for (std::uint64_t after = 0; left_out == before;) {
    auto rows = co_await store.pending_effects(store::SystemScope("carry out effects that were left"), filter,
                                               after, pending_page);
    if (!rows) outcome = fail(std::move(rows.error()));
    if (!outcome || rows->empty() || left_out != before) break;
    after = rows->back().sequence;
    enqueue(std::move(*rows));
  }
  co_return outcome;
}

/// Whether effects of the entity may be in the store that come before those committed now.
bool EngineCore::State::has_unread(const EntityKey& key) const {
  return behind || catching_up || unread.contains(key);
}

/// Until it is read, what is committed for the entity later is read too, so that it stays in order.
void EngineCore::State::read_effects_of(EntityKey key) {
  ++unread[key];
  scope.spawn(take_up_one(std::move(key)));
}

Task<void> EngineCore::State::take_up_one(EntityKey key) {
  auto self = shared_from_this();
  for (std::uint32_t i = 1;; ++i) {
    auto up = co_await take_up({carrier, key.context, key.kind, key.id});
    if (up) break;
    auto waited = co_await clock.wait_until(clock.now() + back_off(i));
    if (!waited) co_return;
  }
  auto found = unread.find(key);
  if (--found->second == 0) unread.erase(found);
}

}  // namespace kontor::platform::engine
