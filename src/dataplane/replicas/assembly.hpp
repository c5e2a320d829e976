#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "dataplane/replicas/replicas.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"

namespace kontor::dataplane::replicas {

struct ReplicasConfig {
  std::chrono::milliseconds lease{5'000};
};
platform::config::Fields fields_of(platform::config::Type<ReplicasConfig>);

/// Nobody is served by any replica once an order that closes a flow is answered.
struct ReplicasAssembly {
  static constexpr std::string_view name = "data-plane-replicas";
  using Requires =
      platform::assembly::Services<signaling::DataFlows, platform::async::Scope, platform::engine::Engine>;
  using Provides = platform::assembly::Services<Replicas>;
  using Config = ReplicasConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static std::vector<const entity::Kind*> kinds();
  static Task<Result<void>> start(Provides provided);
  static Task<Result<void>> drain(Provides provided, platform::async::Deadline deadline);
};

}  // namespace kontor::dataplane::replicas
