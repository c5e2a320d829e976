#pragma once

#include "protocol/odrl/evaluate.hpp"

/// What would be asked of anybody in a scope, in the steps of the Management API. Pure.
namespace kontor::protocol::odrl {

/// A step per rule: `@type`, `isFiltered` with `filteringReasons` where the rule is of no account in the
/// scope, `constraintSteps` and, of a permission, `dutySteps`. A constraint that nobody understands is not
/// filtered and has no `functionName`: it denies.
struct Plan {
  std::vector<json::Object> permissions;
  std::vector<json::Object> prohibitions;
  std::vector<json::Object> obligations;
};
Plan plan(const Policy& policy, const Scope& scope, const ConstraintFunctions& functions);

}  // namespace kontor::protocol::odrl
