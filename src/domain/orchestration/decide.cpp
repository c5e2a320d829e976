#include "domain/orchestration/decide.hpp"

#include <algorithm>

#include "domain/orchestration/internal/graph.hpp"
#include "domain/orchestration/internal/turn.hpp"

namespace kontor::domain::orchestration {
namespace {

using internal::Turn;

Decision unchanged(const Orchestration& orchestration) {
  return {.next = orchestration};
}

Result<Decision> order(const Ordered& event, Instant now) {
  const auto& [manifest, definition, compensation, trace] = event;
  if (manifest.orchestration_type != definition.type) {
    return invalid("/orchestrationType", "is '{}', the definition is of '{}'", manifest.orchestration_type,
                   definition.type);
  }
  if (const auto problems = internal::graph_problems(definition.activities); !problems.empty()) {
    return invalid("/activities", "{}", problems.front());
  }
  Orchestration orchestration{.id = manifest.id,
                              .correlation_id = manifest.correlation_id,
                              .type = definition.type,
                              .template_ref = definition.template_ref,
                              .state = State::running,
                              .state_since = now,
                              .created_at = now,
                              .processing_data = manifest.payload,
                              .compensation = compensation,
                              .trace = trace};
  for (const auto& activity : definition.activities) orchestration.runs.push_back({.activity = activity});
  Turn turn(orchestration, now);
  turn.happened("orchestration.started");
  turn.settle();
  return std::move(turn).decision();
}

std::unexpected<Error> not_legal(const Orchestration& orchestration, std::string_view command) {
  const bool undone = orchestration.compensation && orchestration.compensation->started;
  return fail(ErrorCode::illegal_transition, "{} is not possible: the orchestration is {}{}", command,
              internal::name_of(orchestration.state), undone ? " and has been compensated" : "");
}

bool is_compensated(const Orchestration& orchestration) {
  return orchestration.compensation && orchestration.compensation->started;
}

/// The rules of an orchestration that exists, one for each event.
struct Rules {
  const Orchestration& orchestration;
  Instant now;

  Result<Decision> operator()(const Ordered&) const { return unchanged(orchestration); }

  Result<Decision> operator()(const ActivityCompleted& event) const {
    Turn turn(orchestration, now);
    auto* run = turn.find(event.activity);
    if (!run) return unknown(event.activity);
    if (run->status == RunStatus::completed || orchestration.state == State::completed)
      return unchanged(orchestration);
    if (run->attempts == 0) {
      return fail(ErrorCode::illegal_transition, "activity '{}' cannot be complete, it was not started",
                  event.activity);
    }
    turn.complete(*run);
    turn.merge(event);
    if (!event.values.empty()) turn.wake();
    if (orchestration.state == State::errored) turn.heal();
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const ActivityFailed& event) const {
    Turn turn(orchestration, now);
    auto* run = turn.find(event.activity);
    if (!run) return unknown(event.activity);
    const bool stale = event.attempt != 0 && event.attempt < run->attempts;
    const bool active = run->status == RunStatus::running || run->status == RunStatus::waiting;
    if (stale || !active) return unchanged(orchestration);
    turn.fail(*run, event);
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const ActivityWaiting& event) const {
    Turn turn(orchestration, now);
    auto* run = turn.find(event.activity);
    if (!run) return unknown(event.activity);
    if (run->status != RunStatus::running && run->status != RunStatus::waiting)
      return unchanged(orchestration);
    turn.wait(*run, event);
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const RetryOrdered&) const {
    if (orchestration.state != State::errored || is_compensated(orchestration)) {
      return not_legal(orchestration, "a retry");
    }
    Turn turn(orchestration, now);
    turn.happened("orchestration.retried");
    turn.restart_failed();
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const SkipOrdered& event) const {
    Turn turn(orchestration, now);
    auto* run = turn.find(event.activity);
    if (!run) return unknown(event.activity);
    if (run->status == RunStatus::skipped) return unchanged(orchestration);
    const bool open = orchestration.state == State::running || orchestration.state == State::errored;
    if (!open || is_compensated(orchestration)) return not_legal(orchestration, "skipping an activity");
    if (run->status == RunStatus::completed) {
      return fail(ErrorCode::illegal_transition, "activity '{}' is complete already", event.activity);
    }
    turn.skip(*run, event.reason);
    if (orchestration.state == State::errored) turn.heal();
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const CancelOrdered& event) const {
    if (orchestration.state == State::cancelled) return unchanged(orchestration);
    if (orchestration.state == State::completed || is_compensated(orchestration)) {
      return not_legal(orchestration, "cancelling");
    }
    Turn turn(orchestration, now);
    turn.cancel("cancelled: " + event.reason);
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const CompensationOrdered&) const {
    if (is_compensated(orchestration)) return unchanged(orchestration);
    const bool stopped = orchestration.state == State::errored || orchestration.state == State::cancelled;
    if (!stopped) return not_legal(orchestration, "compensating");
    if (!orchestration.compensation) {
      return fail(ErrorCode::illegal_transition, "template '{}' has no orchestration that undoes this one",
                  orchestration.template_ref);
    }
    Turn turn(orchestration, now);
    turn.happened("orchestration.compensation.ordered");
    turn.order_compensation();
    turn.settle();
    return std::move(turn).decision();
  }

  Result<Decision> operator()(const DeadlineDue&) const {
    Turn turn(orchestration, now);
    turn.act_on_deadlines();
    turn.settle();
    return std::move(turn).decision();
  }

 private:
  std::unexpected<Error> unknown(const ActivityId& activity) const {
    return fail(ErrorCode::not_found, "orchestration '{}' has no activity '{}'", orchestration.id, activity);
  }
};

}  // namespace

Result<Decision> decide(const Orchestration* current, const Event& event, Instant now) {
  if (current) return std::visit(Rules{*current, now}, event);
  if (const auto* ordered = std::get_if<Ordered>(&event)) return order(*ordered, now);
  return fail(ErrorCode::not_found, "there is no such orchestration");
}

Duration retry_delay(std::uint32_t failures) {
  const auto doublings = std::min(failures == 0 ? 0u : failures - 1, 16u);
  return std::min<Duration>(std::chrono::seconds(1) * (1 << doublings), std::chrono::minutes(5));
}

}  // namespace kontor::domain::orchestration
