#include "runtime/decisions/policy_decisions.hpp"

namespace kontor::runtime::decisions {

using dsp::NegotiationState;

Task<Result<NegotiationChoice>> PolicyDecisions::about(const NegotiationQuestion& question) {
  switch (question.reached) {
    case NegotiationState::requested:
      if (!question.proposed_by_us) co_return NegotiationChoice(Wait{});
      co_return by_policy(question);
    case NegotiationState::offered:
      if (!question.proposed_by_us) co_return NegotiationChoice(Wait{});
      co_return NegotiationChoice(Proceed{});
    case NegotiationState::accepted:
      co_return by_policy(question);
    case NegotiationState::agreed:
    case NegotiationState::verified:
      co_return NegotiationChoice(Proceed{});
    case NegotiationState::finalized:
    case NegotiationState::terminated:
      break;
  }
  co_return NegotiationChoice(Wait{});
}

NegotiationChoice PolicyDecisions::by_policy(const NegotiationQuestion& question) const {
  if (policies_.allows(question.terms, policy::negotiation_scope, question.subject)) return Proceed{};
  return Refuse{dsp::Reason::of("the contract policy is not fulfilled")};
}

Task<Result<TransferChoice>> PolicyDecisions::about(const TransferQuestion&) {
  co_return TransferChoice(Proceed{});
}

}  // namespace kontor::runtime::decisions
