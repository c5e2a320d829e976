#include <algorithm>

#include "base/json/stored.hpp"
#include "domain/orchestration/codec.hpp"
#include "domain/orchestration/decide.hpp"

namespace kontor::domain::orchestration {
namespace {

bool is_under_way(const ActivityRun& run) {
  return run.status == RunStatus::running || run.status == RunStatus::waiting;
}

bool is_compensated(const Orchestration& orchestration) {
  return orchestration.compensation && orchestration.compensation->started;
}

}  // namespace

const entity::Kind& Machine::kind() {
  using entity::FieldType;
  static constexpr entity::Field fields[] = {
      {.name = "id", .path = "id"},
      {.name = "correlationId", .path = "correlationId", .indexed = true},
      {.name = "definitionId", .path = "definitionId"},
      {.name = "DefinitionID", .path = "definitionId"},
      {.name = "orchestrationType", .path = "orchestrationType"},
      {.name = "templateRef", .path = "templateRef", .indexed = true},
      {.name = "state", .path = "state", .type = FieldType::number},
      {.name = "status", .path = "status"},
      {.name = "stateTimestamp", .path = "stateTimestamp", .type = FieldType::instant},
      {.name = "createdTimestamp", .path = "createdTimestamp", .type = FieldType::instant},
  };
  static constexpr entity::Kind kind{.name = "orchestration",
                                     .codec_version = 1,
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 90)};
  return kind;
}

std::string Machine::encode(const Entity& orchestration) {
  return json::encode(orchestration);
}

Result<Orchestration> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Orchestration>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}

Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<orchestration::Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  struct Name {
    std::string_view operator()(const RunActivity&) const { return "run-activity"; }
    std::string_view operator()(const NotifyFinished&) const { return "notify-finished"; }
    std::string_view operator()(const StartCompensation&) const { return "start-compensation"; }
  };
  return std::visit(Name{}, effect);
}

std::optional<Instant> Machine::due_at(const Entity& orchestration) {
  std::optional<Instant> earliest;
  const auto consider = [&](const std::optional<Instant>& moment) {
    if (moment && (!earliest || *moment < *earliest)) earliest = moment;
  };
  for (const auto& run : orchestration.runs) {
    consider(run.again_at);
    consider(run.deadline);
  }
  if (orchestration.state == State::errored && !is_compensated(orchestration)) {
    consider(orchestration.state_since + abandoned_after);
  }
  return earliest;
}

orchestration::Event Machine::due_event(const Entity&) {
  return DeadlineDue{};
}

std::optional<orchestration::Event> Machine::failed(const Effect& effect, const Error& error) {
  const auto* run = std::get_if<RunActivity>(&effect);
  if (!run) return std::nullopt;
  return ActivityFailed{.activity = run->activity,
                        .attempt = run->attempt,
                        .reason = "it could not be given to an agent: " + error.message()};
}

bool Machine::ended(const Entity& orchestration) {
  if (orchestration.state == State::completed) return true;
  const bool stopped = orchestration.state == State::cancelled || is_compensated(orchestration);
  return stopped && std::ranges::none_of(orchestration.runs, is_under_way);
}

}  // namespace kontor::domain::orchestration
