#include "runtime/sharing_applications/scopes.hpp"

#include <algorithm>

#include "platform/auth/role_matrix.hpp"

namespace kontor::runtime::sharing_applications {

namespace auth = platform::auth;

namespace {

constexpr std::size_t scopes_max = 100;

/// The strongest scope of each resource.
constexpr std::string_view strongest[] = {
    "management-api:agreements:write", "management-api:assets:write",
    "management-api:catalog:read",     "management-api:discovery:read",
    "management-api:events:read",      "management-api:negotiations:write",
    "management-api:obtainings:write", "management-api:publications:write",
    "management-api:policies:write",   "management-api:secrets:write",
    "management-api:transfers:write",  "management-api:contractdefinitions:write",
    "management-api:usage:read",       "identity-api:credentials:read",
    "identity-api:dids:read",          "identity-api:keypairs:read",
};

bool implied(std::string_view scope, const auto& by) {
  return std::ranges::any_of(by, [&](const auto& each) { return auth::scope_implies(each, scope); });
}

}  // namespace

bool may_have(std::string_view scope) {
  return implied(scope, strongest);
}

Result<void> check_scopes(const std::vector<std::string>& scopes, const auth::Caller& by) {
  if (scopes.empty())
    return invalid("/scopes", "must not be empty: an application without scopes may do nothing");
  if (scopes.size() > scopes_max) return invalid("/scopes", "has more than {} entries", scopes_max);
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    const auto place = "/scopes/" + std::to_string(i);
    if (!may_have(scopes[i]))
      return invalid(place, "is no scope that an application may have, such as management-api:catalog:read");
    if (by.role || implied(scopes[i], by.scopes)) continue;
    return fail(ErrorCode::forbidden, "the caller does not have the scope at {} itself", place);
  }
  return {};
}

std::set<std::string> in_force(const std::set<std::string>& of_token, const std::vector<std::string>& now) {
  std::set<std::string> kept;
  std::ranges::copy_if(of_token, std::inserter(kept, kept.end()),
                       [&](const std::string& scope) { return implied(scope, now); });
  return kept;
}

}  // namespace kontor::runtime::sharing_applications
