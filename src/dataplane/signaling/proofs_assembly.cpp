#include "dataplane/signaling/proofs_assembly.hpp"

namespace kontor::dataplane::signaling {
namespace {

using platform::engine::Engine;

Task<Result<void>> use_once(Engine& engine, ContextId context, std::string key, Instant expires_at) {
  platform::store::Transaction transaction;
  transaction.single_use.push_back({std::move(key), expires_at});
  auto used = co_await engine.store().commit(std::move(context), std::move(transaction));
  if (!used) co_return fail(std::move(used.error()));
  co_return Result<void>{};
}

}  // namespace

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
             return use_once(engine, std::move(context), std::move(key), expires_at);
           }},
      config.audiences)});
  needs.get<platform::auth::TokenVerifier>().ask_otherwise(
      [all = proofs.get()](std::string token) { return all->proofs.verify(std::move(token)); });
  return proofs;
}

}  // namespace kontor::dataplane::signaling
