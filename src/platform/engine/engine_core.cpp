#include "platform/engine/engine_core.hpp"

#include <algorithm>

#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {
namespace {

constexpr int decide_attempts_max = 16;

store::Transaction transaction_of(const ErasedMachine& machine, const Command& command,
                                  entity::Version before, const ErasedDecision& decision) {
  store::Transaction transaction;
  if (decision.removed) {
    transaction.removes.push_back({machine.form.kind, command.id, before});
  } else if (decision.changed) {
    transaction.puts.push_back({machine.form.kind, command.id, before, decision.entity, decision.due_at});
  }
  for (const auto& put : decision.documents.puts) transaction.puts.push_back(put);
  for (const auto& remove : decision.documents.removes) transaction.removes.push_back(remove);
  for (const auto& put : command.also) transaction.puts.push_back(put);
  transaction.single_use = command.single_use;
  for (const auto& each : decision.happened) {
    transaction.events.push_back(
        {each.name, std::string(machine.form.kind->name), command.id, before + 1, each.body, command.actor});
  }
  transaction.audited = machine.form.kind->audited && decision.changed;
  return transaction;
}

/// `policy-definition` is `policy.definition` in the names of events.
std::string event_name(const entity::Kind& kind, std::string_view what) {
  auto name = fmt::format("{}.{}", kind.name, what);
  std::ranges::replace(name, '-', '.');
  return name;
}

/// What the moment brings: nothing any more when somebody was first, the machine's event, or the end.
Result<ErasedDecision> decide_due(const ErasedMachine& machine, const Current& current, Instant now,
                                  ErasedEntity& decided) {
  if (!current.due_at || *current.due_at > now) return ErasedDecision{};
  const auto event = machine.due_event(current.entity.get());
  if (event) return machine.decide(current.entity.get(), event, now, decided);
  ErasedDecision over;
  over.changed = over.removed = true;
  return over;
}

bool empty(const store::Transaction& transaction) {
  return transaction.puts.empty() && transaction.removes.empty() && transaction.single_use.empty() &&
         transaction.effects_done.empty();
}

}  // namespace

Command::Command() = default;
Command::Command(ContextId context_in, EntityId id_in, std::string actor_in, telemetry::TraceContext trace_in,
                 std::vector<store::SingleUse> single_use_in, std::vector<store::Put> also_in)
    : context(std::move(context_in)),
      id(std::move(id_in)),
      actor(std::move(actor_in)),
      trace(std::move(trace_in)),
      single_use(std::move(single_use_in)),
      also(std::move(also_in)) {}
Command::Command(const Command&) = default;
Command::Command(Command&&) noexcept = default;
Command& Command::operator=(const Command&) = default;
Command& Command::operator=(Command&&) noexcept = default;
Command::~Command() = default;

EngineCore::State::State(async::Scope& scope_in, async::Clock& clock_in, Random& random_in,
                         store::Store& store_in, EngineConfig config_in)
    : scope(scope_in),
      clock(clock_in),
      random(random_in),
      store(store_in),
      config(config_in),
      untold(clock_in, random_in, {}, nullptr),
      tracer(&untold),
      slots(scope_in.executor(), config_in.effects_running_max),
      idle(scope_in.executor(), clock_in),
      carrying(std::make_unique<async::Scope>(scope_in.executor())),
      renewing(scope_in.executor()),
      closing(scope_in.executor()),
      renewed(scope_in.executor(), clock_in),
      look(scope_in.executor(), clock_in),
      sweep_sooner(scope_in.executor(), clock_in) {}

EngineCore::EngineCore(async::Scope& scope, async::Clock& clock, Random& random, store::Store& store,
                       EngineConfig config)
    : state_(std::make_shared<State>(scope, clock, random, store, config)) {}

EngineCore::~EngineCore() = default;

void EngineCore::add(ErasedMachine machine) {
  const std::string kind(machine.form.kind->name);
  invariant(!state_->machines.contains(kind), "each kind has one machine");
  state_->due[kind].signal = std::make_unique<async::Signal>(state_->scope.executor(), state_->clock);
  state_->machines.emplace(kind, std::move(machine));
}

std::optional<Duration> EngineCore::kept_after_end(const entity::Kind& kind) const {
  const auto configured = state_->config.keep_after_end.find(std::string(kind.name));
  if (configured != state_->config.keep_after_end.end()) return configured->second;
  return kind.keep_after_end;
}

void EngineCore::trace_with(telemetry::Tracer& tracer) {
  state_->tracer = &tracer;
}

void EngineCore::log_to(const telemetry::Log& log) {
  state_->log = log.component("engine");
}

Task<Result<Current>> EngineCore::apply(const entity::Kind& kind, Command command, ErasedEvent event) {
  const auto& machine = state_->machine(kind.name);
  co_return co_await state_->apply(machine, {std::move(command), std::move(event)});
}

Task<Result<Current>> EngineCore::load(ContextId context, Form form, EntityId id) {
  auto found = co_await state_->find(form, {std::string(form.kind->name), std::move(context), id});
  if (!found) co_return fail(std::move(found.error()));
  if (!*found) co_return fail(ErrorCode::not_found, "there is no {} '{}'", form.kind->name, id);
  co_return std::move(**found);
}

Task<Result<store::Record>> EngineCore::load_stored(ContextId context, const entity::Kind& kind,
                                                    EntityId id) {
  auto record = co_await state_->store.load(std::move(context), kind, id);
  if (!record) co_return fail(std::move(record.error()));
  if (!*record) co_return fail(ErrorCode::not_found, "there is no {} '{}'", kind.name, id);
  co_return std::move(**record);
}

Task<Result<void>> EngineCore::put(const entity::Kind& kind, Command command, std::string body,
                                   entity::Version expected) {
  store::Transaction transaction;
  transaction.puts.push_back({&kind, command.id, expected, std::move(body), std::nullopt});
  for (auto& put : command.also) transaction.puts.push_back(std::move(put));
  transaction.single_use = std::move(command.single_use);
  for (const auto& put : transaction.puts)
    transaction.events.push_back({event_name(*put.kind, put.expected == 0 ? "created" : "updated"),
                                  std::string(put.kind->name), put.id, put.expected + 1, "{}",
                                  command.actor});
  transaction.audited = kind.audited;
  auto committed = co_await state_->store.commit(std::move(command.context), std::move(transaction));
  if (!committed) co_return fail(std::move(committed.error()));
  co_return Result<void>{};
}

Task<Result<void>> EngineCore::remove(const entity::Kind& kind, Command command, entity::Version expected) {
  store::Transaction transaction;
  transaction.removes.push_back({&kind, command.id, expected});
  for (auto& put : command.also) transaction.puts.push_back(std::move(put));
  transaction.events.push_back(
      {event_name(kind, "deleted"), std::string(kind.name), command.id, expected + 1, "{}", command.actor});
  transaction.audited = kind.audited;
  auto committed = co_await state_->store.commit(std::move(command.context), std::move(transaction));
  if (!committed) co_return fail(std::move(committed.error()));
  co_return Result<void>{};
}

Task<Result<Current>> EngineCore::wait(ContextId context, Form form, EntityId id,
                                       std::function<bool(const void*)> done, async::Deadline deadline) {
  const EntityKey key{std::string(form.kind->name), context, id};
  auto signal = state_->watchers[key].lock();
  if (!signal) {
    signal = std::make_shared<async::Signal>(state_->scope.executor(), state_->clock);
    state_->watchers[key] = signal;
  }
  Result<Current> result = fail(ErrorCode::internal, "not looked yet");
  for (;;) {
    const auto ticket = signal->ticket();
    result = co_await load(context, form, id);
    if (!result || done(result->entity.get())) break;
    const bool notified = co_await signal->wait(ticket, deadline);
    if (!notified) break;
  }
  if (signal.use_count() == 1) state_->watchers.erase(key);
  co_return result;
}

EngineCounters EngineCore::counters() const {
  return state_->counters;
}
std::size_t EngineCore::held_count() const {
  return state_->held.size();
}
async::Clock& EngineCore::clock() {
  return state_->clock;
}
Random& EngineCore::random() {
  return state_->random;
}
store::Store& EngineCore::store() {
  return state_->store;
}

const ErasedMachine& EngineCore::State::machine(std::string_view kind) const {
  auto found = machines.find(kind);
  invariant(found != machines.end(), "a machine is added before it is used");
  return found->second;
}

Task<async::Mutex::Guard> EngineCore::State::lock(EntityKey key) {
  if (locks.size() > locks_max) {
    std::erase_if(locks,
                  [](const auto& each) { return each.second->idle() && each.second.use_count() == 1; });
    locks_max = std::max(locks_kept_max, 2 * locks.size());
  }
  auto& slot = locks[std::move(key)];
  if (!slot) slot = std::make_shared<async::Mutex>(scope.executor());
  auto mutex = slot;
  co_return co_await mutex->lock();
}

void EngineCore::State::hear_change(const store::Change& change) {
  if (change.is_unknown()) {
    for (const auto& [key, watcher] : watchers) {
      if (auto signal = watcher.lock()) signal->notify();
    }
    return;
  }
  const EntityKey key{change.kind, change.context, change.entity};
  held.changed(key, change);
  auto found = watchers.find(key);
  if (found == watchers.end()) return;
  if (auto signal = found->second.lock()) signal->notify();
}

Task<Result<Current>> EngineCore::State::apply(const ErasedMachine& machine, Wish wish) {
  auto guard = co_await lock({std::string(machine.form.kind->name), wish.command.context, wish.command.id});
  for (int i = 0;; ++i) {
    auto applied = co_await apply_once(machine, wish);
    if (applied || i == decide_attempts_max) co_return applied;
    // A conflict may be an entity that another replica made in the meantime; if it is none, it comes back.
    const auto code = applied.error().code;
    if (code != ErrorCode::version_conflict && (code != ErrorCode::conflict || i > 0)) co_return applied;
  }
}

Task<Result<std::optional<Current>>> EngineCore::State::find(const Form& form, const EntityKey& key) {
  if (const auto* known = held.find(key, *form.type)) co_return *known;
  Held::Reading reading(held, key);
  auto record = co_await store.load(key.context, *form.kind, key.id);
  if (!record) co_return fail(std::move(record.error()));
  if (!*record) co_return std::nullopt;
  auto entity = form.decode(**record);
  if (!entity) co_return fail(std::move(entity.error()));
  Current current{std::move(*entity),    form.type,        (*record)->version, (*record)->created_at,
                  (*record)->updated_at, (*record)->due_at};
  if ((*record)->body.size() <= config.held_bytes_max) reading.brought(current);
  co_return current;
}

Task<Result<Current>> EngineCore::State::apply_once(const ErasedMachine& machine, const Wish& wish) {
  const auto& command = wish.command;
  const EntityKey key{std::string(machine.form.kind->name), command.context, command.id};
  auto before = co_await find(machine.form, key);
  if (!before) co_return fail(std::move(before.error()));
  const auto now = clock.now();
  auto next = before->value_or(Current{{}, machine.form.type, 0, now, now});
  const auto current = std::exchange(next.entity, nullptr);
  auto decision = wish.event ? machine.decide(current.get(), wish.event, now, next.entity)
                             : decide_due(machine, before->value_or(Current{}), now, next.entity);
  if (!decision) co_return fail(std::move(decision.error()));

  auto transaction = transaction_of(machine, command, next.version, *decision);
  transaction.effects_done = wish.finished;
  for (auto& effect : decision->effects) {
    transaction.effects.push_back({command.context, store::EffectId(new_uuid(random)), key.kind, command.id,
                                   effect.name, std::move(effect.body), command.trace.traceparent()});
  }
  if (decision->changed) {
    ++next.version;
    next.updated_at = now;
    next.due_at = decision->due_at;
  } else if (empty(transaction)) {
    co_return next;
  }
  const bool holds =
      decision->changed && !decision->removed && decision->entity.size() <= config.held_bytes_max;
  if (holds) held.expect(key, next);
  auto committed = co_await commit(key, std::move(transaction));
  held.ended(key, committed.has_value());
  if (!committed) co_return fail(std::move(committed.error()));
  tell_happened(machine, command, *decision);
  if (decision->due_at) expect(key.kind, *decision->due_at);
  co_return next;
}

/// What is committed here is carried out here at once, unless others have a say in the entity's effects.
Task<Result<void>> EngineCore::State::commit(const EntityKey& key, store::Transaction transaction) {
  transaction.carrier = carrier;
  auto rows = transaction.effects;
  for (const auto& once : transaction.single_use) expect_sweep(once.expires_at);
  if (sweep_at == Instant::max()) expect_sweep(clock.now());
  Settled::Look look_at_store(settled);
  auto receipt = co_await store.commit(key.context, std::move(transaction));
  if (!receipt) {
    // Where the acknowledgement was lost it may be durable, and nobody else carries its effects out.
    if (receipt.error().code == ErrorCode::storage_failed && !rows.empty()) read_effects_of(key);
    co_return fail(std::move(receipt.error()));
  }
  if (rows.empty()) co_return Result<void>{};
  if (receipt->effects_wait || has_unread(key)) {
    read_effects_of(key);
  } else {
    enqueue(std::move(rows));
  }
  co_return Result<void>{};
}

}  // namespace kontor::platform::engine
