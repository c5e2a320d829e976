#include "protocol/api/issuer/holder_routes.hpp"

#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using issuance::HolderDocument;
using platform::engine::Engine;
using platform::routing::Call;
using protocol::api::AnyJson;
using protocol::api::Nothing;
using protocol::query::Query;

void bind_holder_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::create_holder, [&engine, &issuer](Call call, AnyJson body) {
    return create<HolderDocument>(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::update_holder, [&engine, &issuer](Call call, AnyJson body) {
    return update<HolderDocument>(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::query_holders, [&engine](Call call, Query query) {
    return find<HolderDocument>(engine, std::move(call), std::move(query));
  });
  router.bind(api::get_holder, [&engine](Call call, Nothing) {
    auto id = call.entity("holderId");
    return get<HolderDocument>(engine, std::move(call), std::move(id));
  });
  router.bind(api::delete_holder, [&engine](Call call, Nothing) {
    auto id = call.entity("holderId");
    return remove<HolderDocument>(engine, std::move(call), std::move(id));
  });
}

}  // namespace kontor::runtime::issuer_service
