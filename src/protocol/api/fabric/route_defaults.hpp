#pragma once

#include "protocol/api/route.hpp"

namespace kontor::protocol::api::fabric {

inline constexpr std::string_view tenant_manager_read = "tenant-manager-api:read";
inline constexpr std::string_view tenant_manager_write = "tenant-manager-api:write";
inline constexpr std::string_view provision_manager_read = "provision-manager-api:read";
inline constexpr std::string_view provision_manager_write = "provision-manager-api:write";

/// The scopes of an API of the fabric: reading, and everything else.
struct Scopes {
  std::string_view read;
  std::string_view write;
};

/// Fills in what all routes of the fabric have in common; a route that names its scope keeps it.
consteval RouteInfo with_fabric_defaults(RouteInfo info, Scopes scopes) {
  const bool reads = info.method == Method::get;
  const bool has_body =
      info.method == Method::post || info.method == Method::put || info.method == Method::patch;
  info.concern = Concern::provisioning;
  info.errors = ErrorBody::cfm;
  info.body = has_body ? BodyFormat::json : BodyFormat::none;
  if (info.scope.empty()) info.scope = reads ? scopes.read : scopes.write;
  return info;
}

consteval RouteInfo of_tenant_manager(RouteInfo info) {
  return with_fabric_defaults(info, {tenant_manager_read, tenant_manager_write});
}

consteval RouteInfo of_provision_manager(RouteInfo info) {
  return with_fabric_defaults(info, {provision_manager_read, provision_manager_write});
}

}  // namespace kontor::protocol::api::fabric
