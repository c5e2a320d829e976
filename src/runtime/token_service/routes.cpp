#include "protocol/api/token/routes.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "runtime/client_secrets/client_secrets.hpp"
#include "runtime/token_service/assembly.hpp"
#include "runtime/token_service/assertion.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
namespace jose = protocol::jose;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

template <class T>
Task<Result<Reply<T>>> reply(Task<Result<T>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<T>{std::move(*result)};
}

Task<Result<Reply<api::Discovery>>> discover(TokenService& service) {
  co_return Reply<api::Discovery>{service.discovery()};
}

constexpr std::string_view basic = "Basic ";

/// What a form holds, where `+` is a space.
Result<std::string> form_text(std::string_view encoded) {
  std::string text(encoded);
  std::replace(text.begin(), text.end(), '+', ' ');
  return text::percent_decode(text);
}

/// Credentials in the header, form-encoded each (RFC 6749 §2.3.1). One place or the other, not both.
Result<void> take_basic(std::string_view authorization, api::TokenRequest& request) {
  const auto unreadable = [] { return fail(ErrorCode::unauthenticated, "the Basic header cannot be read"); };
  if (!request.client_secret.empty()) return invalid("/client_secret", "stands in the header already");
  const auto bytes = text::base64_decode(text::trim(authorization.substr(basic.size())));
  const auto halves = bytes ? text::split_once(text_of(*bytes), ':') : std::nullopt;
  if (!halves) return unreadable();
  auto id = form_text(halves->first);
  auto secret = form_text(halves->second);
  if (!id || !secret) return unreadable();
  if (!request.client_id.empty() && request.client_id != *id)
    return invalid("/client_id", "is another one than in the header");
  request.client_id = std::move(*id);
  request.client_secret = std::move(*secret);
  return {};
}

/// One proof of who asks: a secret or an assertion.
Result<void> check_proof(const api::TokenRequest& request) {
  if (!request.client_assertion) {
    if (request.client_id.empty()) return invalid("/client_id", "is required");
    if (request.client_secret.empty()) return invalid("/client_secret", "is required");
    return {};
  }
  if (!request.client_secret.empty()) return invalid("/client_secret", "stands beside an assertion");
  if (request.client_assertion_type != assertion_type)
    return invalid("/client_assertion_type", "must be '{}'", assertion_type);
  return {};
}

Task<Result<Reply<api::TokenResponse>>> answered(Task<Result<api::TokenResponse>> work) {
  auto issued = co_await std::move(work);
  if (!issued) co_return fail(std::move(issued.error()));
  Reply<api::TokenResponse> answer{std::move(*issued)};
  answer.headers.set("Cache-Control", "no-store");
  co_return answer;
}

Task<Result<Reply<api::TokenResponse>>> issue(TokenService& service, Call call, api::TokenRequest request) {
  if (text::starts_with_ignoring_case(call.authorization, basic)) {
    auto taken = take_basic(call.authorization, request);
    if (!taken) co_return fail(std::move(taken.error()));
  }
  if (auto valid = check_proof(request); !valid) co_return fail(std::move(valid.error()));
  co_return co_await answered(service.issue(std::move(request), std::move(call.peer_address)));
}

Task<Result<Reply<api::Client>>> put(TokenService& service, Call call, api::Client client) {
  if (client.client_id != call.id<EntityId>("clientId").str()) {
    co_return invalid("/clientId", "must be the id in the path");
  }
  auto stored = co_await service.put_client(std::move(client), std::move(call.caller));
  if (!stored) co_return fail(std::move(stored.error()));
  Reply<api::Client> answer{std::move(*stored)};
  answer.headers.set("Cache-Control", "no-store");
  co_return answer;
}

Task<Result<Reply<Nothing>>> set_secret(TokenService& service, Call call, api::ClientSecret body) {
  auto id = call.id<EntityId>("clientId").str();
  auto overlap = client_secrets::check_overlap(body.previous_good_for_seconds);
  if (!overlap) co_return fail(std::move(overlap.error()));
  crypto::Secret secret(body.client_secret);
  auto done = co_await service.set_secret(std::move(id), std::move(secret), *overlap, std::move(call.caller));
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> remove(TokenService& service, Call call) {
  auto removed = co_await service.delete_client(call.id<EntityId>("clientId").str(), std::move(call.caller));
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_routes(platform::routing::Router& router, TokenService& service, TokenExchange& exchange) {
  router.bind(api::request_token, [&service, &exchange](Call call, api::TokenRequest request) {
    if (request.grant_type == api::token_exchange_grant && exchange.offered())
      return answered(exchange.exchange(std::move(request)));
    return issue(service, std::move(call), std::move(request));
  });
  bind_mapping_routes(router, exchange.mappings());
  router.bind(api::get_jwks, [&service](Call, Nothing) { return reply(service.jwks()); });
  router.bind(api::get_discovery, [&service](Call, Nothing) { return discover(service); });
  router.bind(api::get_authorization_server, [&service](Call, Nothing) { return discover(service); });
  router.bind(api::list_clients, [&service](Call, Nothing) { return reply(service.clients()); });
  router.bind(api::put_client, [&service](Call call, api::Client client) {
    return put(service, std::move(call), std::move(client));
  });
  router.bind(api::set_client_secret, [&service](Call call, api::ClientSecret body) {
    return set_secret(service, std::move(call), std::move(body));
  });
  router.bind(api::delete_client,
              [&service](Call call, Nothing) { return remove(service, std::move(call)); });
}

}  // namespace kontor::runtime::token_service
