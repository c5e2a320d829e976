#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/odrl/plan.hpp"
#include "runtime/policy/cel_expression.hpp"
#include "runtime/policy/partner_groups.hpp"
#include "runtime/policy/scopes.hpp"
#include "runtime/policy/time_operands.hpp"
#include "runtime/verifier/presentations.hpp"

namespace kontor::runtime::policy {

struct PolicyConfig {
  /// Types of credentials that policies may ask for, and that counter-parties are asked to present. As a left
  /// operand, `eq active` holds for who has a valid one from a trusted issuer.
  std::vector<std::string> credential_types{"MembershipCredential", "RegisteredCredential"};
};

/// An expression with its program; without one it denies, and `problem` says why.
struct CompiledExpression {
  explicit CompiledExpression(CelExpression source);

  CelExpression expression;
  Result<cel::Program> program;
};

/// When a policy may say something else about who fulfils it.
struct Changes {
  std::vector<Instant> moments;  ///< the passing of time alone; ascending
  /// Moments behind it are not known yet. There is one before it then: at the last of them is asked again.
  Instant until = Instant::max();
  bool rests_on_proof = false;  ///< and with what the counter-party proved
  bool at_any_time = false;     ///< it rests on an expression, or on groups of partners
};

/// What the operands of policies mean at a moment: the built-in ones and those that expressions define. An
/// operand that is not bound denies, and is refused when a policy is written. Immutable; any thread may use
/// it.
class PolicyEvaluator {
 public:
  PolicyEvaluator(const PolicyConfig& config,
                  std::span<const std::shared_ptr<const CompiledExpression>> expressions);
  /// The same for a participant that has put partners into groups.
  PolicyEvaluator with(std::shared_ptr<const PartnerGroups> groups) const;

  odrl::Evaluation evaluate(const odrl::Policy& policy, const odrl::Scope& scope,
                            const odrl::Subject& subject) const;
  /// Errors: policy_denied, with the sentence that says which constraint failed with which value (for our own
  /// side).
  Result<void> check(const odrl::Policy& policy, const odrl::Scope& scope,
                     const odrl::Subject& subject) const;
  bool allows(const odrl::Policy& policy, const odrl::Scope& scope, const odrl::Subject& subject) const;

  /// Errors: invalid_input, naming what no scope understands and what is known, or the first comparison that
  /// means nothing, with its place.
  Result<void> check_bound(const odrl::Policy& policy) const;
  /// The same as sentences, all of them; empty: nothing is wrong with it.
  std::vector<std::string> problems(const odrl::Policy& policy) const;
  /// What would be asked in a scope.
  odrl::Plan plan(const odrl::Policy& policy, const odrl::Scope& scope) const;

  /// For a policy under an agreement. What the counter-party proved is not looked at.
  Changes changes_of(const odrl::Policy& policy, const Standpoint& from) const;

  /// The comparison with time for which nobody will fulfil the policy any more under such an agreement, in
  /// words. Nothing where somebody may.
  std::optional<std::string> over(const odrl::Policy& policy, const Standpoint& at) const;

 private:
  const odrl::Constraint* over(const std::vector<odrl::Constraint>& all, const Standpoint& at) const;
  bool is_over(const odrl::Constraint& asked, const Standpoint& at) const;

  std::shared_ptr<const odrl::ConstraintFunctions> functions_;
  std::shared_ptr<const PartnerGroups> groups_;
};

/// The counter-party as policies see it: `claims.vc` is the list of its credentials.
odrl::Subject subject_of(const verifier::Peer& peer, Instant now);

}  // namespace kontor::runtime::policy
