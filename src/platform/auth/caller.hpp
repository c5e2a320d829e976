#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/id/id.hpp"

namespace kontor::platform::auth {

enum class Role : std::uint8_t {
  operator_,    ///< looks after the processes: metrics and probes, no administration API
  admin,        ///< for emergencies: everything
  provisioner,  ///< creates and manages contexts, cannot change what a participant owns
  governance,   ///< runs a dataspace's issuer: definitions, applications, credentials
  participant,  ///< what its own context owns
};

/// Who a token says is calling.
struct Caller {
  std::string subject;
  std::optional<Role> role;             ///< claim `role`; none: the scopes alone decide
  std::optional<ContextId> context;     ///< claim `participant_context_id`, else the subject of a scoped token
  std::set<std::string> scopes;         ///< claim `scope`, separated by spaces
};

}  // namespace kontor::platform::auth
