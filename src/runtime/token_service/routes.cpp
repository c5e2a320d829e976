#include "protocol/api/token/routes.hpp"

#include "runtime/token_service/assembly.hpp"

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

Task<Result<Reply<api::TokenResponse>>> issue(TokenService& service, api::TokenRequest request) {
  auto issued = co_await service.issue(std::move(request));
  if (!issued) co_return fail(std::move(issued.error()));
  Reply<api::TokenResponse> answer{std::move(*issued)};
  answer.headers.set("Cache-Control", "no-store");
  co_return answer;
}

Task<Result<Reply<api::Client>>> put(TokenService& service, Call call, api::Client client) {
  if (client.client_id != call.id<EntityId>("clientId").str()) {
    co_return invalid("/clientId", "must be the id in the path");
  }
  auto stored = co_await service.put_client(std::move(client), call.caller.subject);
  if (!stored) co_return fail(std::move(stored.error()));
  co_return Reply<api::Client>{std::move(*stored)};
}

Task<Result<Reply<Nothing>>> remove(TokenService& service, Call call) {
  auto removed = co_await service.delete_client(call.id<EntityId>("clientId").str(), call.caller.subject);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_routes(platform::routing::Router& router, TokenService& service) {
  router.bind(api::request_token,
              [&service](Call, api::TokenRequest request) { return issue(service, std::move(request)); });
  router.bind(api::get_jwks, [&service](Call, Nothing) { return reply(service.jwks()); });
  router.bind(api::get_discovery, [&service](Call, Nothing) { return discover(service); });
  router.bind(api::list_clients, [&service](Call, Nothing) { return reply(service.clients()); });
  router.bind(api::put_client, [&service](Call call, api::Client client) {
    return put(service, std::move(call), std::move(client));
  });
  router.bind(api::delete_client,
              [&service](Call call, Nothing) { return remove(service, std::move(call)); });
}

}  // namespace kontor::runtime::token_service
