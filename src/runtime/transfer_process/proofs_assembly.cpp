#include "runtime/transfer_process/proofs_assembly.hpp"

#include "platform/store/single_use.hpp"

namespace kontor::runtime::transfer_process {
namespace {

using participant_context::ParticipantContexts;
using platform::auth::RegisteredPlane;
using platform::engine::Engine;

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
  auto& engine = needs.get<Engine>();
  auto& contexts = needs.get<ParticipantContexts>();
  auto proofs = std::make_unique<DataPlaneProofs>(DataPlaneProofs{platform::auth::PlaneProofs(
      {needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
       needs.get<platform::http::Client>()},
      platform::auth::PlaneKind::data_plane,
      {.find = [&contexts](std::string id) { return find(contexts, std::move(id)); },
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

}  // namespace kontor::runtime::transfer_process
