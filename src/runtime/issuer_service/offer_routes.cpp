#include "protocol/api/issuer/offer_routes.hpp"

#include "domain/issuance/offer/codec.hpp"
#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using platform::engine::Engine;
using platform::routing::Call;
using protocol::api::Nothing;
using protocol::query::Query;

void bind_offer_routes(platform::routing::Router& router, Engine& engine) {
  router.bind(api::query_offers, [&engine](Call call, Query query) {
    return find<issuer_offer::Machine>(engine, std::move(call), std::move(query));
  });
  router.bind(api::get_offer, [&engine](Call call, Nothing) {
    auto id = call.entity("credentialOfferId");
    return get<issuer_offer::Machine>(engine, std::move(call), std::move(id));
  });
}

}  // namespace kontor::runtime::issuer_service
