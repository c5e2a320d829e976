#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time/time.hpp"
#include "domain/orchestration/definition.hpp"

namespace kontor::domain::orchestration {

using api::OrchestrationId;
using api::OrchestrationManifest;

enum class State : std::uint8_t {
  initialized,  ///< never stored: an orchestration is started by the decision that makes it
  running,
  completed,  ///< final
  errored,    ///< an activity failed for good; an operator may retry, skip, cancel or compensate
  cancelled,
};

enum class RunStatus : std::uint8_t {
  blocked,   ///< something that it depends on is not complete
  running,   ///< an agent has it
  waiting,   ///< for somebody outside, or until it is time to look again (`again_at`)
  retrying,  ///< failed for a reason that may pass; again at `again_at`
  completed,
  failed,
  skipped,    ///< by an operator; counts as complete
  cancelled,  ///< not started, or not again, because the orchestration ended
};

/// One activity of one orchestration.
struct ActivityRun {
  Activity activity;
  RunStatus status = RunStatus::blocked;
  std::uint32_t attempts = 0;  ///< how often it was given to an agent
  std::uint32_t failures = 0;  ///< since it was last started afresh
  std::optional<Instant> started_at;
  std::optional<Instant> ended_at;
  std::optional<Instant> again_at;  ///< when it is given to an agent again
  std::optional<Instant> deadline;  ///< when it counts as failed
  std::string detail;               ///< why it failed, waits or was skipped

  bool operator==(const ActivityRun&) const = default;
};

/// What undoes an orchestration that did not come to its end.
struct Compensation {
  std::string orchestration_type;
  bool automatic = false;  ///< at once; otherwise when an operator orders it
  bool started = false;

  bool operator==(const Compensation&) const = default;
};

struct Orchestration {
  OrchestrationId id;
  std::string correlation_id;
  std::string type;
  api::TemplateRef template_ref;
  State state = State::running;
  Instant state_since;
  Instant created_at;
  std::vector<ActivityRun> runs;
  json::Object processing_data;  ///< the payload, and what activities set for those that follow
  json::Object output_data;      ///< what whoever ordered it gets
  std::optional<Compensation> compensation;
  std::string error_detail;  ///< names the activity that failed first
  std::uint32_t notifications = 0;
  std::string trace;  ///< W3C traceparent of the order

  bool operator==(const Orchestration&) const = default;
};

/// The order. A second one with the same id changes nothing.
struct Ordered {
  OrchestrationManifest manifest;
  OrchestrationDefinition definition;
  std::optional<Compensation> compensation;
  std::string trace;
};
/// Only the keys that the activity set are merged, so that activities side by side do not undo each other's.
struct ActivityCompleted {
  ActivityId activity;
  json::Object values;               ///< into the processing data
  std::vector<std::string> removed;  ///< keys to take out of it
  json::Object outputs;
};
struct ActivityFailed {
  ActivityId activity;
  std::uint32_t attempt =
      0;  ///< 0: not known; a failure of an earlier attempt than the present one is ignored
  std::string reason;
  bool may_pass = false;  ///< trying again can help
};
/// The agent waits: for somebody outside, who will report the completion; or `again_after` it wants to look
/// again.
struct ActivityWaiting {
  ActivityId activity;
  std::optional<Duration> again_after;
  json::Object values;
  std::string detail;
  /// How long what is waited for may take, since the activity was first started; none: no longer than any
  /// attempt.
  std::optional<Duration> patience = {};
};
/// An operator: failed activities run again.
struct RetryOrdered {};
/// An operator: the orchestration goes on as if the activity were complete.
struct SkipOrdered {
  ActivityId activity;
  std::string reason;
};
struct CancelOrdered {
  std::string reason;
};
/// An operator: what was done is undone.
struct CompensationOrdered {};
/// `due_at` has come.
struct DeadlineDue {};

using Event = std::variant<Ordered, ActivityCompleted, ActivityFailed, ActivityWaiting, RetryOrdered,
                           SkipOrdered, CancelOrdered, CompensationOrdered, DeadlineDue>;

/// Give the activity to an agent, and return as soon as it has the order. Outcomes come as events of their
/// own.
struct RunActivity {
  OrchestrationId orchestration;
  ActivityId activity;
  std::string type;
  std::uint32_t attempt = 1;

  bool operator==(const RunActivity&) const = default;
};
/// Answer whoever ordered it. The response's id is the same for every attempt to send it.
struct NotifyFinished {
  api::OrchestrationResponse response;

  bool operator==(const NotifyFinished&) const = default;
};
/// Order the orchestration that undoes this one. Its id follows from this one's: ordered twice, it runs once.
struct StartCompensation {
  OrchestrationManifest manifest;

  bool operator==(const StartCompensation&) const = default;
};

using Effect = std::variant<RunActivity, NotifyFinished, StartCompensation>;

}  // namespace kontor::domain::orchestration
