#include <algorithm>
#include <functional>

#include "asking_planes.hpp"
#include "platform/vault/participant_secrets.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/dps/http_profile.hpp"
#include "protocol/jose/jwt.hpp"
#include "runtime/local_access/local_access.hpp"
#include "runtime/secrets/secrets.hpp"
#include "world.hpp"

namespace kontor::hostile {

namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace jose = protocol::jose;

Task<Result<void>> first_attempt(World& world, IsOver is_over) {
  while (true) {
    if (world.house.engine->counters().failures > 0)
      co_return fail(ErrorCode::peer_unavailable, "{}", world.lines.text);
    if (is_over()) co_return Result<void>{};
    co_await world.loop.turn();
  }
}

namespace {

std::string membership_request(const Did& issuer) {
  return R"({"issuerDid":")" + issuer.str() +
         R"(","holderPid":"request-1","credentials":[)"
         R"({"id":"d","type":"MembershipCredential","format":"VC1_0_JWT"}]})";
}

Task<Result<void>> did_document(World& world) {
  auto authority = world.hostile.authority();
  authority.replace(authority.find(':'), 1, "%3A");
  const bool secure = world.hostile.url().starts_with("https:");
  auto& resolver = secure ? world.behind_tls : *world.house.resolver;
  auto found = co_await resolver.resolve(Did("did:web:" + authority + ":" + world.fresh("somebody")),
                                         platform::did::Freshness::cached, world.house.soon());
  co_return without_value(std::move(found));
}

Task<Result<void>> status_list(World& world) {
  auto list = co_await world.house.status_lists->list(world.hostile.url("/" + world.fresh("list")),
                                                      world.house.soon());
  co_return without_value(std::move(list));
}

Task<Result<void>> schema(World& world) {
  auto schema = co_await world.house.schemas->schema(world.hostile.url("/" + world.fresh("schema")),
                                                     world.house.soon());
  co_return without_value(std::move(schema));
}

Task<Result<void>> presentation_query(World& world) {
  const auto holder = world.shady(world.fresh("globex"));
  runtime::verifier::Presentations::Question question{
      .context = world.acme,
      .caller = {.did = holder->did(), .access_token = "opaque", .pre_authorized_code = {}, .single_use = {}},
      .scopes = dcp::parse_scopes("org.eclipse.dspace.dcp.vc.type:MembershipCredential:read").value(),
      .trusted_issuers = {{.did = world.issuer_did}}};
  auto peer = co_await world.house.presentations->ask(std::move(question), world.house.soon());
  co_return without_value(std::move(peer));
}

Task<Result<void>> version_document(World& world) {
  runtime::dataspace::Discovery::Request request;
  request.counter_party_address = world.hostile.url("/dsp");
  auto found = co_await world.discovery.find(world.acme, std::move(request), world.house.soon());
  co_return without_value(std::move(found));
}

Task<Result<void>> cached_document(World& world) {
  runtime::dataspace::CachedDocument document;
  document.url = world.hostile.url("/document");
  document.pull = protocol::api::management::PullStrategy::always;
  auto pulled = co_await world.body_schemas.with_content(std::move(document), world.house.soon());
  co_return without_value(std::move(pulled));
}

Task<Result<void>> own_token(World& world) {
  platform::auth::TokenSource source(world.house.scope, world.loop.clock(), *world.house.client,
                                     {world.hostile.url("/token"), "us", "secret"});
  auto token = co_await source.authorization("signaling-api:admin", world.house.soon());
  co_return without_value(std::move(token));
}

Task<Result<void>> verify_at(World& world, platform::auth::TrustedIssuer trusted) {
  Party client(world.server, "client");
  jose::Claims claims{.iss = trusted.issuer, .exp = world.loop.clock().now() + std::chrono::minutes(5)};
  claims.aud = {"us"};
  trusted.audience = "us";
  const auto token =
      client.sign(jose::make_signing_input({.alg = jose::Algorithm::es256, .kid = "1"}, claims));
  platform::auth::TokenVerifier verifier(world.house.scope, world.loop.clock(), *world.house.client,
                                         {.issuers = {std::move(trusted)}});
  auto caller = co_await verifier.verify("Bearer " + token);
  co_return without_value(std::move(caller));
}
Task<Result<void>> issuer_keys(World& world) {
  return verify_at(
      world, {.issuer = "https://tokens.example", .jwks_url = world.hostile.url("/keys"), .audience = {}});
}
Task<Result<void>> issuer_discovery(World& world) {
  return verify_at(world, {.issuer = world.hostile.url(), .jwks_url = {}, .audience = {}});
}

/// As for an exchange of tokens: its address is reached as that of any stranger.
Task<Result<void>> exchanged_issuer_keys(World& world) {
  return verify_at(world, {.issuer = "https://workloads.example",
                           .jwks_url = world.hostile.url("/keys"),
                           .audience = {},
                           .reach = http::Trust::foreign});
}

Task<Result<void>> renewal(World& world) {
  const auto peer = world.shady(world.fresh("globex"));
  runtime::dsp_endpoint::DspPeers::Renewal renewal{.context = world.acme,
                                                   .audience = peer->did(),
                                                   .url = world.hostile.url("/renew"),
                                                   .access_token = "before",
                                                   .refresh_token = "refresh",
                                                   .trace = {}};
  auto answer = co_await world.peers.renew(std::move(renewal), world.house.soon());
  co_return without_value(std::move(answer));
}

constexpr std::size_t pulled_bytes_max = 1024 * 1024;
constexpr auto pulled_for = std::chrono::seconds(30);

/// Whoever pulls reads for a while and goes.
Task<Result<void>> pull(World& world, http::Response answer) {
  const auto until = world.loop.clock().now() + pulled_for;
  std::size_t taken = 0;
  while (answer.body.stream && taken < pulled_bytes_max && world.loop.clock().now() < until) {
    auto piece = co_await answer.body.stream->read();
    if (!piece) co_return fail(std::move(piece.error()));
    if (piece->empty()) break;
    taken += piece->size();
  }
  co_return Result<void>{};
}

/// `source`: members of its data address.
Task<Result<void>> pull_of(World& world, std::string source) {
  namespace dps = protocol::dps;
  const auto flow = world.fresh("flow");
  const auto order =
      R"({"messageId":"m1","participantId":"did:web:us","counterPartyId":"did:web:them",)"
      R"("dataspaceContext":"dsp","processId":")" +
      flow + R"(","agreementId":"a","datasetId":"d","profile":"HttpData-PULL","metadata":{"dataAddress":)" +
      R"({"type":"HttpData",)" + source + "}}}";
  platform::routing::Call call;
  call.context = world.acme;
  call.deadline = world.house.soon();
  auto opened = co_await world.plane.get<dataplane::signaling::DataFlows>().start(
      call, json::decode<dps::DataFlowStartMessage>(order).value());
  if (!opened) co_return fail(std::move(opened.error()));
  const auto access =
      dps::read_http_access(*opened->data_address, {.https_only = false, .renewal_required = false}).value();
  call.parameters["flowId"] = flow;
  call.authorization = "Bearer " + *access.access_token;
  auto answer = co_await world.plane.get<dataplane::http::DataProxy>().serve(
      std::move(call), {"GET", "/api/data/" + flow, {}, {}});
  if (!answer) co_return fail(std::move(answer.error()));
  co_return co_await pull(world, std::move(*answer));
}

Task<Result<void>> data_source(World& world) {
  return pull_of(world, R"("baseUrl":")" + world.hostile.url("/data") + "\"");
}

/// Where the owner of a source says that tokens for it are had.
Task<Result<void>> source_token(World& world) {
  auto kept = co_await world.house.vault->put_secret(
      world.acme, platform::vault::participant_secret("source"), crypto::Secret("a-secret-of-acme"));
  if (!kept) co_return kept;
  auto source = R"("baseUrl":")" + world.server.url("/data") + R"(","oauth2:tokenUrl":")" +
                world.hostile.url("/token") +
                R"(","oauth2:clientId":"acme","oauth2:clientSecretKey":"source")";
  co_return co_await pull_of(world, std::move(source));
}

/// For an application of the consumer.
Task<Result<void>> provider_data(World& world) {
  auto answer = co_await runtime::local_access::fetch_from_provider(
      *world.house.client, {.method = "GET", .target = world.hostile.url("/data")},
      {.deadline = world.house.soon()});
  if (!answer) co_return fail(std::move(answer.error()));
  co_return co_await pull(world, std::move(*answer));
}

Task<Result<void>> connector_message(World& world) {
  const auto peer = world.shady(world.fresh("globex"));
  runtime::dsp_endpoint::DspPeers::Message message{.context = world.acme,
                                                   .audience = peer->did(),
                                                   .url = world.hostile.url("/dsp/catalog/request"),
                                                   .body = "{}"};
  auto answer = co_await world.peers.send(std::move(message), world.house.soon());
  co_return without_value(std::move(answer));
}

/// Whether the log says that this has happened to an entity.
IsOver has_happened(World& world, std::vector<std::string> events) {
  return [&world, events = std::move(events)] {
    return std::ranges::any_of(events, [&](const auto& each) { return world.lines.text.contains(each); });
  };
}

/// As the administrator of a participant; the answer says nothing of what comes of it.
Task<Result<void>> order(World& world, std::string path, std::string body) {
  http::Request request{"POST", world.house.administration_url(path), {}, {std::move(body), {}}};
  request.headers.set("Content-Type", "application/json");
  auto answer = co_await world.house.client->send(
      std::move(request), {.deadline = world.house.soon(), .trust = http::Trust::configured});
  if (answer && answer->status >= 300) co_return fail(ErrorCode::internal, "{}", answer->body.text);
  co_return without_value(std::move(answer));
}
/// As another party, to one of our services.
Task<Result<void>> tell(World& world, std::string path, std::string body, std::string authorization) {
  http::Request request{"POST", world.house.url(path), {}, {std::move(body), {}}};
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Authorization", std::move(authorization));
  auto answer = co_await world.house.client->send(
      std::move(request), {.deadline = world.house.soon(), .trust = http::Trust::configured});
  if (answer && answer->status >= 300) co_return fail(ErrorCode::internal, "{}", answer->body.text);
  co_return without_value(std::move(answer));
}

Task<Result<void>> credential_request(World& world) {
  const auto issuer = world.shady(world.fresh("agency"));
  auto made = co_await order(world, "/api/identity/v1beta/participants/acme/credentials/request",
                             membership_request(issuer->did()));
  if (!made) co_return made;
  co_return co_await first_attempt(
      world, has_happened(world, {"credential.request.accepted", "credential.request.rejected"}));
}

/// Of a request that the issuer has taken.
Task<Result<void>> request_status(World& world) {
  namespace credential_request = runtime::credential_service::credential_request;
  using credential_request::Machine;
  const auto issuer = world.shady(world.fresh("agency"));
  const EntityId id("request-1");
  const credential_request::CredentialRequest request{.holder_pid = dcp::HolderPid(id.str()),
                                                      .issuer = issuer->did(),
                                                      .credentials = {{dcp::CredentialObjectId("d"), "A"}},
                                                      .state = credential_request::State::requested,
                                                      .issuer_pid = dcp::IssuerPid("process-1"),
                                                      .query_status_at = world.loop.clock().now()};
  platform::store::Transaction transaction;
  transaction.puts.push_back({&Machine::kind(), id, 0, Machine::encode(request)});
  auto kept = co_await world.house.store->commit(world.acme, std::move(transaction));
  if (!kept) co_return fail(std::move(kept.error()));
  auto due =
      co_await world.house.engine->apply<Machine>({world.acme, id}, credential_request::StatusQueryDue{});
  if (!due) co_return fail(std::move(due.error()));
  co_return co_await first_attempt(world, has_happened(world, {"credential.request.status_answered"}));
}

Task<Result<void>> issuer_metadata(World& world) {
  const auto issuer = world.shady(world.fresh("agency"));
  dcp::CredentialOfferMessage offer{.issuer = issuer->did(), .credentials = {}};
  offer.credentials.emplace_back().id = dcp::CredentialObjectId("membership-1");
  auto told =
      co_await tell(world, "/api/credentials/v1/participants/acme/offers", json::encode(offer),
                    issuer->authorization(issuer->self_issued(world.acme_did, world.loop.clock().now())));
  if (!told) co_return told;
  co_return co_await first_attempt(
      world, has_happened(world, {"credential.offer.completed", "credential.offer.failed"}));
}

Task<Result<void>> register_holder(World& world, const Party& holder) {
  return order(world, "/api/admin/v1beta/participants/issuer/holders",
               R"({"holderId":"globex","name":"globex","did":")" + holder.did().str() + "\"}");
}

Task<Result<void>> credential_delivery(World& world) {
  const auto holder = world.shady(world.fresh("globex"));
  auto registered = co_await register_holder(world, *holder);
  if (!registered) co_return registered;
  const dcp::CredentialRequestMessage request{dcp::HolderPid("pid-1"),
                                              {dcp::CredentialObjectId("membership")}};
  auto told =
      co_await tell(world, "/api/issuance/v1beta/participants/issuer/credentials", json::encode(request),
                    holder->authorization(holder->self_issued(world.issuer_did, world.loop.clock().now())));
  if (!told) co_return told;
  co_return co_await first_attempt(world,
                                   has_happened(world, {"issuance.delivered", "issuance.deliveryFailed"}));
}

Task<Result<void>> credential_offer(World& world) {
  const auto holder = world.shady(world.fresh("globex"));
  auto registered = co_await register_holder(world, *holder);
  if (!registered) co_return registered;
  auto ordered = co_await order(world, "/api/admin/v1beta/participants/issuer/credentials/offer",
                                R"({"holderId":"globex","credentials":["membership"]})");
  if (!ordered) co_return ordered;
  co_return co_await first_attempt(world, has_happened(world, {"issuer_offer.sent", "issuer_offer.failed"}));
}

Task<Result<void>> callback(World& world) {
  runtime::callbacks::callback::Tell tell{.delivery = EntityId("delivery-1"),
                                          .uri = world.hostile.url("/hook"),
                                          .auth_key = {},
                                          .auth_code_id = {},
                                          .notice = {.name = "contract.negotiation.finalized",
                                                     .process = EntityId("negotiation-1"),
                                                     .at = world.loop.clock().now(),
                                                     .body = "{}"}};
  platform::engine::EffectCall call{.context = world.acme,
                                    .entity = EntityId("negotiation-1"),
                                    .id = platform::store::EffectId("effect-1"),
                                    .deadline = world.house.soon()};
  auto handed = co_await world.callbacks.hand_over(std::move(call), std::move(tell));
  if (!handed) co_return handed;
  // Of one that was told nothing is logged.
  auto patience = std::make_shared<int>(300);
  const auto has_answered = [&world, patience] { return world.hostile.ended() > 0 && --*patience == 0; };
  co_return co_await first_attempt(world, has_answered);
}

Task<Result<void>> attested_claims(World& world) {
  const domain::issuance::AttestationId id("register");
  std::vector<domain::issuance::AttestationDefinition> wanted{
      {.id = id,
       .type = domain::issuance::AttestationType::http,
       .configuration = {{"url", world.hostile.url("/register")}}}};
  runtime::attestation::Question question{
      .issuer = ContextId("issuer"),
      .holder = {.id = domain::issuance::HolderId("acme"), .did = world.acme_did, .name = "Acme"}};
  auto answers = co_await world.sources.ask(std::move(question), std::move(wanted), world.house.soon());
  co_return without_value(std::move(answers.at(id)));
}

Task<Result<void>> token_of_ones_own(World& world) {
  auto kept = co_await world.house.vault->put_secret(world.acme, runtime::secrets::name_in_vault("sts"),
                                                     crypto::Secret("a-secret-of-acme"));
  if (!kept) co_return kept;
  runtime::identity::OutsideTokens tokens(world.secret_client, *world.house.vault, world.loop.clock());
  auto token = co_await tokens.ask({.context = world.acme,
                                    .service = {world.hostile.url("/token"), "acme", "sts"},
                                    .issuer = world.acme_did,
                                    .audience = world.issuer_did});
  co_return without_value(std::move(token));
}

}  // namespace

const std::vector<Asking> everything_that_asks{
    {"a DID document", did_document},
    {"a status list", status_list},
    {"a schema of credentials", schema},
    {"a presentation query", presentation_query},
    {"a version document", version_document},
    {"a document that an administrator names", cached_document},
    {"a register that attests", attested_claims},
    {"a participant's own token service", token_of_ones_own},
    {"a token of our own", own_token},
    {"keys of a token issuer", issuer_keys},
    {"keys of an issuer whose tokens are exchanged", exchanged_issuer_keys},
    {"discovery of a token issuer", issuer_discovery},
    {"a message to a connector", connector_message, Asking::Reads::head},
    {"a renewal of access", renewal, Asking::Reads::head},
    {"a signal to a data plane", signal, Asking::Reads::head},
    {"a token for a data plane of others", data_plane_token},
    {"a token for a control plane of others", control_plane_token},
    {"keys of a plane of others", plane_keys},
    {"a signal to a data plane that dialled", signal_over_tunnel, Asking::Reads::head},
    {"a control plane that a data plane dials", dialled_control_plane},
    {"a source of data", data_source, Asking::Reads::stream},
    {"a token for a source of data", source_token, Asking::Reads::stream},
    {"a push of data", push_of_data, Asking::Reads::head},
    {"data of a provider, for an application", provider_data, Asking::Reads::stream},
    {"a credential request", credential_request, Asking::Reads::head, Asking::By::engine},
    {"what became of a request", request_status, Asking::Reads::body, Asking::By::engine},
    {"metadata of an issuer", issuer_metadata, Asking::Reads::body, Asking::By::engine},
    {"a delivery of credentials", credential_delivery, Asking::Reads::head, Asking::By::engine},
    {"an offer of credentials", credential_offer, Asking::Reads::head, Asking::By::engine},
    {"a callback", callback, Asking::Reads::head, Asking::By::engine},
    {"a report to a control plane of others", report_of_a_flow, Asking::Reads::head, Asking::By::engine},
};

}  // namespace kontor::hostile
