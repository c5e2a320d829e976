#include "platform/operations/assembly.hpp"

namespace kontor::platform::operations {
namespace {

using telemetry::MetricSpec;

constexpr MetricSpec attempts{"kontor_engine_attempts_total", "attempts", "Attempts at effects"};
constexpr MetricSpec failures{"kontor_engine_failures_total", "attempts", "Attempts at effects that failed"};
constexpr MetricSpec set_aside{"kontor_engine_set_aside_total", "entities",
                               "Entities that were set aside: see /api/operations/v1/quarantine"};
constexpr MetricSpec taken_over{"kontor_engine_taken_over_total", "effects",
                                "Effects of replicas whose lease had lapsed"};
constexpr MetricSpec leases_lost{"kontor_engine_leases_lost_total", "leases",
                                 "Times that this replica could not keep its lease and ended its attempts"};
constexpr MetricSpec held_entities{"kontor_engine_held_entities", "entities",
                                   "Entities in memory; 0 on a store that several processes share"};

}  // namespace

void OperationsAssembly::observe_engine(telemetry::Registry& registry, engine::Engine& engine) {
  const auto read = [&engine](std::uint64_t engine::EngineCounters::* counter) {
    return [&engine, counter] { return static_cast<double>(engine.counters().*counter); };
  };
  registry.observe(attempts, read(&engine::EngineCounters::attempts));
  registry.observe(failures, read(&engine::EngineCounters::failures));
  registry.observe(set_aside, read(&engine::EngineCounters::set_aside));
  registry.observe(taken_over, read(&engine::EngineCounters::taken_over));
  registry.observe(leases_lost, read(&engine::EngineCounters::leases_lost));
  registry.observe(held_entities, [&engine] { return static_cast<double>(engine.held_count()); });
}

}  // namespace kontor::platform::operations
