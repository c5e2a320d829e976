#include "domain/orchestration/internal/turn.hpp"

#include <algorithm>

#include "domain/orchestration/view.hpp"

namespace kontor::domain::orchestration::internal {
namespace {

bool counts_as_complete(const ActivityRun& run) {
  return run.status == RunStatus::completed || run.status == RunStatus::skipped;
}

Duration timeout_of(const Activity& activity) {
  return activity.timeout_seconds ? Duration(std::chrono::seconds(*activity.timeout_seconds))
                                  : activity_timeout;
}

}  // namespace

std::string_view name_of(State state) {
  return state_name(state);
}

ActivityRun* Turn::find(const ActivityId& activity) {
  auto found =
      std::ranges::find(next().runs, activity, [](const ActivityRun& run) { return run.activity.id; });
  return found == next().runs.end() ? nullptr : &*found;
}

void Turn::settle() {
  if (next().state == State::running) start_what_is_ready();
  if (next().state == State::running) finish_if_done();
  compensate_if_drained();
}

void Turn::start_what_is_ready() {
  const auto is_complete = [&](const ActivityId& id) { return counts_as_complete(*find(id)); };
  for (auto& run : next().runs) {
    const bool ready =
        run.status == RunStatus::blocked && std::ranges::all_of(run.activity.depends_on, is_complete);
    if (ready) give_to_agent(run, true);
  }
}

void Turn::finish_if_done() {
  if (!std::ranges::all_of(next().runs, counts_as_complete)) return;
  next().error_detail.clear();
  move_to(State::completed);
  happened("orchestration.completed");
  notify(true);
}

void Turn::give_to_agent(ActivityRun& run, bool afresh) {
  run.status = RunStatus::running;
  ++run.attempts;
  if (!run.started_at) run.started_at = now_;
  run.ended_at.reset();
  run.again_at.reset();
  if (afresh || !run.deadline) run.deadline = now_ + timeout_of(run.activity);
  // Who looks again still waits for what it has said.
  if (afresh) run.detail.clear();
  decision_.effects.push_back(RunActivity{.orchestration = next().id,
                                          .activity = run.activity.id,
                                          .type = run.activity.type,
                                          .attempt = run.attempts});
}

void Turn::complete(ActivityRun& run) {
  run.status = RunStatus::completed;
  run.ended_at = now_;
  run.again_at.reset();
  run.deadline.reset();
  run.detail.clear();
  happened("orchestration.activity.completed");
}

void Turn::merge(const ActivityCompleted& event) {
  for (const auto& member : event.values)
    next().processing_data.insert_or_assign(member.key(), member.value());
  for (const auto& key : event.removed) next().processing_data.erase(key);
  for (const auto& member : event.outputs) next().output_data.insert_or_assign(member.key(), member.value());
}

void Turn::wake() {
  if (next().state != State::running) return;
  for (auto& run : next().runs) {
    if (run.status != RunStatus::waiting || !run.again_at) continue;
    happened("orchestration.activity.started");
    give_to_agent(run, false);
  }
}

void Turn::fail(ActivityRun& run, const ActivityFailed& event) {
  ++run.failures;
  const auto attempts_max = run.activity.attempts_max.value_or(activity_attempts_max);
  if (!event.may_pass || run.failures >= attempts_max || next().state != State::running) {
    fail_for_good(run, event.reason);
    return;
  }
  run.status = RunStatus::retrying;
  run.again_at = now_ + retry_delay(run.failures);
  run.deadline.reset();
  run.detail = event.reason;
  happened("orchestration.activity.retrying");
}

void Turn::fail_for_good(ActivityRun& run, const std::string& reason) {
  run.status = RunStatus::failed;
  run.ended_at = now_;
  run.again_at.reset();
  run.deadline.reset();
  run.detail = reason;
  happened("orchestration.activity.failed");
  if (next().state != State::running) return;
  next().error_detail =
      fmt::format("activity '{}' ({}) failed: {}", run.activity.id, run.activity.type, reason);
  for (auto& other : next().runs) {
    if (!other.again_at) continue;
    other.status = RunStatus::cancelled;
    other.again_at.reset();
    other.deadline.reset();
  }
  move_to(State::errored);
  happened("orchestration.errored");
  notify(false);
}

void Turn::wait(ActivityRun& run, const ActivityWaiting& event) {
  for (const auto& member : event.values)
    next().processing_data.insert_or_assign(member.key(), member.value());
  happened("orchestration.activity.waiting");
  run.detail = event.detail;
  if (next().state != State::running) {
    run.status = RunStatus::cancelled;
    run.deadline.reset();
    return;
  }
  run.status = RunStatus::waiting;
  run.again_at.reset();
  if (event.again_after)
    run.again_at = now_ + std::max<Duration>(*event.again_after, std::chrono::milliseconds(100));
  if (event.patience && run.deadline && run.started_at)
    run.deadline = std::max(*run.deadline, *run.started_at + *event.patience);
}

void Turn::skip(ActivityRun& run, const std::string& reason) {
  run.status = RunStatus::skipped;
  run.ended_at = now_;
  run.again_at.reset();
  run.deadline.reset();
  run.detail = reason;
  happened("orchestration.activity.skipped");
}

void Turn::restart_failed() {
  move_to(State::running);
  next().error_detail.clear();
  for (auto& run : next().runs) {
    if (run.status != RunStatus::failed && run.status != RunStatus::cancelled) continue;
    run.failures = 0;
    if (run.attempts == 0) {
      run.status = RunStatus::blocked;
    } else {
      give_to_agent(run, true);
    }
  }
}

void Turn::heal() {
  const bool undone = next().compensation && next().compensation->started;
  const auto failed = [](const ActivityRun& run) { return run.status == RunStatus::failed; };
  if (undone || std::ranges::any_of(next().runs, failed)) return;
  happened("orchestration.recovered");
  restart_failed();
}

void Turn::cancel(const std::string& reason) {
  const bool was_running = next().state == State::running;
  for (auto& run : next().runs) {
    const bool idle = run.status == RunStatus::blocked || run.status == RunStatus::retrying ||
                      run.status == RunStatus::waiting;
    if (!idle) continue;
    run.status = RunStatus::cancelled;
    run.again_at.reset();
    run.deadline.reset();
  }
  move_to(State::cancelled);
  next().error_detail = reason;
  happened("orchestration.cancelled");
  if (was_running) notify(false);
}

void Turn::act_on_deadlines() {
  if (next().state == State::errored && now_ >= next().state_since + abandoned_after) {
    cancel(next().error_detail + "; nobody cared for it");
  }
  for (auto& run : next().runs) act_on_deadline(run);
}

void Turn::act_on_deadline(ActivityRun& run) {
  if (run.deadline && now_ >= *run.deadline) {
    const bool external = run.status == RunStatus::waiting;
    fail(run, {.activity = run.activity.id,
               .reason = fmt::format(
                   "it did not end within {} s",
                   std::chrono::duration_cast<std::chrono::seconds>(*run.deadline - *run.started_at).count()),
               .may_pass = !external});
  } else if (run.again_at && now_ >= *run.again_at) {
    happened("orchestration.activity.started");
    give_to_agent(run, run.status == RunStatus::retrying);
  }
}

void Turn::compensate_if_drained() {
  auto& compensation = next().compensation;
  const bool stopped = next().state == State::errored || next().state == State::cancelled;
  if (!stopped || !compensation || !compensation->automatic || compensation->started) return;
  const auto runs = [](const ActivityRun& run) { return run.status == RunStatus::running; };
  if (std::ranges::any_of(next().runs, runs)) return;
  for (auto& run : next().runs) {
    if (run.status != RunStatus::waiting && run.status != RunStatus::blocked) continue;
    run.status = RunStatus::cancelled;
    run.deadline.reset();
  }
  compensation->started = true;
  happened("orchestration.compensating");
  decision_.effects.push_back(StartCompensation{{.id = OrchestrationId(next().id.str() + "-compensation"),
                                                 .correlation_id = next().correlation_id,
                                                 .orchestration_type = compensation->orchestration_type,
                                                 .payload = next().processing_data}});
}

void Turn::move_to(State state) {
  next().state = state;
  next().state_since = now_;
}

void Turn::notify(bool success) {
  ++next().notifications;
  decision_.effects.push_back(
      NotifyFinished{{.id = fmt::format("{}-response-{}", next().id, next().notifications),
                      .manifest_id = next().id,
                      .correlation_id = next().correlation_id,
                      .orchestration_type = next().type,
                      .success = success,
                      .error_detail = next().error_detail,
                      .properties = next().output_data}});
}

}  // namespace kontor::domain::orchestration::internal
