#include "fabric/provision_manager/assembly.hpp"

namespace kontor::fabric::provision_manager {

namespace config = platform::config;

config::Fields fields_of(config::Type<ProvisionManagerConfig>) {
  using C = ProvisionManagerConfig;
  return {config::field("compensate_automatically", &C::compensate_automatically,
                        "undo a failed onboarding at once; otherwise an operator orders it"),
          config::field("activities_running_max", &C::activities_running_max,
                        "activities that agents of this process run at the same time")
              .at_least(1)};
}

std::vector<const entity::Kind*> ProvisionManagerAssembly::kinds() {
  return {&orchestration::Machine::kind(), &orchestration::ActivityDefinitionDocument::kind(),
          &orchestration::OrchestrationDefinitionDocument::kind()};
}

Result<platform::assembly::Built<ProvisionManagerAssembly::Provides>> ProvisionManagerAssembly::build(
    Requires needs, const Config& settings) {
  auto& engine = needs.get<platform::engine::Engine>();
  auto& router = needs.get<platform::routing::Router>();
  auto runner = std::make_unique<agent_kit::ActivityRunner>(
      needs.get<platform::async::Scope>(), engine,
      agent_kit::RunnerLimits{.running_max = settings.activities_running_max});
  auto definitions = std::make_unique<Definitions>(engine);
  auto orchestrations = std::make_unique<Orchestrations>(
      Orchestrations::Services{engine, *runner, needs.get<exchange::OrchestrationExchange>(), *definitions},
      OrchestrationOptions{.compensate_automatically = settings.compensate_automatically});
  bind_definition_routes(router, *definitions);
  bind_orchestration_routes(router, engine, *orchestrations);
  return platform::assembly::Built<Provides>{std::move(runner), std::move(definitions),
                                             std::move(orchestrations)};
}

Task<Result<void>> ProvisionManagerAssembly::start(Provides provided) {
  auto seeded = co_await provided.get<Definitions>().seed();
  if (!seeded) co_return fail(std::move(seeded.error()));
  co_return co_await provided.get<agent_kit::ActivityRunner>().resume();
}

}  // namespace kontor::fabric::provision_manager
