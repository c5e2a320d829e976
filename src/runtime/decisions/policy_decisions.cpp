#include "runtime/decisions/policy_decisions.hpp"

namespace kontor::runtime::decisions {

using dsp::NegotiationState;

Task<Result<NegotiationChoice>> PolicyDecisions::about(const NegotiationQuestion& question) {
  switch (question.reached) {
    case NegotiationState::requested:
      if (!question.proposed_by_us) co_return NegotiationChoice(wait());
      co_return co_await by_policy(question);
    case NegotiationState::offered:
      if (!question.proposed_by_us) co_return NegotiationChoice(wait());
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
  co_return NegotiationChoice(wait());
}

Task<Result<NegotiationChoice>> PolicyDecisions::by_policy(const NegotiationQuestion& question) {
  auto refusal = co_await policies_.ask({.context = question.context,
                                         .hop = {"contract policy", policy::negotiation_scope},
                                         .policy = question.terms,
                                         .subject = question.subject});
  if (!refusal) co_return fail(std::move(refusal.error()));
  if (!*refusal && config_.own_terms_wait) co_return NegotiationChoice(wait());
  if (!*refusal) co_return NegotiationChoice(Proceed{});
  auto& why = **refusal;
  auto told = fmt::format("the contract policy is not fulfilled (incident {})", why.incident);
  co_return NegotiationChoice(Refuse{dsp::Reason::of(std::move(told)), std::move(why.details)});
}

Task<Result<TransferChoice>> PolicyDecisions::about(const TransferQuestion&) {
  if (config_.transfers_wait) co_return TransferChoice(wait());
  co_return TransferChoice(Proceed{});
}

}  // namespace kontor::runtime::decisions
