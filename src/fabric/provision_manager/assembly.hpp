#pragma once

#include "fabric/provision_manager/routes.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"

namespace kontor::fabric::provision_manager {

struct ProvisionManagerConfig {
  bool compensate_automatically = false;
  std::size_t activities_running_max = 64;
};
platform::config::Fields fields_of(platform::config::Type<ProvisionManagerConfig>);

/// Runs orchestrations. Agents of this process add themselves to its ActivityRunner while they are built.
struct ProvisionManagerAssembly {
  static constexpr std::string_view name = "provision-manager";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::engine::Engine,
                                                platform::routing::Router, exchange::OrchestrationExchange>;
  using Provides = platform::assembly::Services<agent_kit::ActivityRunner, Definitions, Orchestrations>;
  using Config = ProvisionManagerConfig;
  static std::vector<const entity::Kind*> kinds();
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides provided);
};

}  // namespace kontor::fabric::provision_manager
