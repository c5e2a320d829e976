#include "runtime/transfer_process/policy_monitor.hpp"

#include <algorithm>
#include <iterator>

#include "domain/contract_negotiation/decide.hpp"
#include "protocol/query/query.hpp"
#include "protocol/vc/verify.hpp"

namespace kontor::runtime::transfer_process {

namespace engine = platform::engine;
namespace negotiation = domain::contract_negotiation;
namespace query = protocol::query;
namespace vc = protocol::vc;
using domain::contract_negotiation::ContractAgreementDocument;

namespace {

constexpr std::uint32_t looked_through_max = 20;  ///< negotiations, and transfers, of one counter-party

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

bool holds(const verifier::Peer& peer, const vc::Credential& credential) {
  return std::ranges::find(peer.credentials, credential) != peer.credentials.end();
}

void add(verifier::Peer& peer, const json::Object& claims) {
  for (auto& each : peer_of(peer.did, claims).credentials) {
    if (!holds(peer, each)) peer.credentials.push_back(std::move(each));
  }
}

query::Query latest_with(const transfer::Peer& peer) {
  return {.where = query::all_of(
              {query::where("counterPartyId", peer.id.str()), query::where("protocol", peer.profile)}),
          .sort = {{.field = "stateTimestamp", .descending = true}},
          .limit = looked_through_max,
          .after = {}};
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
  auto changes = (*evaluator)->changes_of(agreement.policy, {agreement.signed_at, look.at});
  bool at_any_time = changes.at_any_time;
  if (changes.rests_on_proof) {
    const bool revocable =
        add_credentials(peer_of(agreement.consumer, look.claims), look.at, changes.moments);
    at_any_time = at_any_time || revocable;
  }
  std::erase_if(changes.moments, [&](Instant moment) { return moment <= look.at || moment > changes.until; });
  std::ranges::sort(changes.moments);
  if (changes.moments.size() > transfer::policy_moments_max)
    changes.moments.resize(transfer::policy_moments_max);
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
  auto good = co_await standing(call, about, now);
  if (!good && good.error().code == ErrorCode::unavailable)
    co_return transfer::PolicyUnknown{good.error().message()};
  if (!good) co_return fail(std::move(good.error()));
  auto subject = policy::subject_of(good->peer, now);
  auto claims = subject.claims;
  subject.agreement = facts_of(agreement->entity);
  auto refusal =
      co_await services_.policies.ask({.context = call.context,
                                       .hop = {"policy of the agreement in force", policy::monitor_scope},
                                       .policy = agreement->entity.policy,
                                       .subject = std::move(subject)});
  if (!refusal) co_return fail(std::move(refusal.error()));
  if (*refusal) {
    co_return transfer::PolicyJudged{transfer::PolicyJudged::Refusal{
        fmt::format("the policy of the agreement is not fulfilled any more (incident {})",
                    (*refusal)->incident),
        std::move((*refusal)->details)}};
  }
  const bool used_up = about.policy_watch && about.policy_watch->is_used_up();
  if (!good->renewed && !used_up) co_return transfer::PolicyJudged{};
  auto rests_on = good->renewed ? *claims : about.subject.claims;
  auto next = co_await watch(call.context, std::move(agreement->entity), {now, rests_on});
  if (!next) co_return fail(std::move(next.error()));
  co_return transfer::PolicyJudged{
      .refusal = {}, .proof = transfer::PolicyJudged::Proof{std::move(rests_on), std::move(*next)}};
}

Task<Result<PolicyMonitor::Standing>> PolicyMonitor::standing(const engine::EffectCall& call,
                                                              const transfer::TransferProcess& about,
                                                              Instant now) {
  const auto proved = peer_of(about.peer.id, about.subject.claims);
  auto good = co_await services_.identity.still_good(proved, now, call.deadline);
  if (!good) co_return fail(std::move(good.error()));
  if (good->credentials.size() == proved.credentials.size()) co_return Standing{std::move(*good)};
  auto since = co_await proved_elsewhere(call.context, about);
  if (!since) co_return fail(std::move(since.error()));
  std::erase_if(since->credentials, [&](const vc::Credential& each) { return holds(proved, each); });
  auto others = co_await services_.identity.still_good(std::move(*since), now, call.deadline);
  if (!others) co_return fail(std::move(others.error()));
  Standing standing{std::move(*good), !others->credentials.empty()};
  std::ranges::move(others->credentials, std::back_inserter(standing.peer.credentials));
  co_return standing;
}

Task<Result<verifier::Peer>> PolicyMonitor::proved_elsewhere(ContextId context,
                                                             const transfer::TransferProcess& about) {
  auto negotiations = co_await services_.engine.list<negotiation::Machine>(context, latest_with(about.peer));
  if (!negotiations) co_return fail(std::move(negotiations.error()));
  auto transfers = co_await services_.engine.list<transfer::Machine>(context, latest_with(about.peer));
  if (!transfers) co_return fail(std::move(transfers.error()));
  verifier::Peer peer{.did = about.peer.id, .credentials = {}, .left_out = {}};
  for (const auto& each : negotiations->entities) add(peer, *each.entity.claims);
  for (const auto& each : transfers->entities) add(peer, each.entity.subject.claims);
  co_return peer;
}

}  // namespace kontor::runtime::transfer_process
