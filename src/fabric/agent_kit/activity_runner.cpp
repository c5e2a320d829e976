#include "fabric/agent_kit/activity_runner.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "platform/async/deadline.hpp"

namespace kontor::fabric::agent_kit {

namespace async = platform::async;
namespace engine = platform::engine;
namespace orchestration = domain::orchestration;
namespace query = protocol::query;
using orchestration::Machine;
using platform::store::installation_context;

namespace {

constexpr std::uint32_t reports_max = 10;
constexpr std::uint32_t page_size = 200;

struct Order {
  orchestration::RunActivity activity;
  std::string trace;
};

using OrderKey = std::tuple<std::string, std::string, std::uint32_t>;

OrderKey key_of(const orchestration::RunActivity& order) {
  return {order.orchestration.str(), order.activity.str(), order.attempt};
}

const orchestration::ActivityRun* find_run(const orchestration::Orchestration& whole,
                                           const orchestration::RunActivity& order) {
  for (const auto& run : whole.runs) {
    const bool same_attempt = run.activity.id == order.activity && run.attempts == order.attempt;
    if (same_attempt && run.status == orchestration::RunStatus::running) return &run;
  }
  return nullptr;
}

orchestration::Event event_of(const orchestration::RunActivity& order, Outcome outcome) {
  if (auto* waiting = std::get_if<Waiting>(&outcome)) {
    return orchestration::ActivityWaiting{order.activity, waiting->again_after, std::move(waiting->values),
                                          std::move(waiting->detail), waiting->patience};
  }
  auto& completed = std::get<Completed>(outcome);
  return orchestration::ActivityCompleted{
      order.activity, std::move(completed.values), {}, std::move(completed.outputs)};
}

orchestration::Event event_of(const orchestration::RunActivity& order, const Error& error) {
  return orchestration::ActivityFailed{.activity = order.activity,
                                       .attempt = order.attempt,
                                       .reason = error.message(),
                                       .may_pass = error.row().retry != Retry::never};
}

}  // namespace

struct ActivityRunner::State : std::enable_shared_from_this<State> {
  State(async::Scope& scope_in, engine::Engine& engine_in, RunnerLimits limits_in)
      : scope(scope_in), engine(engine_in), limits(limits_in) {}

  void start_waiting();
  static Task<void> run(std::shared_ptr<State> state, Order order);
  /// What came of the attempt; none: there is nothing to report (it is not asked for any more, or the process
  /// stops).
  Task<std::optional<orchestration::Event>> perform(Order order);
  Task<void> report(Order order, orchestration::Event event);

  async::Scope& scope;
  engine::Engine& engine;
  RunnerLimits limits;
  std::map<std::string, ActivityHandler, std::less<>> handlers;
  std::set<OrderKey> taken;  ///< waiting or running
  std::deque<Order> waiting;
  std::size_t running = 0;
};

ActivityRunner::ActivityRunner(async::Scope& scope, engine::Engine& engine, RunnerLimits limits)
    : state_(std::make_shared<State>(scope, engine, limits)) {}
ActivityRunner::~ActivityRunner() = default;

void ActivityRunner::add(std::string type, ActivityHandler handler) {
  const bool added = state_->handlers.emplace(std::move(type), std::move(handler)).second;
  invariant(added, "one agent does the activities of a type");
}

Result<void> ActivityRunner::take(const orchestration::RunActivity& order, std::string trace) {
  auto& state = *state_;
  if (!state.handlers.contains(order.type)) {
    return fail(ErrorCode::not_found, "no agent of this process does activities of type '{}'", order.type);
  }
  if (state.taken.contains(key_of(order))) return {};
  if (state.waiting.size() >= state.limits.waiting_max) {
    return fail(ErrorCode::unavailable, "{} activities are waiting for an agent", state.waiting.size());
  }
  state.taken.insert(key_of(order));
  state.waiting.push_back({order, std::move(trace)});
  state.start_waiting();
  return {};
}

void ActivityRunner::State::start_waiting() {
  while (running < limits.running_max && !waiting.empty()) {
    auto order = std::move(waiting.front());
    waiting.pop_front();
    ++running;
    scope.spawn(run(shared_from_this(), std::move(order)));
  }
}

Task<void> ActivityRunner::State::run(std::shared_ptr<State> state, Order order) {
  auto event = co_await state->perform(order);
  if (event) co_await state->report(order, std::move(*event));
  state->taken.erase(key_of(order.activity));
  --state->running;
  state->start_waiting();
}

Task<std::optional<orchestration::Event>> ActivityRunner::State::perform(Order order) {
  auto loaded =
      co_await engine.load<Machine>(installation_context(), entity_id(order.activity.orchestration));
  if (!loaded) co_return std::nullopt;
  const auto* run = find_run(loaded->entity, order.activity);
  if (!run) co_return std::nullopt;
  const auto deadline = run->deadline.value_or(engine.clock().now() + orchestration::activity_timeout);
  Assignment assignment{.orchestration = order.activity.orchestration,
                        .activity = order.activity.activity,
                        .type = order.activity.type,
                        .discriminator = run->activity.discriminator,
                        .data = loaded->entity.processing_data,
                        .deadline = {deadline},
                        .trace = order.trace.empty() ? loaded->entity.trace : order.trace};
  auto work = handlers.find(order.activity.type)->second(std::move(assignment));
  auto outcome = co_await async::with_deadline(engine.clock(), async::Deadline{deadline}, std::move(work));
  if (outcome) co_return event_of(order.activity, std::move(*outcome));
  if (outcome.error().code == ErrorCode::cancelled) co_return std::nullopt;
  co_return event_of(order.activity, outcome.error());
}

Task<void> ActivityRunner::State::report(Order order, orchestration::Event event) {
  for (std::uint32_t tries = 1; tries <= reports_max; ++tries) {
    engine::Command command{installation_context(), entity_id(order.activity.orchestration),
                            order.activity.type, platform::telemetry::trace_of(order.trace)};
    auto applied = co_await engine.apply<Machine>(std::move(command), event);
    if (applied || applied.error().row().retry == Retry::never) co_return;
    auto waited =
        co_await engine.clock().wait_until(engine.clock().now() + orchestration::retry_delay(tries));
    if (!waited) co_return;
  }
}

Task<Result<void>> ActivityRunner::resume() {
  auto state = state_;
  query::Query query{.where = query::where("status", query::Operator::not_equal, {std::string("completed")}),
                     .sort = {},
                     .limit = page_size,
                     .offset = 0,
                     .after = {}};
  for (;;) {
    auto page = co_await state->engine.list<Machine>(installation_context(), query);
    if (!page) co_return fail(std::move(page.error()), "find the activities that were running");
    for (const auto& each : page->entities) {
      for (const auto& run : each.entity.runs) {
        if (run.status != orchestration::RunStatus::running) continue;
        // One that cannot be taken counts as failed when its deadline comes.
        (void)take({each.entity.id, run.activity.id, run.activity.type, run.attempts}, each.entity.trace);
      }
    }
    if (!page->next) co_return Result<void>{};
    auto cursor = query::read_cursor(*page->next);
    if (!cursor) co_return fail(std::move(cursor.error()));
    query.after = std::move(*cursor);
  }
}

}  // namespace kontor::fabric::agent_kit
