#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

// What an administrator orders, beside the documents themselves.

Task<Result<Issuer::Evaluation>> Issuer::evaluate(ContextId context, issuance::CredentialDefinitionId id,
                                                  issuance::HolderId holder_id,
                                                  std::optional<json::Object> claims) {
  auto issuer = co_await services_.signing.did_of(context);
  if (!issuer) co_return fail(ErrorCode::not_found, "there is no issuer '{}'", context);
  auto definition =
      co_await services_.engine.load<issuance::CredentialDefinitionDocument>(context, entity_id(id));
  if (!definition) co_return fail(std::move(definition.error()));
  auto holder = co_await services_.engine.load<issuance::HolderDocument>(context, entity_id(holder_id));
  if (!holder) co_return invalid("/holderId", "there is no holder '{}'", holder_id);
  auto requested = co_await definitions(context, {id});
  if (!requested) co_return fail(std::move(requested.error()));
  const auto now = services_.engine.clock().now();
  Result<issuance::Verdict> verdict = issuance::RejectedVerdict{};
  if (claims) {
    verdict = issuance::judge(*requested, std::move(*claims), now);
  } else {
    verdict = co_await decide(context, holder->entity, *requested);
  }
  if (!verdict) co_return fail(std::move(verdict.error()));
  if (const auto* rejected = std::get_if<issuance::RejectedVerdict>(&*verdict))
    co_return Evaluation{.verdict = "REJECTED", .reason = rejected->reason};
  const auto* pending = std::get_if<issuance::PendingVerdict>(&*verdict);
  Evaluation evaluation{
      .verdict = pending ? "PENDING" : "APPROVED",
      .claims = pending ? pending->claims : std::get<issuance::ApprovedVerdict>(*verdict).claims};
  auto credential = issuance::make_credential(
      definition->entity, evaluation.claims,
      {.id = {}, .issuer = std::move(*issuer), .holder = holder->entity.did, .statuses = {}, .now = now});
  if (!credential) co_return fail(std::move(credential.error()));
  evaluation.credential = std::move(*credential);
  co_return evaluation;
}

}  // namespace kontor::runtime::issuer_service
