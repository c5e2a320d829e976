#include "app/roles/roles.hpp"

#include <algorithm>
#include <set>

#include "app/foundation/authentication.hpp"
#include "app/foundation/http_api.hpp"
#include "app/foundation/http_client.hpp"
#include "app/foundation/listeners.hpp"
#include "app/foundation/monitoring.hpp"
#include "app/foundation/tracing.hpp"

namespace kontor::app::roles {
namespace {

using platform::assembly::Assembly;
using platform::assembly::assembly_of;

/// What every process has. Monitoring stands first: probes are answered while the rest starts.
std::vector<Assembly> foundation() {
  return {
      assembly_of<foundation::MonitoringAssembly>(),     assembly_of<foundation::HttpApiAssembly>(),
      assembly_of<foundation::HttpClientAssembly>(),     assembly_of<foundation::TracingAssembly>(),
      assembly_of<foundation::AuthenticationAssembly>(),
  };
}

/// Opened when everything else has started.
std::vector<Assembly> front() {
  return {assembly_of<foundation::ListenersAssembly>()};
}

void append(std::vector<Assembly>& to, std::vector<Assembly> more) {
  std::ranges::move(more, std::back_inserter(to));
}

std::string names_of(const std::vector<Role>& roles) {
  std::string names = "all";
  for (const auto& role : roles) names += fmt::format(", {}", role.name);
  return names;
}

}  // namespace

std::vector<Role> known_roles() {
  return {};
}

Result<std::vector<Assembly>> assemblies_of(const std::vector<std::string>& role_names) {
  const auto roles = known_roles();
  auto assemblies = foundation();
  for (const auto& name : role_names) {
    const auto known = std::ranges::find(roles, name, &Role::name);
    if (name == "all") {
      for (const auto& role : roles) append(assemblies, role.assemblies);
    } else if (known != roles.end()) {
      append(assemblies, known->assemblies);
    } else {
      return fail(ErrorCode::invalid_input, "there is no role {}; known are {}", name, names_of(roles));
    }
  }
  append(assemblies, front());
  return assemblies;
}

std::vector<platform::config::Section> all_sections() {
  std::vector<platform::config::Section> sections;
  std::set<std::string_view> seen;
  for (auto& assembly : *assemblies_of({"all"})) {
    if (assembly.section && seen.insert(assembly.name).second)
      sections.push_back(std::move(*assembly.section));
  }
  return sections;
}

}  // namespace kontor::app::roles
