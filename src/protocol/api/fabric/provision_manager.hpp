#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time/time.hpp"
#include "protocol/api/fabric/messages.hpp"
#include "protocol/api/fabric/types.hpp"

/// Bodies of the Provision Manager's API.
namespace kontor::protocol::api::fabric {

/// A kind of work that an agent can do. The schemas are JSON Schema (`properties`, `required` at the top, or
/// wrapped as `openAPIV3Schema`): what it needs in the processing data and what it adds.
struct ActivityDefinition {
  std::string type;
  std::string description;
  json::Object input_schema;
  json::Object output_schema;

  bool operator==(const ActivityDefinition&) const = default;
};

/// Definitions that belong together: what to run for each orchestration type. The 2025 form, a definition of
/// one type with a list of activities, is read too.
struct OrchestrationTemplate {
  std::optional<TemplateRef> id;  ///< none: one is made
  std::string description;
  json::Object schema;
  std::map<std::string, std::vector<Activity>> activities;  ///< by orchestration type; at least one

  bool operator==(const OrchestrationTemplate&) const = default;
};

struct CreatedTemplate {
  TemplateRef id;
  std::string description;

  bool operator==(const CreatedTemplate&) const = default;
};

/// One orchestration type of a template.
struct OrchestrationDefinition {
  std::string type;
  TemplateRef template_ref;
  std::string description;
  json::Object schema;
  std::vector<Activity> activities;

  bool operator==(const OrchestrationDefinition&) const = default;
};

/// The states as clients know them: numbers 0 to 3. A cancelled orchestration is `errored` to them; `status`
/// tells more.
enum class OrchestrationState : std::uint8_t { initialized = 0, running = 1, completed = 2, errored = 3 };

Result<void> read(const json::Node& node, OrchestrationState& out);
json::Value write(OrchestrationState state);

/// Activities that may run at the same time, as clients that know only steps see the graph.
struct OrchestrationStep {
  std::vector<Activity> activities;

  bool operator==(const OrchestrationStep&) const = default;
};

/// What became of one activity so far.
struct ActivityReport {
  std::string status;  ///< blocked, running, waiting, retrying, completed, failed, skipped, cancelled
  std::uint32_t attempts = 0;
  std::optional<Instant> started_at;
  std::optional<Instant> ended_at;
  std::string detail;  ///< why it failed or was skipped

  bool operator==(const ActivityReport&) const = default;
};

/// A line of the list of orchestrations.
struct OrchestrationEntry {
  OrchestrationId id;
  std::string correlation_id;
  std::string definition_id;
  OrchestrationState state = OrchestrationState::initialized;
  Instant state_timestamp;
  Instant created_timestamp;
  std::string orchestration_type;

  bool operator==(const OrchestrationEntry&) const = default;
};

struct Orchestration {
  OrchestrationEntry entry;
  std::vector<OrchestrationStep> steps;
  json::Object processing_data;
  json::Object output_data;
  std::vector<ActivityId> completed;  ///< written as an object with an empty object for each
  std::string status;                 ///< initialized, running, completed, errored, cancelled
  std::map<std::string, ActivityReport> activities;
  std::string error_detail;

  bool operator==(const Orchestration&) const = default;
};

/// Why an operator cancels an orchestration or skips an activity.
struct OperatorReason {
  std::string reason;

  bool operator==(const OperatorReason&) const = default;
};

/// What an activity that was done elsewhere came to.
struct ActivityOutcome {
  bool success = true;
  std::string error_detail;
  json::Object values;   ///< for activities that follow
  json::Object outputs;  ///< for whoever ordered the orchestration

  bool operator==(const ActivityOutcome&) const = default;
};

/// `{"message":"OK"}`
struct Health {
  std::string message = "OK";

  bool operator==(const Health&) const = default;
};

/// Errors besides: invalid_input (a type outside `is_type_name`).
Result<void> read(const json::Node& node, ActivityDefinition& out);
json::Value write(const ActivityDefinition& definition);
Result<void> read(const json::Node& node, OrchestrationTemplate& out);
json::Value write(const OrchestrationTemplate& value);
Result<void> read(const json::Node& node, CreatedTemplate& out);
json::Value write(const CreatedTemplate& created);
Result<void> read(const json::Node& node, OrchestrationDefinition& out);
json::Value write(const OrchestrationDefinition& definition);
Result<void> read(const json::Node& node, OrchestrationStep& out);
json::Value write(const OrchestrationStep& step);
Result<void> read(const json::Node& node, ActivityReport& out);
json::Value write(const ActivityReport& report);
Result<void> read(const json::Node& node, OrchestrationEntry& out);
json::Value write(const OrchestrationEntry& entry);
Result<void> read(const json::Node& node, Orchestration& out);
json::Value write(const Orchestration& orchestration);
Result<void> read(const json::Node& node, OperatorReason& out);
json::Value write(const OperatorReason& reason);
Result<void> read(const json::Node& node, ActivityOutcome& out);
json::Value write(const ActivityOutcome& outcome);
Result<void> read(const json::Node& node, Health& out);
json::Value write(const Health& health);

}  // namespace kontor::protocol::api::fabric
