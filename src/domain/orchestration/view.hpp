#pragma once

#include "domain/orchestration/types.hpp"

namespace kontor::domain::orchestration {

/// An orchestration as the Provision Manager's API shows it.
api::OrchestrationEntry entry_of(const Orchestration& orchestration);
api::Orchestration view_of(const Orchestration& orchestration);

/// The number that clients know a state by: a cancelled orchestration is an errored one to them.
api::OrchestrationState state_code(State state);
std::string_view state_name(State state);
std::string_view status_name(RunStatus status);

}  // namespace kontor::domain::orchestration
