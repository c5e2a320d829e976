#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "protocol/did/document.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace http = platform::http;
namespace vc = protocol::vc;
using domain::key_pair::Usage;

namespace {

const issuance::StatusListId revocation_list{"revocation-1"};
constexpr int slot_attempts_max = 20;

}  // namespace

Task<Result<Issuer::Outcome<issuance::Machine>>> Issuer::deliver(engine::Committed<issuance::Effect> effect) {
  const auto& call = effect.call();
  if (const auto* rejection = std::get_if<issuance::DeliverRejection>(&*effect)) {
    dcp::CredentialMessage message{.issuer_pid = rejection->id,
                                   .holder_pid = rejection->holder_pid,
                                   .status = dcp::DeliveryStatus::rejected,
                                   .credentials = {},
                                   .rejection_reason = rejection->reason};
    auto sent = co_await send({rejection->holder_did, rejection->access_token}, std::move(message), call);
    if (!sent) co_return fail(std::move(sent.error()));
    co_return Outcome<issuance::Machine>{};
  }
  auto loaded = co_await services_.engine.load<issuance::Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& process = loaded->entity;
  if (!issuance::wants_delivery(process)) co_return Outcome<issuance::Machine>{};
  dcp::CredentialMessage message{.issuer_pid = process.request.id,
                                 .holder_pid = process.request.holder_pid,
                                 .status = dcp::DeliveryStatus::issued,
                                 .credentials = {},
                                 .rejection_reason = {}};
  for (const auto& planned : process.request.credentials) {
    auto container = co_await make(call.context, process, planned);
    if (!container) co_return fail(std::move(container.error()), "make a {}", planned.type);
    message.credentials.push_back(std::move(*container));
  }
  auto sent =
      co_await send({process.request.holder_did, process.request.access_token}, std::move(message), call);
  if (!sent) co_return fail(std::move(sent.error()));
  co_return Outcome<issuance::Machine>(issuance::Delivered{});
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
  const auto now = services_.engine.clock().now();
  auto token = co_await services_.signing.sign(
      std::move(context), Usage::sign_credentials,
      [credential, now](const vc::Signer& signer) {
        return vc::credential_signing_input(credential, signer, now);
      },
      credential.valid_until.value_or(identity::without_end));
  if (!token) co_return fail(std::move(token.error()));
  co_return dcp::CredentialContainer{planned.type, std::move(*token),
                                     std::string(vc::profile_names.name(planned.format))};
}

Task<Result<issued_credential::IssuedCredential>> Issuer::record(ContextId context,
                                                                 const issuance::IssuanceProcess& process,
                                                                 const issuance::PlannedCredential& planned) {
  auto definition = co_await services_.engine.load<issuance::CredentialDefinitionDocument>(
      context, entity_id(planned.definition));
  if (!definition) co_return fail(std::move(definition.error()));
  auto issuer = co_await services_.signing.did_of(context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  vc::StatusEntry entry;
  auto slot = co_await take_slot(context, entry);
  if (!slot) co_return fail(std::move(slot.error()));
  issuance::CredentialParts parts{.id = planned.id,
                                  .issuer = std::move(*issuer),
                                  .holder = process.request.holder_did,
                                  .statuses = {std::move(entry)},
                                  .now = services_.engine.clock().now()};
  auto credential = issuance::make_credential(definition->entity, process.claims, parts);
  if (!credential) co_return fail(std::move(credential.error()));
  issued_credential::IssuedCredential issued{.id = planned.id,
                                             .process = process.request.id,
                                             .holder = process.request.holder,
                                             .definition = planned.definition,
                                             .credential = std::move(*credential),
                                             .slots = {std::move(*slot)}};
  engine::Command command{std::move(context), entity_id(planned.id)};
  auto applied = co_await services_.engine.apply<issued_credential::Machine>(
      std::move(command), issued_credential::Record{issued});
  if (!applied) co_return fail(std::move(applied.error()));
  co_return issued;
}

/// A random free place; when somebody else took it first, another one.
Task<Result<issued_credential::StatusSlot>> Issuer::take_slot(ContextId context, vc::StatusEntry& entry) {
  for (int i = 0; i < slot_attempts_max; ++i) {
    auto list = co_await open_list(context);
    if (!list) co_return fail(std::move(list.error()));
    std::byte randomness[8];
    services_.engine.random().fill(randomness);
    auto index = status_list::choose_index(list->entity, randomness);
    if (!index) co_return fail(std::move(index.error()));
    auto taken = co_await services_.engine.apply<status_list::Machine>({context, entity_id(list->entity.id)},
                                                                       status_list::Take{*index});
    if (!taken && taken.error().code == ErrorCode::conflict) continue;
    if (!taken) co_return fail(std::move(taken.error()));
    entry = status_list::entry_for(list->entity, *index);
    co_return issued_credential::StatusSlot{list->entity.id, list->entity.purpose, *index};
  }
  co_return fail(ErrorCode::conflict, "no free place in the status list was found");
}

Task<Result<engine::Loaded<status_list::List>>> Issuer::open_list(ContextId context) {
  auto loaded = co_await services_.engine.load<status_list::Machine>(context, entity_id(revocation_list));
  if (loaded || loaded.error().code != ErrorCode::not_found) co_return loaded;
  auto issuer = co_await services_.signing.did_of(context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  status_list::Create create{
      .id = revocation_list,
      .url = public_url_ + "/statuslist/" + text::percent_encode(context.str()) + "/" + revocation_list.str(),
      .issuer = std::move(*issuer)};
  auto created = co_await services_.engine.apply<status_list::Machine>({context, entity_id(revocation_list)},
                                                                       std::move(create));
  if (created || created.error().code != ErrorCode::conflict) co_return created;
  co_return co_await services_.engine.load<status_list::Machine>(context, entity_id(revocation_list));
}

Task<Result<void>> Issuer::send(Recipient recipient, dcp::CredentialMessage message,
                                const engine::EffectCall& call) {
  const auto& holder = recipient.holder;
  auto document =
      co_await services_.resolver.resolve(holder, platform::did::Freshness::cached, call.deadline);
  if (!document) co_return fail(std::move(document.error()));
  auto endpoint =
      protocol::did::service_endpoint(**document, protocol::did::service_type::credential_service);
  if (!endpoint) co_return fail(std::move(endpoint.error()));
  auto token = co_await authorization(call.context, recipient);
  if (!token) co_return fail(std::move(token.error()));
  http::Request request{"POST", *endpoint + "/credentials"};
  request.headers.set("Authorization", std::move(*token));
  request.headers.set("Content-Type", "application/json");
  request.body.text = json::encode(message);
  auto response =
      co_await services_.client.send(std::move(request), {.deadline = call.deadline, .trace = call.trace});
  if (!response) co_return fail(std::move(response.error()), "deliver to {}", holder);
  if (response->status >= 200 && response->status < 300) co_return Result<void>{};
  const auto code = issuance::worth_another_delivery(response->status) ? ErrorCode::peer_unavailable
                                                                       : ErrorCode::peer_refused;
  co_return fail(code, "{} answered {}: {}", holder, response->status, response->body.text.substr(0, 300));
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
  auto applied = co_await services_.engine.apply<status_list::Machine>(
      {effect.call().context, entity_id(marked.list)}, status_list::Mark{marked.index, marked.value});
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Outcome<issued_credential::Machine>{};
}

Task<Result<Issuer::Outcome<status_list::Machine>>> Issuer::sign_list(
    engine::Committed<status_list::Effect> effect) {
  const auto context = effect.call().context;
  auto loaded = co_await services_.engine.load<status_list::Machine>(context, effect.call().entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto now = services_.engine.clock().now();
  const auto content = status_list::content(loaded->entity, now);
  status_list::Published published{
      .revision = loaded->entity.revision, .signed_at = now, .valid_until = now + status_list::validity};
  for (auto format : {vc::Format::vc1_0_jwt, vc::Format::vc2_0_jose}) {
    const auto credential = vc::status_list_credential(content, format);
    auto token = co_await services_.signing.sign(
        context, Usage::sign_credentials,
        [credential, now](const vc::Signer& signer) {
          return vc::credential_signing_input(credential, signer, now);
        },
        published.valid_until);
    if (!token) co_return fail(std::move(token.error()), "sign the status list");
    (format == vc::Format::vc1_0_jwt ? published.vc1_token : published.vc2_token) = std::move(*token);
  }
  co_return Outcome<status_list::Machine>(status_list::Signed{std::move(published)});
}

}  // namespace kontor::runtime::issuer_service
