#include "protocol/vc/verify.hpp"
#include "runtime/credential_service/credentials.hpp"
#include "runtime/identity/resolve_keys.hpp"

namespace kontor::runtime::credential_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace vc = protocol::vc;
using platform::routing::Call;

namespace {

/// A credential may not be in force yet, and its status is looked at when it is presented.
vc::Evidence without_status(vc::ResolvedKeys keys, const vc::SignedCredential& signed_credential) {
  vc::Evidence evidence{.keys = std::move(keys), .status_lists = {}, .check_schema = {}};
  for (const auto& entry : signed_credential.credential.statuses) {
    vc::StatusList empty{.kind = entry.kind,
                         .url = entry.list_url,
                         .issuer = signed_credential.credential.issuer,
                         .purposes = {entry.purpose},
                         .bits = vc::Bitstring(entry.index + 1)};
    evidence.status_lists.insert_or_assign(entry.list_url, std::move(empty));
  }
  return evidence;
}

}  // namespace

Task<Result<void>> Credentials::receive(Call call, dcp::CredentialMessage message) {
  auto issuer = co_await services_.verifier.verify(call.authorization, {call.context, false}, call.deadline);
  if (!issuer) co_return fail(std::move(issuer.error()));
  auto request = co_await services_.engine.load<credential_request::Machine>(call.context,
                                                                             entity_id(message.holder_pid));
  const bool asked = request && request->entity.issuer == issuer->did;
  if (!asked)
    co_return fail(ErrorCode::not_found, "there is no request '{}' to this issuer", message.holder_pid);
  engine::Command command{call.context, entity_id(message.holder_pid), issuer->did.str(), call.trace};
  command.single_use.push_back(identity::stored(issuer->single_use));
  if (message.status == dcp::DeliveryStatus::rejected) {
    credential_request::Rejected event{issuer->did, message.issuer_pid,
                                       message.rejection_reason.value_or("the issuer gave no reason")};
    auto applied =
        co_await services_.engine.apply<credential_request::Machine>(std::move(command), std::move(event));
    if (!applied) co_return fail(std::move(applied.error()));
    co_return Result<void>{};
  }
  std::vector<credential_request::DeliveredCredential> delivered;
  for (const auto& container : message.credentials) {
    auto parsed = vc::parse_credential(container.payload);
    if (!parsed) co_return fail(std::move(parsed.error()));
    delivered.push_back({parsed->credential.types, parsed->format()});
  }
  auto objects = credential_request::match_delivery(request->entity, delivered);
  if (!objects) co_return fail(std::move(objects.error()));
  credential_request::CredentialsDelivered event{issuer->did, message.issuer_pid, {}};
  for (std::size_t i = 0; i < message.credentials.size(); ++i) {
    auto kept = co_await keep(call, issuer->did, std::move(message.credentials[i].payload), (*objects)[i]);
    if (!kept) co_return fail(std::move(kept.error()));
    event.credentials.push_back(std::move(*kept));
  }
  auto applied =
      co_await services_.engine.apply<credential_request::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<credential::CredentialId>> Credentials::keep(Call call, Did issuer, std::string token,
                                                         dcp::CredentialObjectId object) {
  auto parsed = vc::parse_credential(token);
  if (!parsed) co_return fail(std::move(parsed.error()));
  auto holder = co_await services_.signing.did_of(call.context);
  if (!holder) co_return fail(std::move(holder.error()));
  auto keys = co_await identity::resolve_keys(services_.resolver, vc::required_keys(*parsed), call.deadline);
  vc::CredentialExpectations expected{
      .now = services_.engine.clock().now(), .holder = *holder, .trusted_issuers = {{issuer, {"*"}}}};
  auto verdict = vc::verify_credential(*parsed, expected, without_status(std::move(keys), *parsed));
  if (!verdict) co_return fail(vc::to_error(verdict.error()));
  credential::CredentialId id(parsed->credential.id.empty() ? new_uuid(services_.engine.random())
                                                            : parsed->credential.id);
  credential::Store event{.id = id,
                          .token = std::move(token),
                          .credential = std::move(parsed->credential),
                          .object_id = std::move(object)};
  engine::Command command{call.context, entity_id(id), issuer.str(), call.trace};
  auto stored = co_await services_.engine.apply<credential::Machine>(std::move(command), std::move(event));
  if (!stored) co_return fail(std::move(stored.error()));
  co_return id;
}

}  // namespace kontor::runtime::credential_service
