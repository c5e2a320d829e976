#pragma once

#include "platform/store/postgres/internal/link.hpp"
#include "platform/store/store.hpp"

/// What is written beside transactions, each in one of its own.
namespace kontor::platform::store::postgres {

Result<void> erase_context(Link& link, const ContextId& context, const std::string& schema);
Result<void> set_aside(Link& link, const Quarantined& quarantined);
Result<void> take_back(Link& link, const ContextId& context, std::string_view kind, const EntityId& entity);
Result<std::optional<Lease>> take_lease(Link& link, const Command& system, const Lease& wanted, Instant now);
Result<void> give_lease_back(Link& link, const Command& system, const Lease& lease);
Result<void> delete_expired(Link& link, const Command& system, Instant now, Instant events_before);

}  // namespace kontor::platform::store::postgres
