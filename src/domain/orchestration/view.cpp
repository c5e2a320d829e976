#include "domain/orchestration/view.hpp"

namespace kontor::domain::orchestration {

std::string_view state_name(State state) {
  switch (state) {
    case State::initialized:
      return "initialized";
    case State::running:
      return "running";
    case State::completed:
      return "completed";
    case State::errored:
      return "errored";
    case State::cancelled:
      return "cancelled";
  }
  return {};
}

std::string_view status_name(RunStatus status) {
  switch (status) {
    case RunStatus::blocked:
      return "blocked";
    case RunStatus::running:
      return "running";
    case RunStatus::waiting:
      return "waiting";
    case RunStatus::retrying:
      return "retrying";
    case RunStatus::completed:
      return "completed";
    case RunStatus::failed:
      return "failed";
    case RunStatus::skipped:
      return "skipped";
    case RunStatus::cancelled:
      return "cancelled";
  }
  return {};
}

api::OrchestrationState state_code(State state) {
  switch (state) {
    case State::initialized:
      return api::OrchestrationState::initialized;
    case State::running:
      return api::OrchestrationState::running;
    case State::completed:
      return api::OrchestrationState::completed;
    case State::errored:
    case State::cancelled:
      return api::OrchestrationState::errored;
  }
  return api::OrchestrationState::errored;
}

api::OrchestrationEntry entry_of(const Orchestration& orchestration) {
  return {.id = orchestration.id,
          .correlation_id = orchestration.correlation_id,
          .definition_id = orchestration.type,
          .state = state_code(orchestration.state),
          .state_timestamp = orchestration.state_since,
          .created_timestamp = orchestration.created_at,
          .orchestration_type = orchestration.type};
}

api::Orchestration view_of(const Orchestration& orchestration) {
  std::vector<Activity> activities;
  api::Orchestration view{.entry = entry_of(orchestration),
                          .processing_data = orchestration.processing_data,
                          .output_data = orchestration.output_data,
                          .status = std::string(state_name(orchestration.state)),
                          .error_detail = orchestration.error_detail};
  for (const auto& run : orchestration.runs) {
    activities.push_back(run.activity);
    if (run.status == RunStatus::completed || run.status == RunStatus::skipped) {
      view.completed.push_back(run.activity.id);
    }
    view.activities.emplace(run.activity.id.str(),
                            api::ActivityReport{.status = std::string(status_name(run.status)),
                                                .attempts = run.attempts,
                                                .started_at = run.started_at,
                                                .ended_at = run.ended_at,
                                                .detail = run.detail});
  }
  view.steps = steps_of(activities);
  return view;
}

}  // namespace kontor::domain::orchestration
