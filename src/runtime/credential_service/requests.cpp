#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"
#include "protocol/dcp/normalise.hpp"
#include "protocol/vc/verify.hpp"
#include "runtime/credential_service/credentials.hpp"
#include "runtime/credential_service/issuers.hpp"

namespace kontor::runtime::credential_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace http = platform::http;
namespace vc = protocol::vc;
using platform::routing::Call;

namespace {

/// What may stand in an address, of a length that can be kept.
bool is_segment(std::string_view text) {
  constexpr std::size_t bytes_max = 512;
  return !text.empty() && text.size() <= bytes_max &&
         std::ranges::all_of(text, [](char each) { return each > ' ' && each < '\x7f'; });
}

/// The last segment of the answer's `Location`: its prefix is known to be wrong behind gateways.
std::optional<dcp::IssuerPid> issuer_pid_in(const http::Response& response) {
  auto location = response.headers.get("Location");
  if (!location) return std::nullopt;
  auto path = location->substr(0, location->find_first_of("?#"));
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto pid = text::percent_decode(path.substr(path.find_last_of('/') + 1));
  if (!pid || !is_segment(*pid)) return std::nullopt;
  return dcp::IssuerPid(*pid);
}

/// How often an issuer is asked that says it does not know the holder: it may not have it registered yet, or
/// not be able to resolve its DID.
constexpr std::uint32_t unknown_attempts_max = 6;

bool passes(unsigned status, std::uint32_t attempt) {
  if (status == 401) return attempt < unknown_attempts_max;
  return http::failure_of(status) == ErrorCode::peer_unavailable;
}

/// Of an id that is in use, at a later attempt, it is our own request that arrived. At the first one it may
/// be that of a run that ended before it knew: what the issuer brings for it is taken all the same.
credential_request::Event in_use(std::uint32_t attempt, std::string reason) {
  if (attempt > 1) return credential_request::RequestAccepted{};
  return credential_request::SendFailed{std::move(reason)};
}

/// What an issuer's look at the lists says of a credential by the rules that verifiers follow; none: nothing
/// that counts.
std::optional<credential::StatusRead> read_status(vc::Credential credential, const vc::KnownLists& lists,
                                                  Instant now) {
  credential::StatusRead read;
  credential.valid_from.reset();
  credential.valid_until.reset();
  for (const auto& entry : std::exchange(credential.statuses, {})) {
    if (entry.kind == vc::StatusKind::other) continue;
    credential.statuses = {entry};
    auto verdict = vc::check_standing(credential, now, lists, Duration{0});
    if (verdict) continue;
    const auto reason = verdict.error().reason;
    if (reason != vc::Reason::revoked && reason != vc::Reason::suspended) return std::nullopt;
    (reason == vc::Reason::revoked ? read.revoked : read.suspended) = true;
  }
  return read;
}

Result<credential_request::RequestStatus> status_in(const Result<http::Response>& response) {
  if (!response) return fail(response.error());
  if (response->status != 200) return fail(ErrorCode::peer_refused, "it answered {}", response->status);
  auto value = json::parse(response->body.text);
  if (!value) return fail(std::move(value.error()));
  auto status = json::decode_value<dcp::CredentialStatus>(dcp::normalise(*value));
  if (!status) return fail(std::move(status.error()));
  switch (status->status) {
    case dcp::RequestStatus::received:
      return credential_request::RequestStatus::received;
    case dcp::RequestStatus::rejected:
      return credential_request::RequestStatus::rejected;
    case dcp::RequestStatus::issued:
      return credential_request::RequestStatus::issued;
  }
  return fail(ErrorCode::internal, "it is in no state");
}

}  // namespace

Credentials::Credentials(Services services, CredentialsConfig config)
    : services_(services),
      config_(std::move(config)),
      room_(services.engine, config_.room),
      held_(services.engine) {
  services_.engine.add<credential_request::Machine>(
      [this](engine::Committed<credential_request::Effect> effect) {
        return send_request(std::move(effect));
      });
  services_.engine.add<credential::Machine>(
      [this](engine::Committed<credential::Effect> effect) { return look_after(std::move(effect)); });
}

Task<Result<LoadedRequest>> Credentials::request(Call call,
                                                 protocol::api::identity::CredentialRequest request) {
  auto owner = co_await services_.signing.identity(call.context);
  if (!owner) co_return fail(ErrorCode::not_found, "there is no participant context '{}'", call.context);
  if ((*owner)->token_service)
    co_return fail(ErrorCode::illegal_transition,
                   "the credential service of '{}' is elsewhere: credentials are asked for from there",
                   call.context);
  auto pid = request.holder_pid.value_or(dcp::HolderPid(new_uuid(services_.engine.random())));
  credential_request::RequestMade event{.holder_pid = pid, .issuer = std::move(request.issuer)};
  for (std::size_t i = 0; i < request.credentials.size(); ++i) {
    auto& each = request.credentials[i];
    auto format = vc::parse_format(each.format);
    if (!format)
      co_return invalid(fmt::format("/credentials/{}/format", i), "'{}' is not supported", each.format);
    event.credentials.push_back({each.id, std::move(each.type), *format});
  }
  for (std::size_t i = 0; i < request.scopes.size(); ++i) {
    auto scope = dcp::parse_scope(request.scopes[i]);
    if (!scope) co_return invalid(fmt::format("/scopes/{}", i), "{}", scope.error().message());
  }
  if (request.scopes.size() > dcp::entries_max)
    co_return invalid("/scopes", "has more than {} entries", dcp::entries_max);
  event.scopes = std::move(request.scopes);
  engine::Command command{call.context, entity_id(pid), call.caller.subject, call.trace};
  co_return co_await services_.engine.apply<credential_request::Machine>(std::move(command),
                                                                         std::move(event));
}

Task<Result<Credentials::RequestOutcome>> Credentials::send_request(
    engine::Committed<credential_request::Effect> effect) {
  if (const auto* request = std::get_if<credential_request::SendCredentialRequest>(&*effect)) {
    co_return co_await ask_issuer(effect.call().context, *request, effect.call());
  }
  if (const auto* end = std::get_if<credential_request::EndRenewal>(&*effect)) {
    co_return co_await end_renewal(effect.call().context, *end);
  }
  const auto& query = std::get<credential_request::QueryRequestStatus>(*effect);
  co_return co_await ask_status(effect.call().context, query, effect.call());
}

Task<Result<Credentials::RequestOutcome>> Credentials::ask_issuer(
    ContextId context, credential_request::SendCredentialRequest request, engine::EffectCall call) {
  auto endpoint = co_await issuer_endpoint(services_.resolver, request.issuer, call.deadline);
  if (!endpoint) co_return fail(std::move(endpoint.error()), "find the issuer {}", request.issuer);
  auto token = co_await authorization(std::move(context), request);
  if (!token) co_return fail(std::move(token.error()));
  http::Request message{"POST", *endpoint + "/credentials"};
  message.headers.set("Authorization", std::move(*token));
  message.headers.set("Content-Type", "application/json");
  message.body.text = json::encode(dcp::CredentialRequestMessage{request.holder_pid, request.credentials});
  auto response =
      co_await services_.client.send(std::move(message), {.deadline = call.deadline, .trace = call.trace});
  if (!response) co_return fail(std::move(response.error()), "ask the issuer {}", request.issuer);
  const auto status = response->status;
  if (status >= 200 && status < 300) {
    co_return RequestOutcome(credential_request::RequestAccepted{issuer_pid_in(*response)});
  }
  const auto answer = text::for_log(response->body.text, 300);
  if (passes(status, call.attempt))
    co_return fail(ErrorCode::peer_unavailable, "{} answered {}: {}", request.issuer, status, answer);
  if (status == 409)
    co_return in_use(call.attempt, fmt::format("the issuer answered {}: {}", status, answer));
  co_return RequestOutcome(credential_request::Rejected{
      request.issuer, std::nullopt, fmt::format("the issuer answered {}: {}", status, answer)});
}

/// By it the issuer may look at what the participant lets it see, and at nothing else.
Task<Result<std::string>> Credentials::authorization(ContextId context,
                                                     credential_request::SendCredentialRequest request) {
  if (request.scopes.empty())
    co_return co_await services_.tokens.plain(std::move(context), std::move(request.issuer));
  auto scopes = dcp::parse_scopes(request.scopes);
  if (!scopes) co_return fail(std::move(scopes.error()));
  co_return co_await services_.tokens.granting(std::move(context), std::move(request.issuer),
                                               std::move(*scopes));
}

Task<Result<Credentials::RequestOutcome>> Credentials::end_renewal(ContextId context,
                                                                   credential_request::EndRenewal end) {
  auto told = co_await services_.engine.apply<credential::Machine>(
      {std::move(context), entity_id(end.credential)}, credential::RenewalEnded{end.delivered});
  // A credential that is not held any more is not renewed either.
  if (!told && told.error().code != ErrorCode::not_found) co_return fail(std::move(told.error()));
  co_return RequestOutcome{};
}

Task<Result<Credentials::RequestOutcome>> Credentials::ask_status(
    ContextId context, credential_request::QueryRequestStatus query, engine::EffectCall call) {
  auto endpoint = co_await issuer_endpoint(services_.resolver, query.issuer, call.deadline);
  if (!endpoint) co_return fail(std::move(endpoint.error()), "find the issuer {}", query.issuer);
  auto token = co_await services_.tokens.plain(std::move(context), query.issuer);
  if (!token) co_return fail(std::move(token.error()));
  http::Request message{"GET", *endpoint + "/requests/" + text::percent_encode(query.issuer_pid.str())};
  message.headers.set("Authorization", std::move(*token));
  auto response =
      co_await services_.client.send(std::move(message), {.deadline = call.deadline, .trace = call.trace});
  if (!response && response.error().code == ErrorCode::cancelled) co_return fail(std::move(response.error()));
  auto status = status_in(response);
  // Final: it is asked again when the next question is due, and no sooner.
  if (!status) {
    co_return fail_as(ErrorCode::peer_refused, std::move(status.error()), "ask {} what became of the request",
                      query.issuer);
  }
  co_return RequestOutcome(credential_request::StatusAnswered{*status});
}

Task<Result<Credentials::CredentialOutcome>> Credentials::look_after(
    engine::Committed<credential::Effect> effect) {
  const auto& call = effect.call();
  if (const auto* renewal = std::get_if<credential::RequestRenewal>(&*effect)) {
    dcp::HolderPid pid("renewal-" + call.id.str());
    credential_request::RequestMade event{pid,
                                          renewal->issuer,
                                          {{renewal->object_id, renewal->type, renewal->format}},
                                          renewal->id,
                                          renewal->scopes};
    auto made =
        co_await services_.engine.apply<credential_request::Machine>({call.context, entity_id(pid)}, event);
    if (!made && made.error().code != ErrorCode::conflict) co_return fail(std::move(made.error()));
    co_return CredentialOutcome{};
  }
  auto loaded = co_await services_.engine.load<credential::Machine>(call.context, call.entity);
  if (!loaded) co_return CredentialOutcome{};
  vc::KnownLists lists;
  for (const auto& url : vc::required_status_lists(loaded->entity.credential)) {
    auto list = co_await services_.status_lists.list(url, call.deadline);
    if (!list) co_return CredentialOutcome(credential::StatusUnreadable{});
    lists.emplace(url, std::move(*list));
  }
  auto read = read_status(loaded->entity.credential, lists, services_.engine.clock().now());
  if (!read) co_return CredentialOutcome(credential::StatusUnreadable{});
  co_return CredentialOutcome(*read);
}

}  // namespace kontor::runtime::credential_service
