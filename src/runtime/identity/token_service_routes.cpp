#include "protocol/api/identity/token_service_routes.hpp"

#include "runtime/identity/assembly.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
using platform::engine::Engine;
using platform::http::SecretClient;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

std::unexpected<Error> none_of(const ContextId& context) {
  return fail(ErrorCode::not_found, "the tokens of '{}' are signed with keys that are kept here", context);
}

Task<Result<Reply<api::TokenService>>> get(Engine& engine, Call call) {
  auto kept = co_await engine.load<TokenServiceDocument>(call.context, entity_id(call.context));
  if (!kept && kept.error().code == ErrorCode::not_found) co_return none_of(call.context);
  if (!kept) co_return fail(std::move(kept.error()));
  auto& service = kept->entity;
  co_return Reply<api::TokenService>{
      {std::move(service.token_url), std::move(service.client_id), std::move(service.client_secret_alias)}};
}

Task<Result<Reply<Nothing>>> set(Engine& engine, const SecretClient& secret_client, Call call,
                                 api::TokenService body) {
  if (auto good = secret_client.check(body.token_url); !good)
    co_return invalid("/tokenUrl", "{}", good.error().message());
  auto kept = co_await engine.load<TokenServiceDocument>(call.context, entity_id(call.context));
  if (!kept && kept.error().code == ErrorCode::not_found) co_return none_of(call.context);
  if (!kept) co_return fail(std::move(kept.error()));
  const TokenService next{std::move(body.token_url), std::move(body.client_id),
                          std::move(body.client_secret_alias)};
  auto put = co_await engine.put<TokenServiceDocument>(
      {call.context, entity_id(call.context), call.caller.subject, call.trace}, next, kept->version);
  if (!put) co_return fail(std::move(put.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_token_service_routes(platform::routing::Router& router, Engine& engine,
                               const SecretClient& secret_client) {
  router.bind(api::get_token_service, [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(api::set_token_service, [&engine, &secret_client](Call call, api::TokenService body) {
    return set(engine, secret_client, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::identity
