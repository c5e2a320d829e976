#include "dataplane/signaling/proofs_assembly.hpp"

#include "platform/store/single_use.hpp"

namespace kontor::dataplane::signaling {

using platform::engine::Engine;

Result<platform::assembly::Built<ControlPlaneProofsAssembly::Provides>> ControlPlaneProofsAssembly::build(
    Requires needs, const Config& config) {
  auto& engine = needs.get<Engine>();
  auto& planes = needs.get<ControlPlanes>();
  auto proofs = std::make_unique<ControlPlaneProofs>(ControlPlaneProofs{platform::auth::PlaneProofs(
      {needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
       needs.get<platform::http::Client>()},
      platform::auth::PlaneKind::control_plane,
      {.find = [&planes](std::string id) { return planes.with_profile(std::move(id)); },
       .use_once =
           [&engine](ContextId context, std::string key, Instant expires_at) {
             return platform::store::use_once(engine.store(), std::move(context),
                                              {std::move(key), expires_at});
           }},
      config.audiences)});
  needs.get<platform::auth::TokenVerifier>().ask_otherwise(
      [all = proofs.get()](std::string token) { return all->proofs.verify(std::move(token)); });
  return proofs;
}

}  // namespace kontor::dataplane::signaling
