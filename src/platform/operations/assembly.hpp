#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/operations/quarantine.hpp"
#include "platform/telemetry/metrics.hpp"

namespace kontor::platform::operations {

/// The Operations API and the engine's metrics; stands in every process.
struct OperationsAssembly {
  static constexpr std::string_view name = "operations";
  using Requires = assembly::Services<engine::Engine, routing::Router, telemetry::Registry>;
  using Provides = assembly::Services<>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<engine::Engine>();
    bind_quarantine_routes(needs.get<routing::Router>(), engine);
    observe_engine(needs.get<telemetry::Registry>(), engine);
    return assembly::Built<Provides>{};
  }

 private:
  static void observe_engine(telemetry::Registry& registry, engine::Engine& engine);
};

}  // namespace kontor::platform::operations
