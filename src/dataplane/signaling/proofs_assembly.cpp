#include "dataplane/signaling/proofs_assembly.hpp"

namespace kontor::dataplane::signaling {

Result<platform::assembly::Built<ControlPlaneProofsAssembly::Provides>> ControlPlaneProofsAssembly::build(
    Requires needs, const Config& config) {
  auto proofs = std::make_unique<ControlPlaneProofs>(ControlPlaneProofs{platform::auth::PlaneProofs(
      {needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
       needs.get<platform::http::Client>(), needs.get<platform::engine::Engine>().store()},
      platform::auth::PlaneKind::control_plane,
      [&planes = needs.get<ControlPlanes>()](std::string id) { return planes.with_profile(std::move(id)); },
      config.audiences)});
  proofs->proofs.answer(needs.get<platform::auth::TokenVerifier>());
  return proofs;
}

}  // namespace kontor::dataplane::signaling
