#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/orchestration/definition.hpp"
#include "platform/engine/engine.hpp"
#include "protocol/api/fabric/paging.hpp"

namespace kontor::fabric::provision_manager {

namespace api = protocol::api::fabric;
namespace orchestration = domain::orchestration;

/// What can be run: kinds of activities, and templates that consist of them. They belong to the installation.
class Definitions {
 public:
  explicit Definitions(platform::engine::Engine& engine) : engine_(engine) {}

  Task<Result<std::vector<api::ActivityDefinition>>> activities();
  /// Creates or replaces.
  Task<Result<void>> put_activity(api::ActivityDefinition definition, std::string actor);
  /// Errors: not_found; conflict: an orchestration definition uses it.
  Task<Result<void>> remove_activity(std::string type, std::string actor);

  Task<Result<std::vector<api::OrchestrationDefinition>>> all();
  /// Errors: not_found.
  Task<Result<std::vector<api::OrchestrationDefinition>>> of_template(api::TemplateRef reference);
  /// None: nothing is defined for this orchestration type.
  Task<Result<std::optional<api::OrchestrationDefinition>>> of_type(std::string type);
  /// Stores all definitions of the template or none. Errors: invalid_input (what `orchestration::validate`
  /// finds).
  Task<Result<api::CreatedTemplate>> put_template(api::OrchestrationTemplate source, std::string actor);
  /// Errors: not_found; conflict: an orchestration under way uses it.
  Task<Result<void>> remove_template(api::TemplateRef reference, std::string actor);

  /// Stores what an installation starts with, where it is not there: the kinds of work of our agents, and the
  /// template that onboards and off-boards participants when neither of its types is defined.
  Task<Result<void>> seed();

 private:
  Task<Result<void>> seed_activities();

  platform::engine::Engine& engine_;
};

}  // namespace kontor::fabric::provision_manager
