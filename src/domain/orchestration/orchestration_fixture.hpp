#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "domain/orchestration/decide.hpp"

/// What the tests of this module start from.
namespace kontor::domain::orchestration::testing {

inline const Instant noon = parse_instant("2026-11-21T12:00:00Z").value();

inline Activity activity(std::string id, std::vector<std::string> depends_on = {}) {
  Activity made{
      .id = ActivityId(id), .type = id + "-activity", .discriminator = std::string(api::deploy_type)};
  for (auto& dependency : depends_on) made.depends_on.emplace_back(std::move(dependency));
  return made;
}

inline OrchestrationDefinition definition_of(std::vector<Activity> activities) {
  return {.type = std::string(api::deploy_type),
          .template_ref = api::TemplateRef("t"),
          .description = {},
          .schema = {},
          .activities = std::move(activities)};
}

/// tokens -> { plane, identity } -> onboarding, and data needs only plane.
inline std::vector<Activity> onboarding_graph() {
  return {activity("tokens"), activity("plane", {"tokens"}), activity("identity", {"tokens"}),
          activity("onboarding", {"plane", "identity"}), activity("data", {"plane"})};
}

inline Ordered order_of(std::vector<Activity> activities, std::optional<Compensation> compensation = {}) {
  return {.manifest = {.id = OrchestrationId("o1"),
                       .correlation_id = "profile-1",
                       .orchestration_type = std::string(api::deploy_type),
                       .payload = {{"cfm.participant.id", "did:web:a"}}},
          .definition = definition_of(std::move(activities)),
          .compensation = std::move(compensation),
          .trace = {}};
}

inline const Compensation at_once{.orchestration_type = std::string(api::dispose_type), .automatic = true};
inline const Compensation on_order{.orchestration_type = std::string(api::dispose_type), .automatic = false};

inline Decision ordered(std::vector<Activity> activities, std::optional<Compensation> compensation = {}) {
  return decide(nullptr, order_of(std::move(activities), std::move(compensation)), noon).value();
}

inline Decision step(const Orchestration& orchestration, const Event& event, Instant now = noon) {
  return decide(&orchestration, event, now).value();
}

inline ActivityCompleted done(std::string id, json::Object values = {}) {
  return {.activity = ActivityId(std::move(id)), .values = std::move(values), .removed = {}, .outputs = {}};
}

inline ActivityFailed broken(std::string id, bool may_pass = false) {
  return {.activity = ActivityId(std::move(id)), .attempt = 0, .reason = "no luck", .may_pass = may_pass};
}

inline const ActivityRun& run_of(const Orchestration& orchestration, std::string_view id) {
  return *std::ranges::find(orchestration.runs, id,
                            [](const ActivityRun& run) { return run.activity.id.str(); });
}

template <class E>
std::vector<E> effects_of(const Decision& decision) {
  std::vector<E> found;
  for (const auto& effect : decision.effects) {
    if (const auto* one = std::get_if<E>(&effect)) found.push_back(*one);
  }
  return found;
}

/// Ids of the activities that a decision gives to agents.
inline std::vector<std::string> started_by(const Decision& decision) {
  std::vector<std::string> ids;
  for (const auto& run : effects_of<RunActivity>(decision)) ids.push_back(run.activity.str());
  std::ranges::sort(ids);
  return ids;
}

}  // namespace kontor::domain::orchestration::testing
