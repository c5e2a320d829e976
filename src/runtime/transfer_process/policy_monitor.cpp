#include "runtime/transfer_process/policy_monitor.hpp"

#include <algorithm>

#include "protocol/vc/verify.hpp"

namespace kontor::runtime::transfer_process {

namespace engine = platform::engine;
namespace vc = protocol::vc;
using domain::contract_negotiation::ContractAgreementDocument;

namespace {

/// What was proved, as it was written down with the transfer.
verifier::Peer peer_of(const Did& did, const json::Object& claims) {
  verifier::Peer peer{.did = did, .credentials = {}, .left_out = {}};
  const auto* written = claims.if_contains("vc");
  const auto* list = written ? written->if_array() : nullptr;
  if (!list) return peer;
  for (const auto& each : *list) {
    auto credential = vc::read_resource(json::Node(each));
    if (credential) {
      peer.credentials.push_back(std::move(*credential));
    } else {
      peer.left_out.push_back("a credential cannot be read: " + credential.error().message());
    }
  }
  return peer;
}

/// Adds when the credentials lapse; whether one of them can be revoked.
bool add_credentials(const verifier::Peer& peer, Instant now, std::vector<Instant>& moments) {
  bool revocable = false;
  for (const auto& credential : peer.credentials) {
    const auto until = vc::dates_hold_until(credential, now);
    if (until != Instant::max()) moments.insert(moments.end(), {until, until + Duration(1)});
    revocable = revocable || !vc::required_status_lists(credential).empty();
  }
  return revocable;
}

}  // namespace

protocol::odrl::AgreementFacts facts_of(const PolicyMonitor::Agreement& agreement) {
  return {agreement.agreement_id.str(), agreement.dataset.str(), agreement.provider, agreement.consumer,
          agreement.signed_at};
}

Task<Result<std::optional<transfer::PolicyWatch>>> PolicyMonitor::watch(ContextId context,
                                                                        Agreement agreement, Look look) {
  auto evaluator = co_await services_.policies.evaluator(std::move(context));
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto changes = (*evaluator)->changes_of(agreement.policy, agreement.signed_at);
  bool at_any_time = changes.at_any_time;
  if (changes.rests_on_proof) {
    const bool revocable =
        add_credentials(peer_of(agreement.consumer, look.claims), look.at, changes.moments);
    at_any_time = at_any_time || revocable;
  }
  std::erase_if(changes.moments, [&](Instant moment) { return moment <= look.at; });
  std::ranges::sort(changes.moments);
  if (changes.moments.size() > transfer::policy_moments_max) {
    changes.moments.resize(transfer::policy_moments_max);
    at_any_time = true;
  }
  if (changes.moments.empty() && !at_any_time) co_return std::nullopt;
  transfer::PolicyWatch watch{.moments = std::move(changes.moments), .looked_at = look.at};
  if (at_any_time) watch.believed_for = std::chrono::ceil<std::chrono::milliseconds>(believed_for_);
  co_return watch;
}

Task<Result<transfer::Event>> PolicyMonitor::judge(engine::EffectCall call) {
  auto process = co_await services_.engine.load<transfer::Machine>(call.context, call.entity);
  if (!process) co_return fail(std::move(process.error()));
  const auto& about = process->entity;
  auto agreement =
      co_await services_.engine.load<ContractAgreementDocument>(call.context, about.subject.contract);
  if (!agreement && agreement.error().code != ErrorCode::not_found)
    co_return fail(std::move(agreement.error()));
  if (!agreement || agreement->entity.end) {
    co_return transfer::PolicyJudged{
        transfer::PolicyJudged::Refusal{"the agreement is not in force any more"}};
  }
  const auto now = services_.engine.clock().now();
  auto good = co_await services_.identity.still_good(peer_of(about.peer.id, about.subject.claims), now,
                                                     call.deadline);
  if (!good) co_return transfer::PolicyUnknown{good.error().message()};
  auto subject = policy::subject_of(*good, now);
  subject.agreement = facts_of(agreement->entity);
  auto refusal =
      co_await services_.policies.ask({.context = call.context,
                                       .hop = {"policy of the agreement in force", policy::monitor_scope},
                                       .policy = std::move(agreement->entity.policy),
                                       .subject = std::move(subject)});
  if (!refusal) co_return fail(std::move(refusal.error()));
  if (!*refusal) co_return transfer::PolicyJudged{};
  co_return transfer::PolicyJudged{transfer::PolicyJudged::Refusal{
      fmt::format("the policy of the agreement is not fulfilled any more (incident {})",
                  (*refusal)->incident),
      std::move((*refusal)->details)}};
}

}  // namespace kontor::runtime::transfer_process
