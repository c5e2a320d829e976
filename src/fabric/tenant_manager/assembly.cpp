#include "fabric/tenant_manager/assembly.hpp"

namespace kontor::fabric::tenant_manager {

std::vector<const entity::Kind*> TenantManagerAssembly::kinds() {
  return {&tenant::TenantDocument::kind(), &tenant::CellDocument::kind(),
          &tenant::DataspaceProfileDocument::kind(), &tenant::Machine::kind()};
}

Result<platform::assembly::Built<TenantManagerAssembly::Provides>> TenantManagerAssembly::build(
    Requires needs, const Config&) {
  auto& engine = needs.get<platform::engine::Engine>();
  auto& router = needs.get<platform::routing::Router>();
  auto documents = std::make_unique<Register>(engine);
  auto participants = std::make_unique<Participants>(Participants::Services{
      engine, needs.get<platform::async::Scope>(), needs.get<exchange::OrchestrationExchange>(), *documents});
  bind_register_routes(router, *documents);
  bind_participant_routes(router, *participants);
  return platform::assembly::Built<Provides>{std::move(documents), std::move(participants)};
}

}  // namespace kontor::fabric::tenant_manager
