#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/assembly/assembly.hpp"

namespace kontor::app::roles {

/// What a process can be: a list of assemblies. Any set of roles forms a process.
struct Role {
  std::string_view name;
  std::string_view meaning;
  std::vector<platform::assembly::Assembly> assemblies;
};

/// Every role of this program but `all`, which is all of them together.
std::vector<Role> known_roles();

/// What a process is assembled from.
struct Parts {
  std::vector<platform::assembly::Assembly> wanted;     ///< of its roles, between monitoring and listeners
  std::vector<platform::assembly::Assembly> available;  ///< the platform: built where something requires it
};

/// Errors: invalid_input for an unknown role, naming the known ones.
Result<Parts> parts_of(const std::vector<std::string>& role_names);

/// The configuration of the whole program, for reference and to recognise unknown keys.
std::vector<platform::config::Section> all_sections();

}  // namespace kontor::app::roles
