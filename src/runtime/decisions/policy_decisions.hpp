#pragma once

#include "runtime/decisions/decisions.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::decisions {

/// Decides by policies, at once. A provider agrees to its own terms with whoever fulfils them and refuses
/// everybody else; a consumer takes what it asked for. Terms of the other side wait for a person. Once both
/// are agreed, everything proceeds.
class PolicyDecisions final : public Decisions {
 public:
  explicit PolicyDecisions(policy::PolicyEngine& policies) : policies_(policies) {}

  Task<Result<NegotiationChoice>> about(const NegotiationQuestion& question) override;
  Task<Result<TransferChoice>> about(const TransferQuestion& question) override;

 private:
  Task<Result<NegotiationChoice>> by_policy(const NegotiationQuestion& question);

  policy::PolicyEngine& policies_;
};

}  // namespace kontor::runtime::decisions
