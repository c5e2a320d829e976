#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {
namespace {

constexpr std::size_t due_page = 200;
constexpr Duration nothing_due = std::chrono::hours(24);
constexpr Duration after_failure = std::chrono::seconds(5);

}  // namespace

/// Applies what has become due, then waits for the next due time or for a commit with an earlier one.
Task<void> EngineCore::State::run_due(const ErasedMachine& machine) {
  auto self = shared_from_this();
  auto& own = due[std::string(machine.kind->name)];
  while (!scope.closing() && !draining) {
    const auto ticket = own.signal->ticket();
    auto records =
        co_await store.due(store::SystemScope("apply due events"), *machine.kind, clock.now(), due_page);
    if (records) {
      for (auto& record : *records) co_await apply_due(machine, std::move(record));
      if (records->size() == due_page) continue;
    }
    auto next = co_await store.next_due(store::SystemScope("wait for the next due event"), *machine.kind);
    Instant wake = clock.now() + (records && next ? nothing_due : after_failure);
    if (next && *next) wake = std::max(std::min(wake, **next), clock.now() + std::chrono::milliseconds(1));
    own.earliest = wake;
    const bool notified = co_await own.signal->wait(ticket, {wake});
    if (!notified && clock.now() < wake) co_return;
  }
}

Task<void> EngineCore::State::apply_due(const ErasedMachine& machine, store::Record record) {
  auto event = machine.due_event(record);
  if (event && *event) {
    auto applied = co_await apply(machine, Command{record.context, record.id}, *event, {});
    if (applied) co_return;
    auto set_aside = co_await store.quarantine(record.context, std::string(machine.kind->name), record.id,
                                               applied.error().message());
    static_cast<void>(set_aside);
    co_return;
  }
  if (!event) co_return;
  store::Transaction transaction;
  transaction.removes.push_back({machine.kind, record.id, record.version});
  auto removed = co_await store.commit(record.context, std::move(transaction));
  static_cast<void>(removed);
}

void EngineCore::State::expect(std::string_view kind, Instant at) {
  auto& own = due.find(kind)->second;
  if (own.earliest && at < *own.earliest) own.signal->notify();
}

Task<void> EngineCore::State::run_sweep() {
  auto self = shared_from_this();
  for (;;) {
    auto waited = co_await clock.wait_until(clock.now() + config.sweep_interval);
    if (!waited) co_return;
    auto swept = co_await store.sweep(store::SystemScope("delete expired single-use keys"), clock.now());
    static_cast<void>(swept);
  }
}

}  // namespace kontor::platform::engine
