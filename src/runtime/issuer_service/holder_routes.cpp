#include "protocol/api/issuer/holder_routes.hpp"

#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<AnyJson>>> get_holder(Engine& engine, Call call) {
  auto loaded = co_await engine.load<issuance::HolderDocument>(call.context, call.entity("holderId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<AnyJson>{{write(loaded->entity)}};
}

Task<Result<Reply<Nothing>>> delete_holder(Engine& engine, Call call) {
  auto loaded = co_await engine.load<issuance::HolderDocument>(call.context, call.entity("holderId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto removed =
      co_await engine.remove<issuance::HolderDocument>(command_of(call, loaded->id), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_holder_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::create_holder, [&engine, &issuer](Call call, AnyJson body) {
    return create<issuance::HolderDocument>(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::get_holder, [&engine](Call call, Nothing) { return get_holder(engine, std::move(call)); });
  router.bind(api::delete_holder,
              [&engine](Call call, Nothing) { return delete_holder(engine, std::move(call)); });
}

}  // namespace kontor::runtime::issuer_service
