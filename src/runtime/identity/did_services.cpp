#include "runtime/identity/did_services.hpp"

#include <algorithm>

#include "protocol/did/did.hpp"

namespace kontor::runtime::identity {

Result<void> change(IdentityContext& context, ServiceChange change) {
  auto& services = context.services;
  const auto absolute = [&](const std::string& id) { return protocol::did::absolute_id(context.did, id); };
  const auto found = std::ranges::find(services, absolute(change.service.id),
                                       [&](const auto& each) { return absolute(each.id); });
  if (change.kind == ServiceChange::Kind::add) {
    if (found != services.end())
      return fail(ErrorCode::conflict, "{} has a service '{}': replace it", context.did, change.service.id);
    if (services.size() >= services_max)
      return fail(ErrorCode::conflict, "a DID document has at most {} services", services_max);
    services.push_back(std::move(change.service));
    return {};
  }
  if (found == services.end())
    return fail(ErrorCode::not_found, "{} has no service '{}'", context.did, change.service.id);
  if (change.kind == ServiceChange::Kind::remove) {
    services.erase(found);
  } else {
    *found = std::move(change.service);
  }
  return {};
}

}  // namespace kontor::runtime::identity
