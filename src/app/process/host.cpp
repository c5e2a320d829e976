#include "app/process/host.hpp"

#include <algorithm>
#include <iterator>

#include "app/roles/roles.hpp"

namespace kontor::platform::telemetry {

/// How severities are spelt in the configuration.
static const auto& names_of(config::Type<Severity>) {
  return severity_names;
}

}  // namespace kontor::platform::telemetry

namespace kontor::app::process {

namespace config = platform::config;
constexpr std::string_view section_name = "process";

config::Fields fields_of(config::Type<ProcessConfig>) {
  using C = ProcessConfig;
  using config::field;
  return {
      field("log_level", &C::log_level, "least severe log lines that are written"),
      field("log_levels", &C::log_levels, "components with a level of their own, such as {http-api: debug}"),
      field("drain_timeout", &C::drain_timeout,
            "time after SIGTERM for requests and work that are under way"),
      field("drain_delay", &C::drain_delay,
            "time between answering 503 at /check/readiness and closing the listeners, for load balancers to "
            "notice"),
  };
}

std::vector<config::Section> all_sections() {
  std::vector<config::Section> sections{config::section_of<ProcessConfig>(std::string(section_name))};
  for (auto& section : roles::all_sections()) sections.push_back(std::move(section));
  return sections;
}

Result<config::Settings> load_settings(const config::Sources& sources) {
  auto settings = config::Settings::load(sources);
  if (!settings) return settings;
  if (auto known = settings->check_keys(all_sections()); !known) return fail(std::move(known.error()));
  return settings;
}

Host::Host(boost::asio::any_io_executor executor, ProcessConfig config)
    : config_(std::move(config)),
      levels_{config_.log_level, config_.log_levels},
      clock_(platform::async::system_clock(executor)),
      random_(platform::async::system_random()),
      sink_(platform::telemetry::standard_error_sink()),
      log_(*sink_, *clock_, levels_),
      scope_(executor) {}

Host::~Host() = default;

Result<platform::assembly::Assembler> Host::assembler(const std::vector<std::string>& role_names,
                                                      std::vector<platform::assembly::Assembly> more) {
  auto parts = roles::parts_of(role_names);
  if (!parts) return fail(std::move(parts.error()));
  std::ranges::move(more, std::back_inserter(parts->wanted));
  platform::assembly::Assembler assembler(std::move(parts->wanted), std::move(parts->available));
  assembler.give(scope_).give(*clock_).give(*random_).give(log_).give(registry_).give(health_);
  return assembler;
}

}  // namespace kontor::app::process
