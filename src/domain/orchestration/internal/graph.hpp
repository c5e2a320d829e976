#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/orchestration/definition.hpp"

namespace kontor::domain::orchestration::internal {

/// What keeps activities from being run as a graph: none or too many, an id twice, a dependency that is not
/// there, cycles (named). Types are not looked at.
std::vector<std::string> graph_problems(std::span<const Activity> activities);

/// For each activity those that it depends on, directly or not. The graph must be sound.
std::vector<std::vector<bool>> ancestors_of(std::span<const Activity> activities);

std::size_t index_of(std::span<const Activity> activities, const ActivityId& id);

}  // namespace kontor::domain::orchestration::internal
