#pragma once

#include <memory>
#include <string_view>

#include "app/foundation/listener_settings.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/async/scope.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/health.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;

/// Where the operator's monitoring asks: probes and metrics.
struct MonitoringConfig {
  ListenerSettings listener{.port = 9090};
};
config::Fields fields_of(config::Type<MonitoringConfig>);

/// Binds `/check/…` and `/metrics`.
void bind_monitoring(platform::routing::Router& router, platform::telemetry::Health& health,
                     platform::telemetry::Registry& registry);

/// The listener of probes and metrics.
class Monitoring {
 public:
  struct Needs {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    platform::routing::Router& router;
    platform::telemetry::Log log;
  };
  Monitoring(Needs needs, MonitoringConfig config);
  ~Monitoring();

  Result<void> open();
  Task<void> close(platform::async::Deadline deadline);
  std::uint16_t port() const;
  platform::async::Clock& clock() { return needs_.clock; }

 private:
  Needs needs_;
  MonitoringConfig config_;
  std::unique_ptr<platform::http::Listener> listener_;
};

/// Stands first in a process: probes are answered while the rest starts, and until the rest has stopped.
struct MonitoringAssembly {
  static constexpr std::string_view name = "monitoring";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock,
                                      platform::routing::Router, platform::telemetry::Health,
                                      platform::telemetry::Registry, platform::telemetry::Log>;
  using Provides = assembly::Services<Monitoring>;
  using Config = MonitoringConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> stop(Provides services);
};

}  // namespace kontor::app::foundation
