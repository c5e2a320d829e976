#pragma once

#include "platform/store/postgres/internal/link.hpp"
#include "platform/store/postgres/internal/write.hpp"
#include "platform/store/store.hpp"

/// What is written beside transactions, each in one of its own.
namespace kontor::platform::store::postgres {

struct Claim {
  std::string carrier;
  std::vector<std::string> kinds;
  Instant now;
};

/// What of the context's entities there was.
Result<std::vector<Change>> erase_context(Link& link, const ContextId& context, const std::string& schema,
                                          const Announcement& announcement);
Result<void> set_aside(Link& link, const Quarantined& quarantined);
Result<void> take_back(Link& link, const Quarantined& entity, const Announcement& announcement);
Result<Claimed> claim_effects(Link& link, const Command& system, const std::string& schema,
                              const Claim& claim);
Result<std::optional<Lease>> take_lease(Link& link, const Command& system, const Lease& wanted, Instant now);
Result<void> give_lease_back(Link& link, const Command& system, const Lease& lease,
                             const Announcement& announcement);
struct Sweep {
  Instant now;
  Duration events_kept;
  std::size_t limit;
};
Result<Swept> delete_expired(Link& link, const Command& system, const Sweep& sweep);

}  // namespace kontor::platform::store::postgres
