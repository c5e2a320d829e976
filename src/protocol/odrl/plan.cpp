#include "protocol/odrl/plan.hpp"

#include "protocol/odrl/names.hpp"

namespace kontor::protocol::odrl {
namespace {

using Binding = ConstraintFunctions::Binding;

class Planner {
 public:
  Planner(const Scope& scope, const ConstraintFunctions& functions) : scope_(scope), functions_(functions) {}

  std::vector<json::Object> rules(const std::vector<Rule>& list, const char* type) const {
    std::vector<json::Object> steps;
    for (const auto& each : list) steps.push_back(rule(each, type));
    return steps;
  }

 private:
  json::Object rule(const Rule& rule, const char* type) const {
    json::Array reasons;
    if (functions_.find_action(rule.action.name, scope_) == Binding::elsewhere)
      reasons.push_back(reason("action", rule.action.name));
    auto step = step_of(type, std::move(reasons));
    auto steps = constraints(rule.constraints);
    for (auto& each : constraints(rule.action.refinements)) steps.push_back(std::move(each));
    step["constraintSteps"] = std::move(steps);
    step["ruleFunctions"] = json::Array{};
    if (std::string_view(type) == "PermissionStep")
      step["dutySteps"] = json::write(rules(rule.duties, "DutyStep"));
    return step;
  }

  json::Array constraints(const std::vector<Constraint>& list) const {
    json::Array steps;
    for (const auto& each : list) steps.push_back(constraint(each));
    return steps;
  }

  json::Object constraint(const Constraint& constraint) const {
    const char* type = nullptr;
    switch (constraint.kind) {
      case Constraint::Kind::atomic:
        return atomic(constraint);
      case Constraint::Kind::all:
      case Constraint::Kind::all_in_sequence:
        type = "AndConstraintStep";
        break;
      case Constraint::Kind::any:
        type = "OrConstraintStep";
        break;
      case Constraint::Kind::exactly_one:
        type = "XoneConstraintStep";
        break;
    }
    return {{"@type", type}, {"constraintSteps", constraints(constraint.operands)}};
  }

  json::Object atomic(const Constraint& constraint) const {
    const auto binding = functions_.find(constraint.left_operand, scope_).binding;
    json::Array reasons;
    if (binding == Binding::elsewhere) reasons.push_back(reason("leftOperand", constraint.left_operand));
    auto step = step_of("AtomicConstraintStep", std::move(reasons));
    if (binding == Binding::here) step["functionName"] = normalized_name(constraint.left_operand);
    step["functionParams"] =
        json::Array{json::Value(constraint.left_operand), json::Value(operator_names.name(constraint.op)),
                    constraint.right_operand};
    return step;
  }

  static json::Object step_of(const char* type, json::Array reasons) {
    return {{"@type", type}, {"isFiltered", !reasons.empty()}, {"filteringReasons", std::move(reasons)}};
  }

  json::Value reason(const char* what, const std::string& name) const {
    return json::Value(fmt::format("{} '{}' is not bound to scope '{}'", what, name, scope_));
  }

  const Scope& scope_;
  const ConstraintFunctions& functions_;
};

}  // namespace

Plan plan(const Policy& policy, const Scope& scope, const ConstraintFunctions& functions) {
  const Planner planner(scope, functions);
  return {.permissions = planner.rules(policy.permissions, "PermissionStep"),
          .prohibitions = planner.rules(policy.prohibitions, "ProhibitionStep"),
          .obligations = planner.rules(policy.obligations, "DutyStep")};
}

}  // namespace kontor::protocol::odrl
