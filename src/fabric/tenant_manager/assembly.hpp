#pragma once

#include "fabric/tenant_manager/routes.hpp"
#include "platform/assembly/assembly.hpp"

namespace kontor::fabric::tenant_manager {

/// Tenants and their participants. The provision manager may run in the same process or, with another
/// exchange, elsewhere.
struct TenantManagerAssembly {
  static constexpr std::string_view name = "tenant-manager";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::engine::Engine,
                                                platform::routing::Router, exchange::OrchestrationExchange>;
  using Provides = platform::assembly::Services<Register, Participants>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds();
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::fabric::tenant_manager
