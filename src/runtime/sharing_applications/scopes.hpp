#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.hpp"
#include "platform/auth/caller.hpp"

/// What a participant may let its applications do. Pure.
namespace kontor::runtime::sharing_applications {

/// Whether an application may have the scope at all: sharing and what goes with it, resource by resource.
/// Identity is to be read only, and nothing is there that reaches beyond the participant's own context.
bool may_have(std::string_view scope);

/// Each scope must be one that an application may have and, of a caller whose scopes say what it may do, one
/// of the caller's own. Errors: invalid_input at /scopes/…; forbidden for a scope that the
/// caller does not have.
Result<void> check_scopes(const std::vector<std::string>& scopes, const platform::auth::Caller& by);

/// Those of the token's scopes that the application still has.
std::set<std::string> in_force(const std::set<std::string>& of_token, const std::vector<std::string>& now);

}  // namespace kontor::runtime::sharing_applications
