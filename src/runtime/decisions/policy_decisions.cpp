#include "runtime/decisions/policy_decisions.hpp"

namespace kontor::runtime::decisions {

using dsp::NegotiationState;

Task<Result<NegotiationChoice>> PolicyDecisions::about(const NegotiationQuestion& question) {
  switch (question.reached) {
    case NegotiationState::requested:
      if (!question.proposed_by_us) co_return NegotiationChoice(Wait{});
      co_return co_await by_policy(question);
    case NegotiationState::offered:
      if (!question.proposed_by_us) co_return NegotiationChoice(Wait{});
      co_return NegotiationChoice(Proceed{});
    case NegotiationState::accepted:
      co_return co_await by_policy(question);
    case NegotiationState::agreed:
    case NegotiationState::verified:
      co_return NegotiationChoice(Proceed{});
    case NegotiationState::finalized:
    case NegotiationState::terminated:
      break;
  }
  co_return NegotiationChoice(Wait{});
}

Task<Result<NegotiationChoice>> PolicyDecisions::by_policy(const NegotiationQuestion& question) {
  auto evaluator = co_await policies_.evaluator();
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  if ((*evaluator)->allows(question.terms, policy::negotiation_scope, question.subject))
    co_return NegotiationChoice(Proceed{});
  co_return NegotiationChoice(Refuse{dsp::Reason::of("the contract policy is not fulfilled")});
}

Task<Result<TransferChoice>> PolicyDecisions::about(const TransferQuestion&) {
  co_return TransferChoice(Proceed{});
}

}  // namespace kontor::runtime::decisions
