#include "runtime/transfer_process/proofs_assembly.hpp"

namespace kontor::runtime::transfer_process {
namespace {

using participant_context::ParticipantContexts;
using platform::auth::RegisteredPlane;

Task<Result<std::vector<RegisteredPlane>>> find(ParticipantContexts& contexts, std::string id) {
  auto found = co_await contexts.with_profile(protocol::dps::DataPlaneId(id));
  if (!found) co_return fail(std::move(found.error()));
  std::vector<RegisteredPlane> planes;
  for (auto& each : *found) {
    planes.push_back({std::move(each.context), id, std::move(*each.registration.authorization)});
  }
  co_return planes;
}

}  // namespace

Result<platform::assembly::Built<DataPlaneProofsAssembly::Provides>> DataPlaneProofsAssembly::build(
    Requires needs, const Config& config) {
  auto& contexts = needs.get<ParticipantContexts>();
  auto proofs = std::make_unique<DataPlaneProofs>(DataPlaneProofs{platform::auth::PlaneProofs(
      {needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
       needs.get<platform::http::Client>(), needs.get<platform::engine::Engine>().store()},
      platform::auth::PlaneKind::data_plane,
      [&contexts](std::string id) { return find(contexts, std::move(id)); }, config.audiences)});
  proofs->proofs.answer(needs.get<platform::auth::TokenVerifier>());
  return proofs;
}

}  // namespace kontor::runtime::transfer_process
