#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "protocol/api/fabric/provision_manager.hpp"

/// What may be run: kinds of activities, and for each orchestration type a graph of them.
namespace kontor::domain::orchestration {

namespace api = protocol::api::fabric;

using api::Activity;
using api::ActivityDefinition;
using api::ActivityId;
using api::OrchestrationDefinition;

inline constexpr std::size_t activities_max = 100;

/// What the payload of an orchestration type always has, with the JSON Schema type of each key. None: the
/// payload of this type is not known, so inputs cannot be checked.
using GivenInputs = std::map<std::string, std::string>;
std::optional<GivenInputs> given_inputs(std::string_view orchestration_type);

/// Everything that is wrong with a definition, as sentences; none: it can be run. Types must be known, ids
/// unique, dependencies there and without a cycle (which is named), and where the payload is known each
/// required input must come, with its type, from the payload or from one activity that is complete before.
std::vector<std::string> problems_of(const OrchestrationDefinition& definition,
                                     std::span<const ActivityDefinition> known);

/// The same as a result. Errors: invalid_input, with all problems in one text.
Result<void> validate(const OrchestrationDefinition& definition, std::span<const ActivityDefinition> known);

/// The graph as steps, for clients that know only these: each activity as late as its dependents allow, ids
/// in order within a step. The graph must be without a cycle.
std::vector<api::OrchestrationStep> steps_of(std::span<const Activity> activities);

/// Stored under its type.
struct ActivityDefinitionDocument {
  using Entity = ActivityDefinition;
  static const entity::Kind& kind();
  static std::string encode(const Entity& definition);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Stored under its orchestration type; the definitions of one template share its reference.
struct OrchestrationDefinitionDocument {
  using Entity = OrchestrationDefinition;
  static const entity::Kind& kind();
  static std::string encode(const Entity& definition);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// The definitions that a template consists of, each activity with its discriminator.
std::vector<OrchestrationDefinition> definitions_of(const api::OrchestrationTemplate& source,
                                                    const api::TemplateRef& reference);

}  // namespace kontor::domain::orchestration
