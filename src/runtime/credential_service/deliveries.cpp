#include "domain/credential_request/decide.hpp"
#include "protocol/vc/verify.hpp"
#include "runtime/credential_service/credentials.hpp"
#include "runtime/verifier/checked_signatures.hpp"
#include "runtime/verifier/resolve_keys.hpp"

namespace kontor::runtime::credential_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace vc = protocol::vc;
using platform::routing::Call;

Task<Result<void>> Credentials::receive(Call call, dcp::CredentialMessage message) {
  const verifier::PeerVerifier::Wanted wanted{.audience = call.context, .address = call.peer_address};
  auto issuer = co_await services_.verifier.verify(call.authorization, wanted, call.deadline);
  if (!issuer) co_return fail(std::move(issuer.error()));
  auto taken = co_await take_delivery(std::move(call), *issuer, std::move(message));
  if (!taken && taken.error().row().http_status < 500) services_.verifier.note_refusal(*issuer, wanted);
  co_return taken;
}

Task<Result<void>> Credentials::take_delivery(Call call, dcp::Caller issuer, dcp::CredentialMessage message) {
  auto request = co_await services_.engine.load<credential_request::Machine>(call.context,
                                                                             entity_id(message.holder_pid));
  const bool asked = request && request->entity.issuer == issuer.did;
  if (!asked)
    co_return fail(ErrorCode::not_found, "there is no request '{}' to this issuer", message.holder_pid);
  engine::Command command{call.context, entity_id(message.holder_pid), issuer.did.str(), call.trace};
  command.single_use.push_back(verifier::stored(issuer.single_use));
  if (message.status == dcp::DeliveryStatus::rejected) {
    credential_request::Rejected event{issuer.did, message.issuer_pid,
                                       message.rejection_reason.value_or("the issuer gave no reason")};
    auto applied =
        co_await services_.engine.apply<credential_request::Machine>(std::move(command), std::move(event));
    if (!applied) co_return fail(std::move(applied.error()));
    co_return Result<void>{};
  }
  co_return co_await take_credentials(std::move(call), std::move(*request), std::move(command),
                                      std::move(message));
}

Task<Result<void>> Credentials::take_credentials(Call call, LoadedRequest request, engine::Command delivery,
                                                 dcp::CredentialMessage message) {
  const auto issuer = request.entity.issuer;
  std::vector<vc::SignedCredential> credentials;
  std::vector<credential_request::DeliveredCredential> delivered;
  std::vector<Room::Coming> coming;
  credential_request::CredentialsDelivered event{issuer, message.issuer_pid, {}};
  for (const auto& container : message.credentials) {
    auto parsed = vc::parse_credential(container.payload);
    if (!parsed) co_return fail(std::move(parsed.error()));
    auto& content = parsed->credential;
    if (content.id.empty()) content.id = new_uuid(services_.engine.random());
    delivered.push_back({content.types, parsed->format()});
    event.credentials.emplace_back(content.id);
    coming.push_back({event.credentials.back(), parsed->token.size()});
    credentials.push_back(std::move(*parsed));
  }
  auto objects = credential_request::match_delivery(request.entity, delivered);
  if (!objects) co_return fail(std::move(objects.error()));
  // Asked before anything is kept, and decided when everything is.
  auto awaited = credential_request::decide(&request.entity, event, services_.engine.clock().now());
  if (!awaited) co_return fail(std::move(awaited.error()));
  auto places = co_await room_.take(call.context, std::move(coming));
  if (!places) co_return co_await refuse(std::move(delivery), std::move(places.error()));
  for (const auto& each : credentials) {
    auto good = co_await check_delivered(call, issuer, each);
    if (!good) co_return fail(std::move(good.error()));
  }
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    auto kept = co_await keep(delivery, std::move(credentials[i]), {(*objects)[i], request.entity.scopes});
    if (!kept) co_return fail(std::move(kept.error()));
  }
  auto applied =
      co_await services_.engine.apply<credential_request::Machine>(std::move(delivery), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

/// The issuer is told by the answer, the owner by the request.
Task<Result<void>> Credentials::refuse(engine::Command delivery, Error why) {
  const bool no_room = why.code == ErrorCode::too_large || why.code == ErrorCode::too_many_requests;
  if (!no_room) co_return fail(std::move(why));
  credential_request::DeliveryRefused event{why.message()};
  auto applied =
      co_await services_.engine.apply<credential_request::Machine>(std::move(delivery), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return fail(std::move(why));
}

/// A credential's status is looked at when it is presented, not here.
Task<Result<void>> Credentials::check_delivered(Call call, Did issuer, vc::SignedCredential delivered) {
  auto holder = co_await services_.signing.did_of(call.context);
  if (!holder) co_return fail(std::move(holder.error()));
  verifier::CheckedSignatures signatures;
  vc::Evidence evidence;
  evidence.check_signature = signatures.counted_by(signatures_checked_);
  evidence.keys = co_await verifier::resolve_keys(services_.resolver, vc::required_keys(delivered),
                                                  services_.verifier.relationships(), call.deadline);
  delivered.credential.statuses.clear();
  const vc::CredentialExpectations expected{.now = services_.engine.clock().now(),
                                            .holder = std::move(*holder),
                                            .trusted_issuers = {{std::move(issuer), {"*"}}}};
  auto verdict = vc::verify_credential(delivered, expected, evidence);
  verifier::KnownSchemas schemas;
  if (!verdict && verdict.error().reason == vc::Reason::schema_violated) {
    // Asked for when everything else is known to be as it must be.
    schemas = co_await services_.schemas.all(vc::required_schemas(delivered), call.deadline);
    if (const auto* unknown = verifier::unknown_for_now(schemas))
      co_return fail_as(ErrorCode::unavailable, *unknown, "look at the credential's schema");
    evidence.check_schema = verifier::check_with(schemas);
    verdict = vc::verify_credential(delivered, expected, evidence);
  }
  if (!verdict) co_return fail(vc::to_error(verdict.error()));
  co_return Result<void>{};
}

Task<Result<void>> Credentials::keep(engine::Command& delivery, vc::SignedCredential delivered,
                                     AskedFor asked) {
  const auto issuer = delivered.credential.issuer;
  const credential::CredentialId id(delivered.credential.id);
  credential::Store event{.id = id,
                          .token = std::move(delivered.token),
                          .credential = std::move(delivered.credential),
                          .object_id = std::move(asked.object),
                          .warn_before = config_.expiry_warnings,
                          .renewal_scopes = std::move(asked.scopes)};
  // The sender's token is used up by the first thing that it brings about.
  engine::Command command{delivery.context, entity_id(id), delivery.actor, delivery.trace,
                          delivery.single_use};
  auto stored = co_await services_.engine.apply<credential::Machine>(command, std::move(event));
  if (stored) {
    delivery.single_use.clear();
    co_return Result<void>{};
  }
  if (stored.error().code != ErrorCode::conflict) co_return fail(std::move(stored.error()));
  // Delivered again, signed anew: what is held already is kept.
  auto held = co_await services_.engine.load<credential::Machine>(command.context, command.id);
  if (!held || held->entity.credential.issuer != issuer) co_return fail(std::move(stored.error()));
  co_return Result<void>{};
}

}  // namespace kontor::runtime::credential_service
