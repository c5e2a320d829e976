#pragma once

#include <string>
#include <vector>

#include "protocol/dcp/scope.hpp"
#include "protocol/odrl/evaluate.hpp"
#include "runtime/identity/presentations.hpp"

namespace kontor::runtime::policy {

/// The scopes in which the control plane asks policies.
inline const protocol::odrl::Scope catalog_scope{"catalog"};
inline const protocol::odrl::Scope negotiation_scope{"contract.negotiation"};
inline const protocol::odrl::Scope transfer_scope{"transfer.process"};

struct PolicyConfig {
  /// Types of credentials that policies may ask for, and that counter-parties are asked to present. As a left
  /// operand, `eq active` holds for who has a valid one from a trusted issuer.
  std::vector<std::string> credential_types{"MembershipCredential", "RegisteredCredential"};
};

/// What the operands of policies mean here: credentials and the counter-party's id. An operand that is not
/// bound denies, and is refused when a policy is written. Pure after construction.
class PolicyEngine {
 public:
  explicit PolicyEngine(PolicyConfig config);

  /// Errors: policy_denied, with the sentence that says which constraint failed with which value (for our own
  /// side).
  Result<void> check(const protocol::odrl::Policy& policy, const protocol::odrl::Scope& scope,
                     const protocol::odrl::Subject& subject) const;
  bool allows(const protocol::odrl::Policy& policy, const protocol::odrl::Scope& scope,
              const protocol::odrl::Subject& subject) const;

  /// Errors: invalid_input, naming what no scope understands and what is known.
  Result<void> check_bound(const protocol::odrl::Policy& policy) const;

  /// The credentials that a counter-party is asked for.
  const std::vector<protocol::dcp::Scope>& presentation_scopes() const { return presentation_scopes_; }

 private:
  PolicyConfig config_;
  protocol::odrl::ConstraintFunctions functions_;
  std::vector<protocol::dcp::Scope> presentation_scopes_;
};

/// The counter-party as policies see it: `claims.vc` is the list of its credentials.
protocol::odrl::Subject subject_of(const identity::Peer& peer, Instant now);

}  // namespace kontor::runtime::policy
