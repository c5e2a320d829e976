#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

void bind_routes(platform::routing::Router& router, platform::engine::Engine& engine, Issuer& issuer) {
  bind_dcp_routes(router, issuer);
  bind_status_routes(router, issuer);
  bind_schema_routes(router, engine);
  bind_holder_routes(router, engine, issuer);
  bind_attestation_routes(router, engine, issuer);
  bind_definition_routes(router, engine, issuer);
  bind_offer_routes(router, engine);
  bind_process_routes(router, engine);
  bind_credential_routes(router, engine, issuer);
  bind_application_routes(router, engine, issuer);
}

}  // namespace kontor::runtime::issuer_service
