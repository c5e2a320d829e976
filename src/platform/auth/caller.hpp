#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/id/id.hpp"

namespace kontor::platform::auth {

enum class Role : std::uint8_t {
  operator_,    ///< looks after the processes: metrics and probes, no administration API
  admin,        ///< for emergencies: everything
  provisioner,  ///< creates and manages contexts, cannot change what a participant owns
  governance,   ///< both of the next two, where one office has both
  authority,    ///< decides who may join: applications, and nothing that is issued
  issuer,       ///< issues: definitions, credentials, status lists; decides about no application
  participant,  ///< what its own context owns
};

std::optional<Role> role_named(std::string_view name);
std::string_view name_of(Role role);

/// The scopes of a `scope` claim or parameter (RFC 6749 §3.3).
std::set<std::string> split_scopes(std::string_view text);

/// Who a token says is calling.
struct Caller {
  std::string subject;
  std::optional<Role> role;          ///< claim `role`; none: the scopes alone decide
  std::optional<ContextId> context;  ///< claim `participant_context_id`, else the subject of a scoped token
  std::set<std::string> scopes;      ///< claim `scope`, separated by spaces
};

}  // namespace kontor::platform::auth
