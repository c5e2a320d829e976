#pragma once

#include <chrono>

#include "runtime/decisions/decisions.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::decisions {

struct DecisionsConfig {
  std::chrono::milliseconds time_limit = std::chrono::days(7);
  bool approve_when_late = false;
  bool own_terms_wait = false;
  bool transfers_wait = false;
};

/// Decides by policies, at once. A provider agrees to its own terms with whoever fulfils them and refuses
/// everybody else; a consumer takes what it asked for. Terms of the other side wait for a person, within
/// a time limit; so do, where it is configured, our own and transfers. Once both are agreed, everything
/// proceeds.
class PolicyDecisions final : public Decisions {
 public:
  explicit PolicyDecisions(policy::PolicyEngine& policies, DecisionsConfig config = {})
      : policies_(policies), config_(config) {}

  Task<Result<NegotiationChoice>> about(const NegotiationQuestion& question) override;
  Task<Result<TransferChoice>> about(const TransferQuestion& question) override;

 private:
  Task<Result<NegotiationChoice>> by_policy(const NegotiationQuestion& question);
  Wait wait() const { return {config_.time_limit, config_.approve_when_late}; }

  policy::PolicyEngine& policies_;
  DecisionsConfig config_;
};

}  // namespace kontor::runtime::decisions
