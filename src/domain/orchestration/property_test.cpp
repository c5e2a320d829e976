#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "domain/orchestration/orchestration_fixture.hpp"
#include "domain/orchestration/view.hpp"

using namespace kontor;
using namespace kontor::domain::orchestration;
using namespace kontor::domain::orchestration::testing;

namespace {

/// A graph without cycles: each activity depends on some of those before it.
std::vector<Activity> any_graph() {
  std::vector<Activity> activities;
  const int count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> depends_on;
    for (int j = 0; j < i; ++j) {
      if (*rc::gen::inRange(0, 3) == 0) depends_on.push_back("a" + std::to_string(j));
    }
    activities.push_back(activity("a" + std::to_string(i), depends_on));
  }
  return activities;
}

std::optional<Compensation> any_compensation() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return at_once;
    case 1:
      return on_order;
    default:
      return std::nullopt;
  }
}

Event any_event(std::size_t activities) {
  const auto id = "a" + std::to_string(*rc::gen::inRange<std::size_t>(0, activities));
  switch (*rc::gen::inRange(0, 12)) {
    case 0:
    case 1:
    case 2:
      return done(id, {{id, "done"}});
    case 3:
      return broken(id, false);
    case 4:
    case 5:
      return broken(id, true);
    case 6:
      return ActivityWaiting{ActivityId(id), std::chrono::seconds(5), {}, ""};
    case 7:
      return RetryOrdered{};
    case 8:
      return SkipOrdered{ActivityId(id), "by hand"};
    case 9:
      return *rc::gen::inRange(0, 4) == 0 ? Event(CancelOrdered{"no"}) : Event(DeadlineDue{});
    case 10:
      return CompensationOrdered{};
    default:
      return DeadlineDue{};
  }
}

bool counts_as_complete(const ActivityRun& run) {
  return run.status == RunStatus::completed || run.status == RunStatus::skipped;
}

void check_entity(const Orchestration& orchestration) {
  RC_ASSERT(Machine::decode(Machine::encode(orchestration), 1).value() == orchestration);
  const bool done_all = std::ranges::all_of(orchestration.runs, counts_as_complete);
  RC_ASSERT((orchestration.state == State::completed) ==
            (done_all && orchestration.state != State::cancelled && orchestration.state != State::errored));
  for (const auto& run : orchestration.runs) {
    if (run.attempts == 0 || run.status == RunStatus::blocked) continue;
    if (orchestration.state == State::running && run.status == RunStatus::running) {
      for (const auto& dependency : run.activity.depends_on) {
        RC_ASSERT(counts_as_complete(run_of(orchestration, dependency.str())));
      }
    }
  }
  if (orchestration.state != State::running) return;
  const auto moves = [](const ActivityRun& run) {
    return run.status == RunStatus::running || run.status == RunStatus::waiting ||
           run.status == RunStatus::retrying;
  };
  RC_ASSERT(std::ranges::any_of(orchestration.runs, moves));
  RC_ASSERT(Machine::due_at(orchestration).has_value());
}

void check_step(const Orchestration& before, const Decision& decision) {
  check_entity(decision.next);
  for (const auto& effect : decision.effects) {
    RC_ASSERT(Machine::decode_effect(Machine::encode_effect(effect)).value() == effect);
  }
  if (decision.happened.empty()) RC_ASSERT(decision.next == before && decision.effects.empty());
  if (before.state == State::completed) RC_ASSERT(decision.happened.empty());
  if (before.state != State::running && decision.next.state != State::running) {
    RC_ASSERT(effects_of<RunActivity>(decision).empty());
  }
  const bool stops = before.state == State::running && decision.next.state != State::running;
  RC_ASSERT(effects_of<NotifyFinished>(decision).size() ==
            static_cast<std::size_t>(decision.next.notifications - before.notifications));
  if (stops) RC_ASSERT(decision.next.notifications == before.notifications + 1);
}

}  // namespace

RC_GTEST_PROP(OrchestrationProperty, any_sequence_of_events_keeps_every_promise, ()) {
  const auto graph = any_graph();
  auto decision = ordered(graph, any_compensation());
  check_entity(decision.next);
  auto orchestration = decision.next;
  auto now = noon;
  std::size_t compensations = 0;
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    const auto event = any_event(graph.size());
    if (std::holds_alternative<DeadlineDue>(event))
      now = std::max(now, Machine::due_at(orchestration).value_or(now));
    auto next = decide(&orchestration, event, now);
    if (!next) continue;
    check_step(orchestration, *next);
    compensations += effects_of<StartCompensation>(*next).size();
    orchestration = next->next;
  }
  RC_ASSERT(compensations <= 1u);
}

RC_GTEST_PROP(OrchestrationProperty, every_graph_is_run_to_its_end_each_activity_once, ()) {
  auto decision = ordered(any_graph());
  std::vector<std::string> running = started_by(decision);
  std::size_t runs = running.size();
  while (!running.empty()) {
    const auto pick = *rc::gen::inRange<std::size_t>(0, running.size());
    const auto id = running[pick];
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(pick));
    decision = step(decision.next, done(id));
    for (auto& started : started_by(decision)) running.push_back(started);
    runs += started_by(decision).size();
  }
  RC_ASSERT(decision.next.state == State::completed);
  RC_ASSERT(runs == decision.next.runs.size());
}
