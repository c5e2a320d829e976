#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random/random.hpp"
#include "platform/assembly/assembler.hpp"
#include "platform/async/process.hpp"
#include "platform/config/settings.hpp"
#include "platform/telemetry/health.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"

namespace kontor::app::process {

struct ProcessConfig {
  platform::telemetry::Severity log_level = platform::telemetry::Severity::info;
  std::map<std::string, platform::telemetry::Severity> log_levels;
  std::chrono::milliseconds drain_timeout{20'000};
  std::chrono::milliseconds drain_delay{0};
};
platform::config::Fields fields_of(platform::config::Type<ProcessConfig>);

/// What a process was asked to be.
struct Options {
  std::vector<std::string> roles;
  platform::config::Sources sources;
};

/// All sections of the program: those of the assemblies and the process's own.
std::vector<platform::config::Section> all_sections();

/// The sources, merged, with every key known. Errors: invalid_input, malformed.
Result<platform::config::Settings> load_settings(const platform::config::Sources& sources);

/// What the process itself hands to its assemblies. Everything here outlives what is assembled; `close` ends
/// the tasks.
class Host {
 public:
  Host(boost::asio::any_io_executor executor, ProcessConfig config);
  ~Host();

  const ProcessConfig& config() const { return config_; }
  platform::async::Scope& scope() { return scope_; }
  platform::async::Clock& clock() { return *clock_; }
  const platform::telemetry::Log& log() const { return log_; }
  platform::telemetry::Health& health() { return health_; }
  platform::telemetry::Registry& registry() { return registry_; }

  /// An assembler of the roles' assemblies, and of `more`, that knows the process's services. Errors:
  /// invalid_input for an unknown role.
  Result<platform::assembly::Assembler> assembler(const std::vector<std::string>& roles,
                                                  std::vector<platform::assembly::Assembly> more = {});

 private:
  ProcessConfig config_;
  platform::telemetry::LogLevels levels_;
  std::unique_ptr<platform::async::Clock> clock_;
  std::unique_ptr<Random> random_;
  std::unique_ptr<platform::telemetry::LogSink> sink_;
  platform::telemetry::Log log_;
  platform::telemetry::Registry registry_;
  platform::telemetry::Health health_;
  platform::async::Scope scope_;
};

}  // namespace kontor::app::process
