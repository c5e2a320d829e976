#include "platform/auth/role_matrix.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::auth {
namespace {

using protocol::api::Concern;
using protocol::api::Method;
using protocol::api::RouteInfo;

enum class Right : std::uint8_t { none, own, all };

/// The duties of the governance, which one may have without the other.
enum class Duty : std::uint8_t { any, authorising, issuing };

struct Row {
  Concern concern;
  Role role;
  Right read;
  Right change;
  Duty duty = Duty::any;
};

/// Who may do what. A pair that is not listed may do nothing; `admin` may do everything and is not listed.
constexpr Row matrix[] = {
    {Concern::participant_data, Role::participant, Right::own, Right::own},
    {Concern::participant_data, Role::provisioner, Right::all, Right::none},
    {Concern::participant_context, Role::participant, Right::own, Right::none},
    {Concern::participant_context, Role::provisioner, Right::all, Right::all},
    {Concern::provisioning, Role::provisioner, Right::all, Right::all},
    {Concern::governance, Role::governance, Right::all, Right::all},
    {Concern::governance, Role::authority, Right::all, Right::all, Duty::authorising},
    {Concern::governance, Role::issuer, Right::all, Right::all, Duty::issuing},
    {Concern::governance, Role::provisioner, Right::none, Right::none},
    {Concern::clients, Role::provisioner, Right::all, Right::all},
    {Concern::signaling, Role::provisioner, Right::none, Right::none},
};

/// A query is a POST that only reads; its scope says so.
bool only_reads(const RouteInfo& route) {
  return route.method == Method::get || route.scope.ends_with(":read");
}

/// In the words of EDC's Management API, which its clients look for.
std::unexpected<Error> not_the_owner(const Caller& caller) {
  return fail(ErrorCode::forbidden, "User '{}' is not authorized to access this resource.", caller.subject);
}

bool owns(const Caller& caller, const ContextId& context) {
  return caller.context && *caller.context == context;
}

struct ScopeParts {
  std::string_view api;
  std::string_view resource;
  std::string_view action;
};

ScopeParts parts_of(std::string_view scope) {
  const auto parts = text::split(scope, ':');
  if (parts.size() == 3) return {parts[0], parts[1], parts[2]};
  if (parts.size() == 2) return {parts[0], "*", parts[1]};
  return {{}, {}, scope};
}

/// The scopes of the issuer's administration tell its duties apart.
Duty duty_of(const RouteInfo& route) {
  const auto resource = parts_of(route.scope).resource;
  return resource == "applications" || resource == "authorisations" ? Duty::authorising : Duty::issuing;
}

Right right_of(const RouteInfo& route, Role role) {
  if (role == Role::admin) return Right::all;
  for (const auto& row : matrix) {
    if (row.concern != route.concern || row.role != role) continue;
    if (row.duty != Duty::any && row.duty != duty_of(route)) return Right::none;
    return only_reads(route) ? row.read : row.change;
  }
  return Right::none;
}

int strength(std::string_view action) {
  if (action == "read") return 1;
  if (action == "write") return 2;
  if (action == "admin") return 3;
  return 0;
}

/// A plane of others, proven by the keys that it registered with: data planes report to control planes, and
/// control planes order from data planes.
bool is_registered_for(const RouteInfo& route, const Caller& caller, const ContextId& context) {
  if (route.concern != Concern::signaling || context.empty()) return false;
  const auto kind =
      route.path.starts_with("/api/signaling/") ? PlaneKind::data_plane : PlaneKind::control_plane;
  return caller.scopes.contains(registered_scope(kind, context));
}

Result<void> authorize_by_scope(const RouteInfo& route, const Caller& caller, const ContextId& context) {
  if (is_registered_for(route, caller, context)) return {};
  const auto implied = [&](const std::string& granted) { return scope_implies(granted, route.scope); };
  if (std::none_of(caller.scopes.begin(), caller.scopes.end(), implied))
    return fail(ErrorCode::forbidden, "Required scope '{}' missing", route.scope);
  if (context.empty() || owns(caller, context)) return {};
  // Only who administers the whole API goes beyond its own context; a resource's administrator does not.
  const auto administers = [&](const std::string& granted) {
    const auto parts = parts_of(granted);
    return parts.resource == "*" && parts.action == "admin" && scope_implies(granted, route.scope);
  };
  if (std::any_of(caller.scopes.begin(), caller.scopes.end(), administers)) return {};
  return not_the_owner(caller);
}

Result<void> authorize_by_role(const RouteInfo& route, const Caller& caller, const ContextId& context) {
  switch (right_of(route, *caller.role)) {
    case Right::all:
      return {};
    case Right::own:
      if (!context.empty() && owns(caller, context)) return {};
      return not_the_owner(caller);
    case Right::none:
      break;
  }
  return fail(ErrorCode::forbidden, "the role '{}' does not allow this request", name_of(*caller.role));
}

}  // namespace

bool scope_implies(std::string_view granted, std::string_view wanted) {
  if (granted == wanted) return !wanted.empty();
  const auto have = parts_of(granted);
  const auto need = parts_of(wanted);
  if (have.api != need.api) return false;
  if (have.resource != "*" && have.resource != need.resource) return false;
  const int needed = strength(need.action);
  return needed > 0 && strength(have.action) >= needed;
}

Result<void> authorize(const RouteInfo& route, const Caller& caller, const ContextId& context) {
  auto may =
      caller.role ? authorize_by_role(route, caller, context) : authorize_by_scope(route, caller, context);
  // What belongs to the installation is no participant's, whoever asks.
  if (may && context == store::installation_context())
    return fail(ErrorCode::not_found, "there is no participant context '{}'", context);
  return may;
}

}  // namespace kontor::platform::auth
