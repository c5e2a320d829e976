#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {
namespace {

constexpr std::size_t due_page = 200;
constexpr std::size_t sweep_batch = 1000;
constexpr Duration nothing_due = std::chrono::hours(24);
constexpr Duration after_failure = std::chrono::seconds(5);

}  // namespace

/// Applies what has become due, then waits for the next due time or for a commit with an earlier one.
/// Replicas do so side by side: of two that apply one moment, the version lets one win.
Task<void> EngineCore::State::run_due(const ErasedMachine& machine) {
  auto self = shared_from_this();
  auto& own = due[std::string(machine.form.kind->name)];
  while (!scope.closing() && !draining) {
    const auto ticket = own.signal->ticket();
    auto records =
        co_await store.due(store::SystemScope("apply due events"), *machine.form.kind, clock.now(), due_page);
    bool well = records.has_value();
    for (std::size_t i = 0; well && i < records->size(); ++i) {
      well = co_await apply_due(machine, (*records)[i].context, (*records)[i].id);
    }
    if (well && records->size() == due_page) continue;
    auto next =
        co_await store.next_due(store::SystemScope("wait for the next due event"), *machine.form.kind);
    Instant wake = clock.now() + (well && next ? nothing_due : after_failure);
    if (well && next && *next)
      wake = std::max(std::min(wake, **next), clock.now() + std::chrono::milliseconds(1));
    own.earliest = wake;
    const bool notified = co_await own.signal->wait(ticket, {wake});
    if (!notified && clock.now() < wake) co_return;
  }
}

/// False: the store could not do it now.
Task<bool> EngineCore::State::apply_due(const ErasedMachine& machine, ContextId context, EntityId id) {
  auto applied = co_await apply(machine, {Command{context, id}, nullptr});
  if (applied) co_return true;
  if (applied.error().row().retry != Retry::never) co_return false;
  co_await set_aside({std::string(machine.form.kind->name), std::move(context), std::move(id)},
                     {applied.error().message()});
  co_return true;
}

void EngineCore::State::expect(std::string_view kind, Instant at) {
  auto& own = due.find(kind)->second;
  if (own.earliest && at < *own.earliest) own.signal->notify();
}

/// Deletes what has expired when the first of it has, in batches, and not more often than configured.
Task<void> EngineCore::State::run_sweep() {
  auto self = shared_from_this();
  while (!scope.closing() && !draining) {
    auto swept =
        co_await store.sweep(store::SystemScope("delete what has expired"), clock.now(), sweep_batch);
    if (swept && swept->more) continue;
    sweep_not_before = clock.now() + config.sweep_interval;
    sweep_at = swept ? std::max(sweep_not_before, swept->next.value_or(Instant::max())) : sweep_not_before;
    while (clock.now() < sweep_at) {
      const auto wake = sweep_at;
      const bool sooner = co_await sweep_sooner.wait(sweep_sooner.ticket(), {wake});
      if (!sooner && clock.now() < wake) co_return;
    }
  }
}

/// A commit brought rows that expire by themselves.
void EngineCore::State::expect_sweep(Instant expires_at) {
  const auto at = std::max(expires_at, sweep_not_before);
  if (at >= sweep_at) return;
  sweep_at = at;
  sweep_sooner.notify();
}

}  // namespace kontor::platform::engine
