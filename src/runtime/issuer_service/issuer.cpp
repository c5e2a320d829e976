#include "runtime/issuer_service/issuer.hpp"

#include "base/crypto/derived_uuid.hpp"
#include "base/text/encoding.hpp"

namespace kontor::runtime::issuer_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
using platform::routing::Call;

namespace {

constexpr std::uint32_t page_size = 1000;

protocol::query::Query where(std::string field, std::string value, std::uint32_t limit) {
  protocol::query::Query query;
  query.where = protocol::query::where(std::move(field), std::move(value));
  query.limit = limit;
  return query;
}

/// All of a kind that the query finds, however many pages that takes.
template <class M>
Task<Result<std::vector<typename M::Entity>>> every(engine::Engine& engine, ContextId context,
                                                    protocol::query::Query query) {
  std::vector<typename M::Entity> found;
  for (;;) {
    auto page = co_await engine.list<M>(context, query);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& each : page->entities) found.push_back(std::move(each.entity));
    if (!page->next) co_return found;
    auto after = protocol::query::read_cursor(*page->next);
    if (!after) co_return fail(std::move(after.error()));
    query.after = std::move(*after);
  }
}

/// The id of a process follows from who asks and the id that it gave its request: what is sent again finds
/// its process, also where both are served at the same time.
dcp::IssuerPid pid_for(const ContextId& context, const Did& holder, const dcp::HolderPid& holder_pid) {
  return dcp::IssuerPid(crypto::derived_uuid(context.str() + "\n" + holder.str() + "\n" + holder_pid.str()));
}

}  // namespace

Result<std::optional<std::string>> Issuer::schema_url(
    const ContextId& context, const issuance::CredentialDefinition& definition) const {
  auto schema = issuance::schema_of(definition);
  if (!schema) return fail(std::move(schema.error()), "credential definition {}", definition.id);
  if (!*schema) return std::nullopt;
  return public_url_ + "/schemas/" + text::percent_encode(context.str()) + "/" + (*schema)->id.str();
}

/// Every entry has to name a schema; where nothing is known of one, it is that of all credentials.
Result<dcp::CredentialObject> Issuer::metadata_of(const ContextId& context,
                                                  const issuance::CredentialDefinition& definition) const {
  auto own = schema_url(context, definition);
  if (!own) return fail(std::move(own.error()));
  auto entry = issuance::metadata_entry(
      definition, own->value_or("https://www.w3.org/2018/credentials#credentialSchema"));
  if (*own) entry.credential_schema = **own;
  return entry;
}

Task<Result<dcp::IssuerPid>> Issuer::receive(Call call, dcp::CredentialRequestMessage message) {
  const verifier::PeerVerifier::Wanted wanted{.audience = call.context, .address = call.peer_address};
  auto caller = co_await services_.verifier.verify(call.authorization, wanted, call.deadline);
  if (!caller) co_return fail(std::move(caller.error()));
  auto holder = co_await holder_of(call.context, caller->did);
  if (!holder) {
    if (holder.error().row().http_status < 500) services_.verifier.note_refusal(*caller, wanted);
    co_return fail(std::move(holder.error()));
  }
  auto process = co_await take(call, *caller, std::move(*holder), std::move(message));
  if (!process) {
    // A token serves once, also for what is refused; where it was us who failed, it may come again.
    if (process.error().row().http_status >= 500) co_return fail(std::move(process.error()));
    auto used = co_await services_.verifier.turn_away(services_.engine.store(), std::move(*caller), wanted);
    if (!used) co_return fail(std::move(used.error()));
    co_return fail(std::move(process.error()));
  }
  if (process->state == issuance::State::errored) {
    services_.verifier.note_refusal(*caller, wanted);
    co_return fail(ErrorCode::forbidden, "{}", process->failure->reason);
  }
  co_return process->request.id;
}

/// Also what is not granted is kept, with its reason.
Task<Result<issuance::IssuanceProcess>> Issuer::take(Call call, dcp::Caller caller, issuance::Holder holder,
                                                     dcp::CredentialRequestMessage message) {
  auto requested = co_await definitions(call.context, message.credentials);
  if (!requested) co_return fail(std::move(requested.error()));
  auto verdict = co_await decide(call.context, holder, *requested);
  if (!verdict) co_return fail(std::move(verdict.error()));
  issuance::Request request{.id = pid_for(call.context, caller.did, message.holder_pid),
                            .holder_pid = std::move(message.holder_pid),
                            .holder = std::move(holder.id),
                            .holder_did = caller.did,
                            .credentials = {},
                            .access_token = std::move(caller.access_token)};
  for (const auto& each : *requested) {
    request.credentials.push_back(
        {each.definition.id, each.definition.credential_type, each.definition.format, new_credential_id()});
  }
  engine::Command command{call.context, entity_id(request.id), caller.did.str(), call.trace};
  command.single_use.push_back(verifier::stored(caller.single_use));
  issuance::RequestReceived event{std::move(request), std::move(*verdict)};
  auto applied = co_await services_.engine.apply<issuance::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return std::move(applied->entity);
}

Task<Result<dcp::CredentialStatus>> Issuer::status(Call call) {
  const verifier::PeerVerifier::Wanted wanted{.audience = call.context, .address = call.peer_address};
  auto caller = co_await services_.verifier.verify(call.authorization, wanted, call.deadline);
  if (!caller) co_return fail(std::move(caller.error()));
  auto process = co_await services_.engine.load<issuance::Machine>(call.context, call.entity("requestId"));
  if (!process || process->entity.request.holder_did != caller->did) {
    auto used = co_await services_.verifier.turn_away(services_.engine.store(), std::move(*caller), wanted);
    if (!used) co_return fail(std::move(used.error()));
    co_return fail(ErrorCode::unauthenticated, "there is no such request of yours");
  }
  auto used = co_await verifier::use_up(services_.engine.store(), call.context, caller->single_use);
  if (!used) co_return fail(std::move(used.error()));
  co_return issuance::status_of(process->entity);
}

Task<Result<void>> Issuer::check_known(ContextId context) {
  auto did = co_await services_.signing.did_of(context);
  if (did) co_return Result<void>{};
  if (did.error().code != ErrorCode::not_found) co_return fail(std::move(did.error()));
  co_return fail(ErrorCode::not_found, "there is no issuer '{}'", context);
}

Task<Result<dcp::IssuerMetadata>> Issuer::metadata(ContextId context) {
  auto did = co_await services_.signing.did_of(context);
  if (!did) co_return fail(ErrorCode::not_found, "there is no such issuer");
  auto definitions =
      co_await every<issuance::CredentialDefinitionDocument>(services_.engine, context, {.limit = page_size});
  if (!definitions) co_return fail(std::move(definitions.error()));
  dcp::IssuerMetadata metadata{std::move(*did), {}};
  for (const auto& definition : *definitions) {
    auto entry = metadata_of(context, definition);
    if (!entry) co_return fail(std::move(entry.error()));
    metadata.credentials_supported.push_back(std::move(*entry));
  }
  co_return metadata;
}

/// For what changes nothing: else the token goes with the commit.
Task<Result<issuance::Holder>> Issuer::holder_of(ContextId context, Did did) {
  auto page = co_await services_.engine.list<issuance::HolderDocument>(std::move(context),
                                                                       where("did", did.str(), 1));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty())
    co_return fail(ErrorCode::unauthenticated, "{} is not registered as a holder", did);
  co_return std::move(page->entities.front().entity);
}

Task<Result<std::vector<issuance::RequestedDefinition>>> Issuer::definitions(
    ContextId context, const std::vector<dcp::CredentialObjectId>& ids) {
  std::vector<issuance::RequestedDefinition> requested;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto definition =
        co_await services_.engine.load<issuance::CredentialDefinitionDocument>(context, entity_id(ids[i]));
    if (!definition && definition.error().code != ErrorCode::not_found)
      co_return fail(std::move(definition.error()));
    if (!definition)
      co_return invalid(fmt::format("/credentials/{}/id", i), "'{}' is not issued here", ids[i]);
    issuance::RequestedDefinition each{std::move(definition->entity), {}};
    for (const auto& id : each.definition.attestations) {
      auto attestation =
          co_await services_.engine.load<issuance::AttestationDocument>(context, entity_id(id));
      if (!attestation && attestation.error().code != ErrorCode::not_found)
        co_return fail(std::move(attestation.error()));
      if (!attestation)
        co_return fail(ErrorCode::forbidden, "the attestation '{}' does not exist any more", id);
      each.attestations.push_back(std::move(attestation->entity));
    }
    requested.push_back(std::move(each));
  }
  co_return requested;
}

Task<Result<std::vector<application::Application>>> Issuer::applications_of(ContextId context,
                                                                            Did applicant) {
  return every<application::Machine>(services_.engine, std::move(context),
                                     where("applicant", applicant.str(), page_size));
}

Task<Result<issuance::Verdict>> Issuer::decide(ContextId context, const issuance::Holder& holder,
                                               const std::vector<issuance::RequestedDefinition>& requested,
                                               issuance::Answers answers) {
  const auto group = "attestations of " + context.str();
  auto applications = co_await applications_of(std::move(context), holder.did);
  if (!applications) co_return fail(std::move(applications.error()));
  const auto now = services_.engine.clock().now();
  auto verdict = issuance::evaluate(requested, {holder, *applications, now, std::move(answers)});
  if (auto* unattested = std::get_if<issuance::UnattestedVerdict>(&verdict)) unattested->group = group;
  co_return verdict;
}

}  // namespace kontor::runtime::issuer_service
