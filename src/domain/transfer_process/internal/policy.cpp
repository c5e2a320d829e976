#include "domain/transfer_process/internal/step.hpp"

namespace kontor::domain::transfer_process::internal {

/// The next look is due whatever comes of this one: nothing is written about terms that are fulfilled.
Result<void> on(Step& step, const PolicyDue&) {
  auto& next = step.next;
  if (!next.policy_watch || !is_under_its_policy(next)) return {};
  next.policy_watch->looked_at = step.now;
  step.effects.push_back(JudgePolicy{next.peer.id});
  return {};
}

Result<void> on(Step& step, const PolicyJudged& judgement) {
  auto& next = step.next;
  if (!is_under_its_policy(next)) return {};
  if (judgement.refusal) {
    next.explanation = judgement.refusal->explanation;
    terminate(step, dsp::Reason::of(judgement.refusal->reason), EndedBy::policy);
    return {};
  }
  if (next.policy_watch && next.policy_watch->unknown_since) {
    next.policy_watch->unknown_since.reset();
    happened(step, "policyKnown");
  }
  if (judgement.proof) {
    next.subject.claims = judgement.proof->claims;
    next.policy_watch = judgement.proof->watch;
  }
  return {};
}

/// Unknown is not good, and not bad for good: the transfer goes on for a while.
Result<void> on(Step& step, const PolicyUnknown& judgement) {
  auto& next = step.next;
  if (!next.policy_watch || !is_under_its_policy(next)) return {};
  if (!next.policy_watch->believed_for) next.policy_watch->believed_for = policy_unknown_retry;
  auto& since = next.policy_watch->unknown_since;
  if (!since) {
    since = step.now;
    happened(step, "policyUnknown");
  } else if (step.now - *since >= policy_unknown_max) {
    terminate(step, dsp::Reason::of("nobody can tell whether the policy of the agreement is fulfilled"),
              EndedBy::policy);
    next.explanation = {{"reason", judgement.detail}};
  }
  return {};
}

}  // namespace kontor::domain::transfer_process::internal
