#include "runtime/attestation/sources.hpp"

#include <algorithm>

#include "base/text/beginning.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/guard.hpp"
#include "platform/http/url.hpp"
#include "runtime/secrets/secrets.hpp"

namespace kontor::runtime::attestation {

namespace http = platform::http;
namespace vc = protocol::vc;
using platform::async::Deadline;

namespace {

constexpr std::size_t answer_bytes_max = 256 * 1024;
constexpr Duration answer_time_max = std::chrono::seconds(10);
constexpr std::size_t reasons_bytes_max = 1000;

/// It is not known what the source would have said: the holder is not refused for that.
std::unexpected<Error> unasked(Error cause, std::string_view whom) {
  return fail_as(ErrorCode::unavailable, std::move(cause), "ask {}", whom);
}

http::Request request_of(const issuance::HttpSource& source, const issuance::Holder& holder) {
  if (source.method == issuance::HttpSource::Method::get) {
    const auto sign = source.url.contains('?') ? '&' : '?';
    return {"GET",
            fmt::format("{}{}holderId={}&holderDid={}", source.url, sign,
                        text::percent_encode(holder.id.str()), text::percent_encode(holder.did.str()))};
  }
  http::Request request{"POST", source.url};
  request.headers.set("Content-Type", "application/json");
  request.body.text = json::serialize(
      json::ObjectWriter().field("holderId", holder.id).field("holderDid", holder.did).done());
  return request;
}

bool knows_nothing(unsigned status) {
  return status == 404 || status == 410;
}

/// Where that is not required, of whom nothing is known nothing is claimed.
Result<json::Object> answer_of(const issuance::AttestationDefinition& attestation,
                               Result<json::Object> claims) {
  if (claims) return claims;
  if (claims.error().code == ErrorCode::forbidden && !issuance::is_required(attestation))
    return json::Object{};
  return fail(std::move(claims.error()), "attestation {}", attestation.id);
}

/// Trust in an issuer is that of this source, whomever others asked for.
Result<json::Object> claims_in(const Result<verifier::Peer>& peer,
                               const issuance::PresentationSource& source) {
  if (!peer) return fail(peer.error());
  for (const auto& credential : peer->credentials) {
    const bool is_trusted =
        std::ranges::find(source.trusted_issuers, credential.issuer) != source.trusted_issuers.end();
    if (!is_trusted || !vc::has_type(credential, source.credential_type) || credential.subjects.empty())
      continue;
    return issuance::claims_of(json::Value(credential.subjects.front().claims), source.claims);
  }
  std::string reasons;
  for (const auto& each : peer->left_out) reasons += "; " + each;
  return fail(ErrorCode::forbidden, "{} presented no {} of a trusted issuer{}", peer->did,
              source.credential_type, text::beginning(reasons, reasons_bytes_max));
}

}  // namespace

Task<Result<void>> Sources::check(ContextId issuer, issuance::AttestationDefinition attestation) {
  if (!issuance::asks_others(attestation.type)) co_return Result<void>{};
  auto source = issuance::source_of(attestation);
  if (!source) co_return fail(std::move(source.error()));
  if (const auto* database = std::get_if<issuance::DatabaseSource>(&*source))
    co_return services_.databases.check(issuer, *database);
  if (const auto* server = std::get_if<issuance::HttpSource>(&*source))
    co_return co_await check_http(std::move(issuer), *server);
  co_return Result<void>{};
}

/// What a name leads to is looked at with each request.
Task<Result<void>> Sources::check_http(ContextId issuer, issuance::HttpSource source) {
  auto url = http::parse_url(source.url);
  if (!url) co_return invalid("/configuration/url", "{}", url.error().message());
  if (source.url.contains('#')) co_return invalid("/configuration/url", "must not have a fragment");
  if (!source.secret_name) co_return Result<void>{};
  if (auto good = services_.secret_client.check(source.url); !good)
    co_return invalid("/configuration/url", "{}", good.error().message());
  auto secret =
      co_await services_.vault.get_secret(std::move(issuer), secrets::name_in_vault(*source.secret_name));
  if (!secret && secret.error().code == ErrorCode::not_found)
    co_return invalid("/configuration/secretName", "the issuer has no secret '{}'", *source.secret_name);
  if (!secret) co_return fail(std::move(secret.error()));
  co_return Result<void>{};
}

Task<issuance::Answers> Sources::ask(Question question,
                                     std::vector<issuance::AttestationDefinition> attestations,
                                     Deadline deadline) {
  issuance::Answers answers;
  std::vector<Presented> presented;
  bool waits = false;
  for (const auto& each : attestations) {
    auto source = issuance::source_of(each);
    if (source && std::holds_alternative<issuance::PresentationSource>(*source)) {
      presented.push_back({each, std::get<issuance::PresentationSource>(std::move(*source))});
      continue;
    }
    Result<json::Object> claims = json::Object{};
    if (!source) {
      claims = unasked(std::move(source.error()), "as it is defined");
    } else if (auto* server = std::get_if<issuance::HttpSource>(&*source)) {
      claims = co_await ask_server(question, std::move(*server), deadline);
    } else {
      claims = co_await services_.databases.row(question.issuer, std::get<issuance::DatabaseSource>(*source),
                                                question.holder.id.str());
    }
    waits = waits || (!claims && claims.error().code == ErrorCode::unavailable);
    answers.emplace(each.id, answer_of(each, std::move(claims)));
  }
  if (presented.empty() || (waits && question.by_its_request)) co_return answers;
  const auto peer = co_await ask_holder(std::move(question), presented, deadline);
  for (const auto& each : presented)
    answers.emplace(each.attestation.id, answer_of(each.attestation, claims_in(peer, each.source)));
  co_return answers;
}

Task<Result<json::Object>> Sources::ask_server(Question question, issuance::HttpSource source,
                                               Deadline deadline) {
  auto request = request_of(source, question.holder);
  request.headers.set("Accept", "application/json");
  if (source.secret_name) {
    auto secret =
        co_await services_.vault.get_secret(question.issuer, secrets::name_in_vault(*source.secret_name));
    if (!secret) co_return unasked(std::move(secret.error()), "for the secret " + *source.secret_name);
    request.headers.set(source.auth_key, std::string(secret->reveal()));
  }
  const Deadline until{std::min(deadline.at, Deadline::after(services_.clock, answer_time_max).at)};
  http::SendOptions options{.deadline = until, .body_bytes_max = answer_bytes_max};
  http::Client& client = source.secret_name ? services_.secret_client : services_.client;
  auto response = co_await client.send(std::move(request), options);
  if (!response) co_return unasked(std::move(response.error()), source.url);
  if (knows_nothing(response->status))
    co_return fail(ErrorCode::forbidden, "{} knows nothing of {}", source.url, question.holder.id);
  if (response->status != 200)
    co_return fail(ErrorCode::unavailable, "{} answered {}", source.url, response->status);
  auto body = json::parse(response->body.text, {.bytes_max = answer_bytes_max});
  if (!body) co_return unasked(std::move(body.error()), source.url);
  co_return issuance::claims_of(*body, source.claims);
}

/// Who presents nothing that is believed is refused; whose credential service does not answer is not.
Task<Result<verifier::Peer>> Sources::ask_holder(Question question, const std::vector<Presented>& presented,
                                                 Deadline deadline) {
  const auto& holder = question.holder.did;
  if (!question.by_its_request)
    co_return fail(ErrorCode::unavailable,
                   "the credentials of {} are looked at with the token of its request", holder);
  if (!question.access_token) {
    co_return fail(ErrorCode::forbidden,
                   "the request of {} grants no look at its credentials: its token has no '{}'", holder,
                   "token");
  }
  verifier::Presentations::Question asked{
      .context = std::move(question.issuer),
      .caller = {.did = holder, .access_token = std::move(question.access_token)},
      .scopes = {},
      .trusted_issuers = {}};
  for (const auto& each : presented) {
    const auto& type = each.source.credential_type;
    protocol::dcp::Scope scope{.value = type};
    if (std::ranges::find(asked.scopes, scope) == asked.scopes.end())
      asked.scopes.push_back(std::move(scope));
    for (const auto& issuer : each.source.trusted_issuers) asked.trusted_issuers.push_back({issuer, {type}});
  }
  auto peer = co_await services_.presentations.ask(std::move(asked), deadline);
  if (!peer && peer.error().row().retry != Retry::later)
    co_return fail_as(ErrorCode::forbidden, std::move(peer.error()), "what {} presents", holder);
  if (!peer) co_return unasked(std::move(peer.error()), holder.str());
  co_return peer;
}

}  // namespace kontor::runtime::attestation
