#include "protocol/api/issuer/attestation_routes.hpp"

#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using platform::engine::Engine;
using platform::routing::Call;
using protocol::api::AnyJson;

void bind_attestation_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::create_attestation, [&engine, &issuer](Call call, AnyJson body) {
    return create<issuance::AttestationDocument>(engine, issuer, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::issuer_service
