#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
using platform::routing::Call;

// What an administrator orders, beside the documents themselves.

Task<Result<Issuer::Reissued>> Issuer::reissue(Call call, issuance::IssuedCredentialId id) {
  auto issued = co_await services_.engine.load<issued_credential::Machine>(call.context, entity_id(id));
  if (!issued) co_return fail(std::move(issued.error()));
  if (issued->entity.state != issued_credential::State::issued) {
    co_return fail(ErrorCode::illegal_transition, "credential {} cannot be reissued: it is {}", id,
                   issued_credential::state_names.name(issued->entity.state));
  }
  auto successor = co_await successor_of(call, issued->entity);
  if (!successor) co_return fail(std::move(successor.error()));
  auto applied = co_await services_.engine.apply<issuance::Machine>(
      command_of(call, entity_id(issued->entity.process)), std::move(*successor));
  if (!applied) co_return fail(std::move(applied.error()));
  for (const auto& each : applied->entity.request.credentials) {
    if (each.replaces == id) co_return Reissued{each.id, issued->entity.process};
  }
  co_return fail(ErrorCode::internal, "credential {} is not being reissued", id);
}

/// What the same holder would be issued today. Whoever orders it has approved it.
Task<Result<issuance::Reissue>> Issuer::successor_of(Call call, issued_credential::IssuedCredential issued) {
  const auto context = call.context;
  const auto process = co_await services_.engine.load<issuance::Machine>(context, entity_id(issued.process));
  if (!process) {
    co_return fail(ErrorCode::conflict,
                   "the request that brought credential {} is kept no longer: its holder "
                   "has to ask again",
                   issued.id);
  }
  auto holder = co_await services_.engine.load<issuance::HolderDocument>(context, entity_id(issued.holder));
  if (!holder) co_return fail(ErrorCode::conflict, "'{}' is no holder any more", issued.holder);
  auto requested = co_await definitions(context, {issued.definition});
  if (!requested)
    co_return fail(ErrorCode::conflict, "credentials of '{}' are not issued any more", issued.definition);
  attestation::Question question{.issuer = context, .holder = holder->entity, .by_its_request = false};
  auto answers = co_await ask_others(std::move(question), *requested, call.deadline);
  auto verdict = co_await decide(context, holder->entity, *requested, std::move(answers));
  if (!verdict) co_return fail(std::move(verdict.error()));
  if (const auto* rejected = std::get_if<issuance::RejectedVerdict>(&*verdict))
    co_return fail(ErrorCode::conflict, "it would not be issued any more: {}", rejected->reason);
  if (const auto* unattested = std::get_if<issuance::UnattestedVerdict>(&*verdict))
    co_return fail(ErrorCode::unavailable, "{}", unattested->reason);
  const auto* pending = std::get_if<issuance::PendingVerdict>(&*verdict);
  const auto& definition = requested->front().definition;
  co_return issuance::Reissue{
      .replaced = issued.id,
      .by = {definition.id, definition.credential_type, definition.format, new_credential_id()},
      .claims = pending ? pending->claims : std::get<issuance::ApprovedVerdict>(*verdict).claims};
}

issuance::IssuedCredentialId Issuer::new_credential_id() {
  return issuance::IssuedCredentialId("urn:uuid:" + new_uuid(services_.engine.random()));
}

Task<Result<issuer_offer::OfferId>> Issuer::offer(Call call, issuance::HolderId holder_id,
                                                  std::vector<issuance::CredentialDefinitionId> ids) {
  auto holder = co_await services_.engine.load<issuance::HolderDocument>(call.context, entity_id(holder_id));
  if (!holder) co_return fail(std::move(holder.error()));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto definition = co_await services_.engine.load<issuance::CredentialDefinitionDocument>(
        call.context, entity_id(ids[i]));
    if (!definition) co_return invalid(fmt::format("/credentials/{}", i), "'{}' is not issued here", ids[i]);
  }
  issuer_offer::Offer offer{.id = issuer_offer::OfferId(new_uuid(services_.engine.random())),
                            .holder = std::move(holder_id),
                            .holder_did = holder->entity.did,
                            .credentials = std::move(ids)};
  const auto offer_id = offer.id;
  const auto id = entity_id(offer_id);
  auto made = co_await services_.engine.apply<issuer_offer::Machine>(command_of(call, id),
                                                                     issuer_offer::Make{std::move(offer)});
  if (!made) co_return fail(std::move(made.error()));
  if (!call.wait) co_return offer_id;
  const auto deadline = platform::async::Deadline::after(services_.engine.clock(), *call.wait);
  auto waited = co_await services_.engine.wait<issuer_offer::Machine>(call.context, id,
                                                                      issuer_offer::Machine::ended, deadline);
  if (!waited) co_return fail(std::move(waited.error()));
  if (waited->entity.state == issuer_offer::State::failed)
    co_return fail(ErrorCode::peer_refused, "{}", waited->entity.reason);
  co_return offer_id;
}

Task<Result<Issuer::Outcome<issuer_offer::Machine>>> Issuer::send_offer(
    engine::Committed<issuer_offer::Effect> effect) {
  const auto& call = effect.call();
  auto offer = co_await services_.engine.load<issuer_offer::Machine>(call.context, call.entity);
  if (!offer) co_return fail(std::move(offer.error()));
  auto issuer = co_await services_.signing.did_of(call.context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  dcp::CredentialOfferMessage message{std::move(*issuer), {}};
  for (const auto& id : offer->entity.credentials) {
    auto definition =
        co_await services_.engine.load<issuance::CredentialDefinitionDocument>(call.context, entity_id(id));
    if (!definition) continue;
    auto entry = metadata_of(call.context, definition->entity);
    if (!entry) co_return fail(std::move(entry.error()));
    message.credentials.push_back(std::move(*entry));
  }
  if (message.credentials.empty())
    co_return fail(ErrorCode::not_found, "nothing of what was offered is issued any more");
  auto answer = co_await post({offer->entity.holder_did}, "/offers", json::encode(message), call);
  if (!answer) co_return fail(std::move(answer.error()));
  if (answer->status >= 200 && answer->status < 300)
    co_return Outcome<issuer_offer::Machine>(issuer_offer::Sent{});
  co_return refused_by(offer->entity.holder_did, *answer,
                       issuer_offer::worth_another_attempt(answer->status));
}

}  // namespace kontor::runtime::issuer_service
