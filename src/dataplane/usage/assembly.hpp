#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "dataplane/signaling/data_flows.hpp"
#include "dataplane/usage/usage.hpp"
#include "domain/flow_usage/decide.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/telemetry/metrics.hpp"

namespace kontor::dataplane::usage {

struct UsageConfig {
  std::chrono::milliseconds written_within{500};
  std::size_t flows_max = 10'000;
  // 0: no limit.
  std::uint64_t flow_bytes_per_second = 0;
  std::uint64_t flow_bytes_max = 0;
  std::uint64_t flow_requests_max = 0;
  std::uint64_t participant_bytes_per_second = 0;
  std::uint64_t participant_requests_max = 0;
};
platform::config::Fields fields_of(platform::config::Type<UsageConfig>);
/// A rate is 0 or at least `slowest_bytes_per_second`.
Result<void> validate(const UsageConfig& config);

/// Binds what participants may ask and operators set. `usage` and `engine` must outlive the router.
void bind_routes(platform::routing::Router& router, platform::engine::Engine& engine, Usage& usage);

/// What data flows moved: counted, bounded, told.
struct UsageAssembly {
  static constexpr std::string_view name = "data-plane-usage";
  using Requires =
      platform::assembly::Services<signaling::DataFlows, platform::async::Scope, platform::engine::Engine,
                                   platform::routing::Router, platform::telemetry::Registry>;
  using Provides = platform::assembly::Services<Usage>;
  using Config = UsageConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static std::vector<const entity::Kind*> kinds() {
    return {&domain::flow_usage::Machine::kind(), &LimitsDocument::kind()};
  }
  static Task<Result<void>> start(Provides provided);
  static Task<Result<void>> drain(Provides provided, platform::async::Deadline deadline);
};

}  // namespace kontor::dataplane::usage
