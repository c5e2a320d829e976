#include "dataplane/usage/assembly.hpp"

namespace kontor::dataplane::usage {

namespace config = platform::config;
namespace counts = domain::flow_usage;
using platform::engine::Committed;
using platform::engine::Engine;
using platform::engine::Outcome;
using platform::telemetry::MetricSpec;
using platform::telemetry::Registry;

namespace {

constexpr MetricSpec requests{"kontor_data_requests_total", "requests", "Requests for data that were let in"};
constexpr MetricSpec sent{"kontor_data_sent_bytes_total", "bytes", "Data that was sent to counter-parties"};
constexpr MetricSpec refused{"kontor_data_refused_total", "requests",
                             "Requests for data that were turned away"};
constexpr MetricSpec received{"kontor_data_received_bytes_total", "bytes",
                              "Data that counter-parties sent to us"};

void observe(Registry& registry, const Usage& usage) {
  const auto observe_one = [&](const MetricSpec& spec, std::uint64_t Counters::* counter) {
    registry.observe(spec, [&usage, counter] { return static_cast<double>(usage.totals().*counter); });
  };
  observe_one(requests, &Counters::requests);
  observe_one(refused, &Counters::refused);
  observe_one(sent, &Counters::sent_bytes);
  observe_one(received, &Counters::received_bytes);
}

std::optional<std::uint64_t> limit(std::uint64_t configured) {
  return configured == 0 ? std::nullopt : std::optional(configured);
}

ContextLimits limits_of(const UsageConfig& config) {
  return {.each_flow = {.bytes_per_second = limit(config.flow_bytes_per_second),
                        .bytes_max = limit(config.flow_bytes_max),
                        .requests_max = limit(config.flow_requests_max)},
          .all_flows = {.bytes_per_second = limit(config.participant_bytes_per_second),
                        .bytes_max = {},
                        .requests_max = limit(config.participant_requests_max)}};
}

/// A count has no effects.
Task<Result<Outcome<counts::Machine>>> nothing(Committed<counts::Effect>) {
  co_return Outcome<counts::Machine>{};
}

}  // namespace

config::Fields fields_of(config::Type<UsageConfig>) {
  using C = UsageConfig;
  return {
      config::field("written_within", &C::written_within,
                    "what moved is written this long after the first of it: a process that is killed "
                    "loses the count of no more, and of a commit's time")
          .at_least(std::chrono::milliseconds(10))
          .at_most(std::chrono::milliseconds(1000)),
      config::field("flows_max", &C::flows_max, "data flows whose counts are kept in memory while they rest")
          .at_least(1),
      config::field("flow_bytes_per_second", &C::flow_bytes_per_second,
                    "how fast the data of one flow may pass a replica, at least 1024; 0: no limit"),
      config::field("flow_bytes_max", &C::flow_bytes_max,
                    "how much data may pass under one flow; 0: no limit"),
      config::field("flow_requests_max", &C::flow_requests_max,
                    "requests for one flow that a replica answers at a time; 0: no limit"),
      config::field("participant_bytes_per_second", &C::participant_bytes_per_second,
                    "how fast the data of one participant may pass a replica, at least 1024; 0: no limit"),
      config::field("participant_requests_max", &C::participant_requests_max,
                    "requests for one participant's flows that a replica answers at a time; 0: no limit")};
}

Result<void> validate(const UsageConfig& config) {
  for (const auto rate : {config.flow_bytes_per_second, config.participant_bytes_per_second}) {
    if (rate == 0 || rate >= protocol::api::usage::slowest_bytes_per_second) continue;
    return fail(ErrorCode::invalid_input, "a rate is 0 or at least {} bytes per second",
                protocol::api::usage::slowest_bytes_per_second);
  }
  return {};
}

Result<platform::assembly::Built<UsageAssembly::Provides>> UsageAssembly::build(Requires needs,
                                                                                const Config& config) {
  auto& engine = needs.get<Engine>();
  engine.add<counts::Machine>(nothing);
  auto usage = std::make_unique<Usage>(needs.get<platform::async::Scope>(), engine,
                                       UsageOptions{.written_within = config.written_within,
                                                    .flows_max = config.flows_max,
                                                    .limits = limits_of(config)});
  needs.get<signaling::DataFlows>().tell_of_ends([all = usage.get()](ContextId context, EntityId flow) {
    return all->end(std::move(context), std::move(flow));
  });
  observe(needs.get<Registry>(), *usage);
  bind_routes(needs.get<platform::routing::Router>(), engine, *usage);
  return usage;
}

Task<Result<void>> UsageAssembly::start(Provides provided) {
  provided.get<Usage>().start();
  co_return Result<void>{};
}

Task<Result<void>> UsageAssembly::drain(Provides provided, platform::async::Deadline) {
  co_await provided.get<Usage>().flush();
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::usage
