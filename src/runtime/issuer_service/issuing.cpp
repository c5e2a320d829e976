#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "protocol/did/document.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace http = platform::http;
namespace vc = protocol::vc;
using domain::key_pair::Usage;

Task<Result<Issuer::Outcome<issuance::Machine>>> Issuer::carry_out(
    engine::Committed<issuance::Effect> effect) {
  const auto& call = effect.call();
  if (std::holds_alternative<issuance::GatherAttestations>(*effect)) co_return co_await gather(call);
  if (std::holds_alternative<issuance::DeliverCredentials>(*effect)) co_return co_await deliver(call);
  Result<void> done;
  if (const auto* revoke = std::get_if<issuance::RevokeCredential>(&*effect)) {
    done = co_await end(*revoke, call);
  } else {
    const auto& rejection = std::get<issuance::DeliverRejection>(*effect);
    dcp::CredentialMessage message{.issuer_pid = rejection.id,
                                   .holder_pid = rejection.holder_pid,
                                   .status = dcp::DeliveryStatus::rejected,
                                   .credentials = {},
                                   .rejection_reason = rejection.reason};
    done = co_await send({rejection.holder_did, rejection.access_token}, std::move(message), call);
  }
  if (!done) co_return fail(std::move(done.error()));
  co_return Outcome<issuance::Machine>{};
}

Task<Result<Issuer::Outcome<issuance::Machine>>> Issuer::deliver(engine::EffectCall call) {
  auto loaded = co_await services_.engine.load<issuance::Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& process = loaded->entity;
  if (!issuance::wants_delivery(process)) co_return Outcome<issuance::Machine>{};
  dcp::CredentialMessage message{.issuer_pid = process.request.id,
                                 .holder_pid = process.request.holder_pid,
                                 .status = dcp::DeliveryStatus::issued,
                                 .credentials = {},
                                 .rejection_reason = {}};
  const auto planned = issuance::to_deliver(process);
  for (const auto& each : planned) {
    auto container = co_await make(call.context, process, each);
    if (!container) co_return fail(std::move(container.error()), "make a {}", each.type);
    message.credentials.push_back(std::move(*container));
  }
  auto sent =
      co_await send({process.request.holder_did, process.request.access_token}, std::move(message), call);
  if (!sent) co_return fail(std::move(sent.error()));
  co_return Outcome<issuance::Machine>(issuance::Delivered{});
}

/// What was never recorded is nowhere.
Task<Result<void>> Issuer::end(issuance::RevokeCredential order, engine::EffectCall call) {
  engine::Command command{call.context, entity_id(order.id), "system", call.trace};
  auto applied = co_await services_.engine.apply<issued_credential::Machine>(
      std::move(command), issued_credential::Revoke{std::move(order.reason)});
  if (!applied && applied.error().code != ErrorCode::not_found) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

/// A credential that an earlier attempt recorded is signed again, not made again.
Task<Result<dcp::CredentialContainer>> Issuer::make(ContextId context,
                                                    const issuance::IssuanceProcess& process,
                                                    const issuance::PlannedCredential& planned) {
  auto recorded = co_await services_.engine.load<issued_credential::Machine>(context, entity_id(planned.id));
  vc::Credential credential;
  if (recorded) {
    credential = std::move(recorded->entity.credential);
  } else {
    auto made = co_await record(context, process, planned);
    if (!made) co_return fail(std::move(made.error()));
    credential = std::move(made->credential);
  }
  const auto format = credential.format;
  const auto now = services_.engine.clock().now();
  auto token = co_await services_.signing.sign(
      std::move(context), Usage::sign_credentials,
      [credential, now](const vc::Signer& signer) {
        return vc::credential_signing_input(credential, signer, now);
      },
      credential.valid_until.value_or(identity::without_end));
  if (!token) co_return fail(std::move(token.error()));
  co_return dcp::CredentialContainer{planned.type, std::move(*token),
                                     std::string(vc::profile_names.name(format))};
}

Task<Result<issued_credential::IssuedCredential>> Issuer::record(ContextId context,
                                                                 const issuance::IssuanceProcess& process,
                                                                 const issuance::PlannedCredential& planned) {
  auto definition = co_await services_.engine.load<issuance::CredentialDefinitionDocument>(
      context, entity_id(planned.definition));
  if (!definition) co_return fail(std::move(definition.error()));
  auto issuer = co_await services_.signing.did_of(context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  auto schema = schema_url(context, definition->entity);
  if (!schema) co_return fail(std::move(schema.error()));
  auto places = co_await take_places(context, definition->entity);
  if (!places) co_return fail(std::move(places.error()));
  issuance::CredentialParts parts{.id = planned.id,
                                  .issuer = std::move(*issuer),
                                  .holder = process.request.holder_did,
                                  .statuses = {},
                                  .now = services_.engine.clock().now(),
                                  .schema_url = std::move(*schema)};
  std::vector<issued_credential::StatusSlot> slots;
  for (auto& place : *places) {
    parts.statuses.push_back(std::move(place.entry));
    slots.push_back(std::move(place.slot));
  }
  auto credential = issuance::make_credential(definition->entity, process.claims, parts);
  if (!credential) co_return fail(std::move(credential.error()));
  issued_credential::IssuedCredential issued{.id = planned.id,
                                             .process = process.request.id,
                                             .holder = process.request.holder,
                                             .definition = planned.definition,
                                             .credential = std::move(*credential),
                                             .slots = std::move(slots)};
  engine::Command command{std::move(context), entity_id(planned.id)};
  auto applied = co_await services_.engine.apply<issued_credential::Machine>(
      std::move(command), issued_credential::Record{issued});
  if (!applied) co_return fail(std::move(applied.error()));
  co_return issued;
}

Task<Result<std::vector<StatusPlace>>> Issuer::take_places(ContextId context,
                                                           const issuance::CredentialDefinition& definition) {
  std::vector<std::string> purposes{std::string(issued_credential::revocation)};
  if (definition.suspendable) purposes.emplace_back(issued_credential::suspension);
  std::vector<StatusPlace> places;
  for (auto& purpose : purposes) {
    auto place = co_await lists_.place(context, std::move(purpose), definition.format);
    if (!place) co_return fail(std::move(place.error()));
    places.push_back(std::move(*place));
  }
  co_return places;
}

Task<Result<void>> Issuer::send(Recipient recipient, dcp::CredentialMessage message,
                                engine::EffectCall call) {
  const auto holder = recipient.holder;
  auto answer = co_await post(std::move(recipient), "/credentials", json::encode(message), std::move(call));
  if (!answer) co_return fail(std::move(answer.error()));
  if (answer->status >= 200 && answer->status < 300) co_return Result<void>{};
  co_return refused_by(holder, *answer, issuance::worth_another_delivery(answer->status));
}

Task<Result<http::Response>> Issuer::post(Recipient recipient, std::string path, std::string body,
                                          engine::EffectCall call) {
  auto document =
      co_await services_.resolver.resolve(recipient.holder, platform::did::Freshness::cached, call.deadline);
  if (!document) co_return fail(std::move(document.error()));
  auto endpoint =
      protocol::did::service_endpoint(**document, protocol::did::service_type::credential_service);
  if (!endpoint) co_return fail(std::move(endpoint.error()));
  auto token = co_await authorization(call.context, recipient);
  if (!token) co_return fail(std::move(token.error()));
  http::Request request{"POST", *endpoint + path};
  request.headers.set("Authorization", std::move(*token));
  request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(body);
  auto response =
      co_await services_.client.send(std::move(request), {.deadline = call.deadline, .trace = call.trace});
  if (!response) co_return fail(std::move(response.error()), "deliver to {}", recipient.holder);
  co_return response;
}

std::unexpected<Error> refused_by(const Did& holder, const http::Response& answer, bool may_pass) {
  return fail(may_pass ? ErrorCode::peer_unavailable : ErrorCode::peer_refused, "{} answered {}: {}", holder,
              answer.status, text::for_log(answer.body.text, 300));
}

Task<Result<std::string>> Issuer::authorization(ContextId context, Recipient recipient) {
  if (!recipient.access_token)
    co_return co_await services_.tokens.plain(std::move(context), std::move(recipient.holder));
  co_return co_await services_.tokens.presenting(std::move(context), std::move(recipient.holder),
                                                 std::move(*recipient.access_token));
}

Task<Result<Issuer::Outcome<issued_credential::Machine>>> Issuer::mark(
    engine::Committed<issued_credential::Effect> effect) {
  const auto& marked = std::get<issued_credential::MarkStatus>(*effect);
  auto done = co_await lists_.mark(effect.call().context, marked.list,
                                   {.index = marked.index, .value = marked.value});
  if (!done) co_return fail(std::move(done.error()));
  co_return Outcome<issued_credential::Machine>{};
}

}  // namespace kontor::runtime::issuer_service
