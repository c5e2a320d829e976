#include "runtime/policy/policy_evaluator.hpp"

#include <algorithm>
#include <set>

#include "base/json/codec.hpp"
#include "protocol/odrl/check.hpp"
#include "runtime/policy/built_in_operands.hpp"
#include "runtime/policy/evaluation_memory.hpp"
#include "runtime/policy/refusal.hpp"

namespace kontor::runtime::policy {

namespace {

std::vector<odrl::Scope> scopes_of(const std::vector<std::string>& names) {
  std::vector<odrl::Scope> scopes;
  for (const auto& name : names) scopes.emplace_back(name);
  return scopes;
}

/// A program that does not compile any more denies.
odrl::ConstraintFunction function_of(const CompiledExpression& compiled) {
  if (compiled.program) return constraint_function(compiled.expression.id, *compiled.program);
  return [error = compiled.program.error()](const odrl::Constraint&, const odrl::Subject&,
                                            odrl::Evaluating&) -> Result<odrl::Finding> {
    return fail(Error(error));
  };
}

/// Who has proved nothing, under an agreement: what fails about them fails about everybody.
odrl::Subject anybody() {
  odrl::Subject subject;
  subject.agreement.emplace();
  return subject;
}

}  // namespace

CompiledExpression::CompiledExpression(CelExpression source)
    : expression(std::move(source)), program(compile(expression.expression)) {}

PolicyEvaluator::PolicyEvaluator(const PolicyConfig& config,
                                 std::span<const std::shared_ptr<const CompiledExpression>> expressions) {
  odrl::ConstraintFunctions functions;
  bind_built_in_operands(functions, config.credential_types);
  for (const auto& compiled : expressions) {
    const auto& expression = compiled->expression;
    const auto scopes = scopes_of(expression.scopes);
    functions.define(expression.left_operand, scopes, function_of(*compiled));
    for (const auto& action : expression.actions) functions.bind_action(action, scopes);
  }
  functions_ = std::make_shared<const odrl::ConstraintFunctions>(std::move(functions));
}

PolicyEvaluator PolicyEvaluator::with(std::shared_ptr<const PartnerGroups> groups) const {
  auto evaluator = *this;
  evaluator.groups_ = std::move(groups);
  return evaluator;
}

odrl::Evaluation PolicyEvaluator::evaluate(const odrl::Policy& policy, const odrl::Scope& scope,
                                           const odrl::Subject& subject) const {
  odrl::Evaluating evaluating;
  memory_of(evaluating).groups = groups_;
  return odrl::evaluate(policy, scope, *functions_, subject, std::move(evaluating));
}

Result<void> PolicyEvaluator::check(const odrl::Policy& policy, const odrl::Scope& scope,
                                    const odrl::Subject& subject) const {
  const auto evaluation = evaluate(policy, scope, subject);
  if (evaluation.allowed) return {};
  return fail(ErrorCode::policy_denied, "{}", evaluation.reason());
}

bool PolicyEvaluator::allows(const odrl::Policy& policy, const odrl::Scope& scope,
                             const odrl::Subject& subject) const {
  return evaluate(policy, scope, subject).allowed;
}

Result<void> PolicyEvaluator::check_bound(const odrl::Policy& policy) const {
  const auto problems = odrl::unbound(policy, *functions_);
  if (!problems.empty()) {
    std::string known;
    for (const auto& name : functions_->left_operands()) known += (known.empty() ? "" : ", ") + name;
    return invalid("/policy", "{}; known left operands: {}", problems.front(), known);
  }
  const auto wrong = odrl::meaningless(policy, *functions_, anybody());
  if (wrong) return invalid("/policy" + wrong->pointer, "{}", wrong->why);
  return {};
}

Changes PolicyEvaluator::changes_of(const odrl::Policy& policy, const Standpoint& from) const {
  std::set<Instant> moments;
  Changes changes;
  odrl::for_each_comparison(policy, [&](const odrl::Constraint& asked) {
    const bool is_defined = functions_->find_undefined(asked.left_operand).empty();
    if (is_defined || is_about_partner_groups(asked)) changes.at_any_time = true;
    const auto points = turning_points(asked, from);
    if (points.moments.empty()) changes.rests_on_proof = true;
    moments.insert(points.moments.begin(), points.moments.end());
    changes.until = std::min(changes.until, points.until);
  });
  changes.moments.assign(moments.begin(), moments.upper_bound(changes.until));
  return changes;
}

std::optional<std::string> PolicyEvaluator::over(const odrl::Policy& policy, const Standpoint& at) const {
  for (const auto& rule : policy.permissions) {
    const auto bound = functions_->find_action(rule.action.name, monitor_scope);
    if (bound != odrl::ConstraintFunctions::Binding::here) continue;
    if (const auto* asked = over(rule.constraints, at))
      return fmt::format("its time is over: {} {} {}", asked->left_operand,
                         odrl::operator_names.name(asked->op), json::serialize(asked->right_operand));
  }
  return std::nullopt;
}

/// Of terms that must all hold.
const odrl::Constraint* PolicyEvaluator::over(const std::vector<odrl::Constraint>& all,
                                              const Standpoint& at) const {
  using Kind = odrl::Constraint::Kind;
  for (const auto& each : all) {
    const bool must_hold_too = each.kind == Kind::all || each.kind == Kind::all_in_sequence;
    const auto* found = must_hold_too ? over(each.operands, at) : nullptr;
    if (each.kind == Kind::atomic && is_over(each, at)) found = &each;
    if (found) return found;
  }
  return nullptr;
}

/// It does not hold, and has turned for the last time.
bool PolicyEvaluator::is_over(const odrl::Constraint& asked, const Standpoint& at) const {
  const auto points = turning_points(asked, at);
  const bool may_turn = points.until != Instant::max() ||
                        std::ranges::any_of(points.moments, [&](Instant each) { return each > at.now; });
  if (points.moments.empty() || may_turn) return false;
  auto subject = anybody();
  subject.agreement->signed_at = at.signed_at;
  subject.now = at.now;
  odrl::Evaluating evaluating;
  return std::ranges::any_of(functions_->find_undefined(asked.left_operand), [&](const auto* function) {
    const auto finding = (*function)(asked, subject, evaluating);
    return finding && !finding->holds;
  });
}

std::vector<std::string> PolicyEvaluator::problems(const odrl::Policy& policy) const {
  auto problems = odrl::unbound(policy, *functions_);
  if (auto wrong = odrl::meaningless(policy, *functions_, anybody()))
    problems.push_back(wrong->pointer + ": " + wrong->why);
  return problems;
}

odrl::Plan PolicyEvaluator::plan(const odrl::Policy& policy, const odrl::Scope& scope) const {
  return odrl::plan(policy, scope, *functions_);
}

odrl::Subject subject_of(const verifier::Peer& peer, Instant now) {
  json::Array credentials;
  for (const auto& credential : peer.credentials)
    credentials.push_back(protocol::vc::write_resource(credential));
  odrl::Subject subject;
  subject.id = peer.did;
  json::Object claims;
  claims.emplace("vc", std::move(credentials));
  subject.claims = std::move(claims);
  if (!peer.left_out.empty()) subject.attributes.emplace(left_out_attribute, json::write(peer.left_out));
  subject.now = now;
  return subject;
}

}  // namespace kontor::runtime::policy
