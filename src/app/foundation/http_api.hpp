#pragma once

#include <chrono>
#include <string_view>

#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

struct HttpApiConfig {
  std::chrono::milliseconds request_timeout{30'000};
  std::chrono::milliseconds wait_max{60'000};
  std::size_t body_bytes_max = 1024 * 1024;
};
config::Fields fields_of(config::Type<HttpApiConfig>);

/// The router that all planes bind their routes to. Each answer is counted and timed; a refusal of ours (5xx)
/// is logged with its incident id.
struct HttpApiAssembly {
  static constexpr std::string_view name = "http-api";
  using Requires = assembly::Services<platform::async::Clock, Random, platform::telemetry::Registry,
                                      platform::telemetry::Tracer, platform::telemetry::Log>;
  using Provides = assembly::Services<platform::routing::Router>;
  using Config = HttpApiConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::app::foundation
