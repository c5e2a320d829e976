#include "protocol/odrl/evaluate.hpp"

#include <algorithm>
#include <set>

#include "protocol/odrl/names.hpp"

namespace kontor::protocol::odrl {

bool covers(const Scope& bound, const Scope& asked) {
  const auto& name = bound.str();
  if (name == "*" || name == "*.") return true;
  return asked == bound || asked.str().starts_with(name + ".");
}

namespace {

bool covers(const std::vector<Scope>& bound, const Scope& asked) {
  return std::ranges::any_of(bound, [&](const auto& scope) { return covers(scope, asked); });
}

/// The truth of several that must all hold, of any, of exactly one. What is of no account in this scope is
/// left out.
Outcome all_hold(const std::vector<Outcome>& outcomes) {
  auto result = Outcome::not_applicable;
  for (auto outcome : outcomes) {
    if (outcome == Outcome::fails) return Outcome::fails;
    if (outcome == Outcome::unknown) result = Outcome::unknown;
    if (outcome == Outcome::holds && result == Outcome::not_applicable) result = Outcome::holds;
  }
  return result;
}

Outcome any_holds(const std::vector<Outcome>& outcomes) {
  auto result = Outcome::not_applicable;
  for (auto outcome : outcomes) {
    if (outcome == Outcome::holds) return Outcome::holds;
    if (outcome == Outcome::unknown) result = Outcome::unknown;
    if (outcome == Outcome::fails && result == Outcome::not_applicable) result = Outcome::fails;
  }
  return result;
}

Outcome exactly_one_holds(const std::vector<Outcome>& outcomes) {
  const auto count = [&](Outcome wanted) { return std::ranges::count(outcomes, wanted); };
  if (count(Outcome::holds) > 1) return Outcome::fails;
  if (count(Outcome::unknown) > 0) return Outcome::unknown;
  if (count(Outcome::holds) == 1) return Outcome::holds;
  return count(Outcome::fails) > 0 ? Outcome::fails : Outcome::not_applicable;
}

class Evaluator {
 public:
  Evaluator(const Scope& scope, const ConstraintFunctions& functions, const Subject& subject,
            Evaluating evaluating)
      : scope_(scope), functions_(functions), subject_(subject), evaluating_(std::move(evaluating)) {}

  Outcome permission(const Rule& rule, const std::string& pointer) {
    auto outcome = action(rule, pointer);
    if (outcome == Outcome::holds) {
      outcome = vacuously(constraints(rule, pointer));
      for (std::size_t i = 0; i < rule.duties.size() && outcome == Outcome::holds; ++i) {
        outcome = duty(rule.duties[i], pointer + "/duty/" + std::to_string(i));
      }
    }
    return rule_step(pointer, outcome);
  }

  /// Holds: what is prohibited would happen.
  Outcome prohibition(const Rule& rule, const std::string& pointer) {
    if (functions_.find_action(rule.action.name, scope_) != ConstraintFunctions::Binding::here) {
      return rule_step(pointer, Outcome::not_applicable);  // forbids something that is not about to be done
    }
    const bool unconditional = rule.constraints.empty() && rule.action.refinements.empty();
    return rule_step(pointer, unconditional ? Outcome::holds : constraints(rule, pointer));
  }

  /// A duty of another scope is not due in this one.
  Outcome duty(const Rule& rule, const std::string& pointer) {
    auto outcome = action(rule, pointer);
    if (outcome == Outcome::holds) outcome = constraints(rule, pointer);
    return rule_step(pointer, vacuously(outcome));
  }

  std::vector<Step> trace;

 private:
  static Outcome vacuously(Outcome outcome) {
    return outcome == Outcome::not_applicable ? Outcome::holds : outcome;
  }

  Outcome rule_step(const std::string& pointer, Outcome outcome) {
    Step step;
    step.pointer = pointer;
    step.outcome = outcome;
    trace.push_back(std::move(step));
    return outcome;
  }

  Outcome action(const Rule& rule, const std::string& pointer) {
    const auto binding = functions_.find_action(rule.action.name, scope_);
    if (binding == ConstraintFunctions::Binding::here) return Outcome::holds;
    Step step;
    step.pointer = pointer + "/action";
    step.left_operand = rule.action.name;
    const bool nowhere = binding == ConstraintFunctions::Binding::nowhere;
    step.outcome = nowhere ? Outcome::unknown : Outcome::not_applicable;
    if (nowhere) step.why = fmt::format("action '{}' is not bound to any scope", rule.action.name);
    trace.push_back(step);
    return step.outcome;
  }

  Outcome constraints(const Rule& rule, const std::string& pointer) {
    auto outcomes = each(rule.constraints, pointer + "/constraint");
    for (auto outcome : each(rule.action.refinements, pointer + "/action/refinement"))
      outcomes.push_back(outcome);
    return all_hold(outcomes);
  }

  std::vector<Outcome> each(const std::vector<Constraint>& list, const std::string& base) {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < list.size(); ++i) {
      outcomes.push_back(constraint(list[i], base + "/" + std::to_string(i)));
    }
    return outcomes;
  }

  Outcome constraint(const Constraint& constraint, const std::string& pointer) {
    if (constraint.kind == Constraint::Kind::atomic) return atomic(constraint, pointer);
    if (constraint.operands.empty()) {
      Step step;
      step.pointer = pointer;
      step.outcome = Outcome::unknown;
      step.left_operand = "(nothing)";
      step.why = "a logical constraint without operands cannot be decided";
      trace.push_back(std::move(step));
      return Outcome::unknown;
    }
    switch (constraint.kind) {
      case Constraint::Kind::all:
        return all_hold(each(constraint.operands, pointer + "/and"));
      case Constraint::Kind::all_in_sequence:
        return all_hold(each(constraint.operands, pointer + "/andSequence"));
      case Constraint::Kind::any:
        return any_holds(each(constraint.operands, pointer + "/or"));
      case Constraint::Kind::exactly_one:
        return exactly_one_holds(each(constraint.operands, pointer + "/xone"));
      case Constraint::Kind::atomic:
        break;
    }
    return Outcome::unknown;
  }

  Outcome atomic(const Constraint& constraint, const std::string& pointer) {
    Step step;
    step.pointer = pointer;
    step.left_operand = constraint.left_operand;
    step.op = operator_names.name(constraint.op);
    step.right_operand = constraint.right_operand;
    const auto match = functions_.find(constraint.left_operand, scope_);
    if (match.binding == ConstraintFunctions::Binding::nowhere) {
      step.outcome = Outcome::unknown;
      step.why = fmt::format("leftOperand '{}' is not bound to any function", constraint.left_operand);
    } else if (match.binding == ConstraintFunctions::Binding::elsewhere) {
      step.outcome = Outcome::not_applicable;
    }
    for (const auto* function : match.functions) {
      auto finding = (*function)(constraint, subject_, evaluating_);
      if (!finding) {
        step.outcome = Outcome::unknown;
        step.why = finding.error().message();
        break;
      }
      step.actual = std::move(finding->actual);
      step.why = std::move(finding->why);
      if (finding->holds) continue;
      step.outcome = Outcome::fails;
      break;
    }
    trace.push_back(step);
    return step.outcome;
  }

  const Scope& scope_;
  const ConstraintFunctions& functions_;
  const Subject& subject_;
  Evaluating evaluating_;
};

bool is_rule(const Step& step) {
  return step.left_operand.empty();
}

/// Whether the outcome of a top-level rule refuses.
bool refuses(const Step& step) {
  if (!is_rule(step) || std::ranges::count(step.pointer, '/') != 2) return false;
  const bool denied = step.outcome == Outcome::fails || step.outcome == Outcome::unknown;
  if (step.pointer.starts_with("/prohibition/"))
    return step.outcome == Outcome::holds || step.outcome == Outcome::unknown;
  return denied;
}

std::string sentence(const Step& step) {
  if (!step.why.empty() && step.outcome == Outcome::unknown) return step.why;
  const auto constraint =
      fmt::format("{} {} {}", step.left_operand, step.op, json::serialize(step.right_operand));
  if (!step.why.empty()) {
    return fmt::format("{} {}: {}", constraint, step.outcome == Outcome::holds ? "holds" : "does not hold",
                       step.why);
  }
  if (step.actual.is_null()) return fmt::format("{} does not hold: there is no such value", constraint);
  return fmt::format("{} {}: the value is {}", constraint,
                     step.outcome == Outcome::holds ? "holds" : "does not hold",
                     json::serialize(step.actual));
}

std::string place_in(std::string_view pointer) {
  const auto slash = pointer.find('/', 1);
  return fmt::format("{} {}", pointer.substr(1, slash - 1), pointer.substr(slash + 1));
}

}  // namespace

ConstraintFunctions::ConstraintFunctions() {
  bind_action("use", {Scope{"*"}});
}

void ConstraintFunctions::bind(std::string_view left_operand, std::vector<Scope> scopes,
                               ConstraintFunction function) {
  operands_[normalized_name(left_operand)].push_back({std::move(scopes), std::move(function)});
}

void ConstraintFunctions::define(std::string_view left_operand, std::vector<Scope> scopes,
                                 ConstraintFunction function) {
  defined_[normalized_name(left_operand)].push_back({std::move(scopes), std::move(function)});
}

void ConstraintFunctions::bind_prefix(std::string_view prefix, std::vector<Scope> scopes,
                                      ConstraintFunction function) {
  prefixes_.emplace_back(normalized_name(prefix), Bound{std::move(scopes), std::move(function)});
}

void ConstraintFunctions::bind_action(std::string_view action, std::vector<Scope> scopes) {
  auto& bound = actions_[normalized_action(action)];
  for (auto& scope : scopes) bound.push_back(std::move(scope));
}

void ConstraintFunctions::add(Match& match, const Bound& bound, const Scope& scope) {
  if (covers(bound.scopes, scope)) {
    match.functions.push_back(&bound.function);
    match.binding = Binding::here;
  } else if (match.binding == Binding::nowhere) {
    match.binding = Binding::elsewhere;
  }
}

ConstraintFunctions::Match ConstraintFunctions::find(std::string_view left_operand,
                                                     const Scope& scope) const {
  Match match;
  const auto name = normalized_name(left_operand);
  if (const auto found = defined_.find(name); found != defined_.end()) {
    for (const auto& bound : found->second) add(match, bound, scope);
    if (match.binding == Binding::here) return match;
  }
  if (const auto found = operands_.find(name); found != operands_.end()) {
    for (const auto& bound : found->second) add(match, bound, scope);
    return match;
  }
  for (const auto& [prefix, bound] : prefixes_) {
    if (name.starts_with(prefix)) add(match, bound, scope);
  }
  return match;
}

std::vector<const ConstraintFunction*> ConstraintFunctions::find_undefined(
    std::string_view left_operand) const {
  std::vector<const ConstraintFunction*> functions;
  const auto name = normalized_name(left_operand);
  if (defined_.contains(name)) return functions;
  if (const auto found = operands_.find(name); found != operands_.end()) {
    for (const auto& bound : found->second) functions.push_back(&bound.function);
    return functions;
  }
  for (const auto& [prefix, bound] : prefixes_) {
    if (name.starts_with(prefix)) functions.push_back(&bound.function);
  }
  return functions;
}

std::vector<std::string> ConstraintFunctions::left_operands() const {
  std::set<std::string> names;
  for (const auto* operands : {&operands_, &defined_}) {
    for (const auto& [name, bound] : *operands) names.insert(name);
  }
  for (const auto& [prefix, bound] : prefixes_) names.insert(prefix + "*");
  return {names.begin(), names.end()};
}

ConstraintFunctions::Binding ConstraintFunctions::find_action(std::string_view action,
                                                              const Scope& scope) const {
  const auto found = actions_.find(normalized_action(action));
  if (found == actions_.end()) return Binding::nowhere;
  return covers(found->second, scope) ? Binding::here : Binding::elsewhere;
}

Evaluation evaluate(const Policy& policy, const Scope& scope, const ConstraintFunctions& functions,
                    const Subject& subject, Evaluating evaluating) {
  Evaluator evaluator(scope, functions, subject, std::move(evaluating));
  bool granted = policy.permissions.empty();
  bool refused = false;
  for (std::size_t i = 0; i < policy.permissions.size(); ++i) {
    const auto outcome = evaluator.permission(policy.permissions[i], "/permission/" + std::to_string(i));
    granted = granted || outcome == Outcome::holds;
    refused = refused || outcome == Outcome::fails || outcome == Outcome::unknown;
  }
  for (std::size_t i = 0; i < policy.prohibitions.size(); ++i) {
    const auto outcome = evaluator.prohibition(policy.prohibitions[i], "/prohibition/" + std::to_string(i));
    refused = refused || outcome == Outcome::holds || outcome == Outcome::unknown;
  }
  for (std::size_t i = 0; i < policy.obligations.size(); ++i) {
    refused = evaluator.duty(policy.obligations[i], "/obligation/" + std::to_string(i)) != Outcome::holds ||
              refused;
  }
  return {granted && !refused, std::move(evaluator.trace)};
}

std::string Evaluation::reason() const {
  if (allowed) return {};
  const auto rule = std::ranges::find_if(trace, refuses);
  if (rule == trace.end()) return "no permission is about an action of this scope";
  const bool prohibited = rule->pointer.starts_with("/prohibition/");
  const auto culprit = std::ranges::find_if(trace, [&](const Step& step) {
    if (is_rule(step) || !step.pointer.starts_with(rule->pointer + "/")) return false;
    return step.outcome == Outcome::unknown || step.outcome == (prohibited ? Outcome::holds : Outcome::fails);
  });
  if (culprit == trace.end()) {
    return fmt::format("{} {}", place_in(rule->pointer), prohibited ? "forbids it" : "is not satisfied");
  }
  return fmt::format("{}: {}", place_in(rule->pointer), sentence(*culprit));
}

}  // namespace kontor::protocol::odrl
