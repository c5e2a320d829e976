#include <algorithm>

#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace engine = platform::engine;
using platform::routing::Call;

namespace {

void take_verdict(issuance::Verdict verdict, Issuer::Evaluation& into) {
  if (auto* approved = std::get_if<issuance::ApprovedVerdict>(&verdict)) {
    into.verdict = "APPROVED";
    into.claims = std::move(approved->claims);
  } else if (auto* pending = std::get_if<issuance::PendingVerdict>(&verdict)) {
    into.verdict = "PENDING";
    into.claims = std::move(pending->claims);
  } else if (auto* rejected = std::get_if<issuance::RejectedVerdict>(&verdict)) {
    into.verdict = "REJECTED";
    into.reason = std::move(rejected->reason);
  } else {
    into.verdict = "UNDECIDED";
    into.reason = std::get<issuance::UnattestedVerdict>(verdict).reason;
  }
}

bool brings_something(const Issuer::Evaluation& evaluation) {
  return evaluation.verdict == "APPROVED" || evaluation.verdict == "PENDING";
}

}  // namespace

Task<issuance::Answers> Issuer::ask_others(attestation::Question question,
                                           const std::vector<issuance::RequestedDefinition>& requested,
                                           platform::async::Deadline deadline) {
  std::vector<issuance::AttestationDefinition> others;
  for (const auto& one : requested) {
    for (const auto& each : one.attestations) {
      const bool known = std::ranges::any_of(others, [&](const auto& other) { return other.id == each.id; });
      if (issuance::asks_others(each.type) && !known) others.push_back(each);
    }
  }
  co_return co_await services_.sources.ask(std::move(question), std::move(others), deadline);
}

Task<Result<Issuer::Outcome<issuance::Machine>>> Issuer::gather(engine::EffectCall call) {
  auto process = co_await services_.engine.load<issuance::Machine>(call.context, call.entity);
  if (!process) co_return fail(std::move(process.error()));
  if (!process->entity.gathering) co_return Outcome<issuance::Machine>{};
  auto verdict = co_await judge(std::move(call), process->entity.request);
  if (!verdict) co_return fail(std::move(verdict.error()));
  if (auto* unattested = std::get_if<issuance::UnattestedVerdict>(&*verdict))
    co_return fail(ErrorCode::unavailable, "{}", unattested->reason);
  co_return Outcome<issuance::Machine>(issuance::AttestationsGathered{std::move(*verdict)});
}

/// By what is written down now: definitions and holders may have changed since the request came.
Task<Result<issuance::Verdict>> Issuer::judge(engine::EffectCall call, issuance::Request request) {
  auto holder =
      co_await services_.engine.load<issuance::HolderDocument>(call.context, entity_id(request.holder));
  if (!holder && holder.error().code == ErrorCode::not_found)
    co_return issuance::RejectedVerdict{fmt::format("'{}' is no holder any more", request.holder)};
  if (!holder) co_return fail(std::move(holder.error()));
  std::vector<issuance::CredentialDefinitionId> ids;
  for (const auto& each : request.credentials) ids.push_back(each.definition);
  auto requested = co_await definitions(call.context, ids);
  if (!requested && requested.error().row().retry != Retry::never)
    co_return fail(std::move(requested.error()));
  if (!requested) co_return issuance::RejectedVerdict{requested.error().message()};
  attestation::Question question{
      .issuer = call.context, .holder = holder->entity, .access_token = std::move(request.access_token)};
  auto answers = co_await ask_others(std::move(question), *requested, call.deadline);
  co_return co_await decide(call.context, holder->entity, *requested, std::move(answers));
}

Task<Result<Issuer::Evaluation>> Issuer::evaluate(Call call, Trial trial) {
  auto issuer = co_await services_.signing.did_of(call.context);
  if (!issuer) co_return fail(ErrorCode::not_found, "there is no issuer '{}'", call.context);
  auto definition = co_await services_.engine.load<issuance::CredentialDefinitionDocument>(
      call.context, entity_id(trial.definition));
  if (!definition) co_return fail(std::move(definition.error()));
  auto loaded =
      co_await services_.engine.load<issuance::HolderDocument>(call.context, entity_id(trial.holder));
  if (!loaded) co_return invalid("/holderId", "there is no holder '{}'", trial.holder);
  const auto& holder = loaded->entity;
  auto requested = co_await definitions(call.context, {trial.definition});
  if (!requested) co_return fail(std::move(requested.error()));
  auto schema = schema_url(call.context, definition->entity);
  if (!schema) co_return fail(std::move(schema.error()));
  const auto now = services_.engine.clock().now();
  Result<Evaluation> evaluation = Evaluation{};
  if (trial.claims) {
    take_verdict(issuance::judge(*requested, std::move(*trial.claims), holder.did, now), *evaluation);
  } else {
    evaluation = co_await tried(std::move(call), holder, *requested);
  }
  if (!evaluation || !brings_something(*evaluation)) co_return evaluation;
  auto credential = issuance::make_credential(definition->entity, evaluation->claims,
                                              {.id = {},
                                               .issuer = std::move(*issuer),
                                               .holder = holder.did,
                                               .statuses = {},
                                               .now = now,
                                               .schema_url = std::move(*schema)});
  if (!credential) co_return fail(std::move(credential.error()));
  evaluation->credential = std::move(*credential);
  co_return evaluation;
}

/// The same as a request, and what each attestation said of it.
Task<Result<Issuer::Evaluation>> Issuer::tried(Call call, const issuance::Holder& holder,
                                               const std::vector<issuance::RequestedDefinition>& requested) {
  attestation::Question question{.issuer = call.context, .holder = holder, .by_its_request = false};
  auto answers = co_await ask_others(std::move(question), requested, call.deadline);
  auto applications = co_await applications_of(call.context, holder.did);
  if (!applications) co_return fail(std::move(applications.error()));
  const issuance::Sources sources{holder, *applications, services_.engine.clock().now(), std::move(answers)};
  Evaluation evaluation;
  for (const auto& one : requested) {
    for (const auto& each : one.attestations)
      evaluation.said.push_back({each, issuance::attest(each, one.definition, sources)});
  }
  take_verdict(issuance::evaluate(requested, sources), evaluation);
  co_return evaluation;
}

}  // namespace kontor::runtime::issuer_service
