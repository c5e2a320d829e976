#include "protocol/api/dcp_binding/schema_route.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<AnyJson>>> serve(Engine& engine, Call call) {
  auto loaded = co_await engine.load<issuance::SubjectSchemaDocument>(call.context, call.entity("schemaId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  Reply<AnyJson> reply{{std::move(loaded->entity.schema)}};
  // What stands under an id never changes.
  reply.headers.set("Cache-Control", "public, max-age=86400, immutable");
  co_return reply;
}

}  // namespace

void bind_schema_routes(platform::routing::Router& router, Engine& engine) {
  router.bind(protocol::api::dcp_binding::credential_schema,
              [&engine](Call call, Nothing) { return serve(engine, std::move(call)); });
}

}  // namespace kontor::runtime::issuer_service
