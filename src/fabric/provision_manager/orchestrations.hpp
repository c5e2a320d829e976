#pragma once

#include <string>

#include "domain/orchestration/decide.hpp"
#include "fabric/agent_kit/activity_runner.hpp"
#include "fabric/exchange/exchange.hpp"
#include "fabric/provision_manager/definitions.hpp"

namespace kontor::fabric::provision_manager {

using LoadedOrchestration = platform::engine::Loaded<orchestration::Orchestration>;

struct OrchestrationOptions {
  bool compensate_automatically =
      false;  ///< a failed onboarding is undone at once, not on an operator's order
};

/// Takes orders, hands activities to agents and answers whoever ordered. The rules are those of
/// domain/orchestration. An orchestration has the id of its manifest and belongs to the installation.
class Orchestrations {
 public:
  struct Services {
    platform::engine::Engine& engine;
    agent_kit::ActivityRunner& runner;
    exchange::OrchestrationExchange& exchange;
    Definitions& definitions;
  };
  /// Adds the machine to the engine, and takes the exchange's orders.
  Orchestrations(Services services, OrchestrationOptions options);

  /// Starts an orchestration; with an id that is known nothing changes, and the result is what that became.
  /// Errors: invalid_input (nothing is defined for its type, or the definition cannot be run).
  Task<Result<LoadedOrchestration>> order(api::OrchestrationManifest manifest, std::string actor,
                                          std::string trace);
  /// A command of an operator, or a report from outside.
  Task<Result<LoadedOrchestration>> apply(api::OrchestrationId id, orchestration::Event event,
                                          std::string actor, std::string trace);

 private:
  using Outcome = platform::engine::Outcome<orchestration::Machine>;
  Task<Result<Outcome>> carry_out(platform::engine::Committed<orchestration::Effect> effect);
  Task<Result<std::optional<orchestration::Compensation>>> compensation_of(
      api::OrchestrationDefinition definition);
  Task<Result<void>> take_order(api::OrchestrationManifest manifest, std::string trace);

  Services services_;
  OrchestrationOptions options_;
};

}  // namespace kontor::fabric::provision_manager
