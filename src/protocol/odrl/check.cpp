#include "protocol/odrl/check.hpp"

#include <algorithm>

#include "protocol/odrl/internal/logical_members.hpp"

namespace kontor::protocol::odrl {

namespace {

struct Visitor {
  std::function<void(const Action& action)> action = [](const Action&) {};
  std::function<void(const Constraint& atomic, const std::string& pointer)> comparison;
};

void visit(const std::vector<Constraint>& constraints, const std::string& base, const Visitor& visitor) {
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const auto& each = constraints[i];
    const auto pointer = fmt::format("{}/{}", base, i);
    if (each.kind == Constraint::Kind::atomic) {
      visitor.comparison(each, pointer);
    } else {
      visit(each.operands, fmt::format("{}/{}", pointer, logical_member(each.kind)), visitor);
    }
  }
}

void visit(const std::vector<Rule>& rules, const std::string& base, const Visitor& visitor) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto pointer = fmt::format("{}/{}", base, i);
    visitor.action(rules[i].action);
    visit(rules[i].action.refinements, pointer + "/action/refinement", visitor);
    visit(rules[i].constraints, pointer + "/constraint", visitor);
    visit(rules[i].duties, pointer + "/duty", visitor);
  }
}

void visit(const Policy& policy, const Visitor& visitor) {
  visit(policy.permissions, "/permission", visitor);
  visit(policy.prohibitions, "/prohibition", visitor);
  visit(policy.obligations, "/obligation", visitor);
}

}  // namespace

void for_each_comparison(const Policy& policy, const std::function<void(const Constraint&)>& tell) {
  visit(policy, {.comparison = [&](const Constraint& asked, const std::string&) { tell(asked); }});
}

std::vector<std::string> unbound(const Policy& policy, const ConstraintFunctions& functions) {
  using Binding = ConstraintFunctions::Binding;
  std::vector<std::string> out;
  const auto tell = [&](std::string text) {
    if (std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
  };
  visit(policy, {.action =
                     [&](const Action& action) {
                       if (functions.find_action(action.name, Scope{}) == Binding::nowhere)
                         tell(fmt::format("action '{}' is not bound to any scopes", action.name));
                     },
                 .comparison =
                     [&](const Constraint& asked, const std::string&) {
                       if (functions.find(asked.left_operand, Scope{}).binding == Binding::nowhere)
                         tell(fmt::format("leftOperand '{}' is not bound to any scopes", asked.left_operand));
                     }});
  return out;
}

std::optional<Meaningless> meaningless(const Policy& policy, const ConstraintFunctions& functions,
                                       const Subject& anybody) {
  std::optional<Meaningless> first;
  visit(policy, {.comparison = [&](const Constraint& asked, const std::string& pointer) {
          for (const auto* function : functions.find_undefined(asked.left_operand)) {
            if (first) return;
            Evaluating evaluating;
            auto found = (*function)(asked, anybody, evaluating);
            if (!found) first = Meaningless{pointer, found.error().message()};
          }
        }});
  return first;
}

}  // namespace kontor::protocol::odrl
