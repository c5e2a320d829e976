#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/telemetry/otlp/exporter.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

struct TracingConfig {
  std::string endpoint;
  std::string service_name = "kontor";
  double sample_ratio = 1.0;
  std::size_t spans_waiting_max = 4096;
  std::chrono::milliseconds batch_delay{1'000};
};
config::Fields fields_of(config::Type<TracingConfig>);

/// The way of finished spans out of the process; none without an endpoint.
struct SpanExport {
  std::optional<platform::telemetry::otlp::Exporter> exporter;
};

/// The tracer. Trace contexts are made and passed on with or without a collector.
struct TracingAssembly {
  static constexpr std::string_view name = "tracing";
  using Requires =
      assembly::Services<platform::async::Scope, platform::async::Clock, Random, platform::http::Client,
                         platform::telemetry::Registry, platform::telemetry::Log>;
  using Provides = assembly::Services<platform::telemetry::Tracer, SpanExport>;
  using Config = TracingConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> drain(Provides services, platform::async::Deadline deadline);
};

}  // namespace kontor::app::foundation
