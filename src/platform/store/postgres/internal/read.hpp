#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/store/postgres/internal/dialect.hpp"
#include "platform/store/postgres/internal/link.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::store::postgres {

/// Whose rows a transaction reaches: those of one context, or all of them in another role.
Command as_context(const ContextId& context);
Command as_system(const std::string& role);

Result<std::optional<Record>> load(Link& link, const ContextId& context, std::string_view kind,
                                   const EntityId& id);

struct ListInput {
  const ContextId* context;  ///< none: all contexts
  const Kind* kind;
  protocol::query::Query query;
};
Result<Page> list(Link& link, const Command& scope, const ListInput& input, const Dialect& dialect);
Result<std::uint64_t> count(Link& link, const ListInput& input, const Dialect& dialect);
Result<Page> export_page(Link& link, const ContextId& context, const std::string& cursor, std::size_t limit);

struct After {
  std::uint64_t sequence;
  std::size_t limit;
};
Result<std::vector<AuditRow>> audit(Link& link, const ContextId& context, After after);
Result<std::vector<Quarantined>> quarantined(Link& link, const ContextId& context);
Result<std::vector<Quarantined>> quarantined_across(Link& link, const Command& system,
                                                    const QuarantineQuery& query);
Result<std::vector<OutboxRow>> pending_effects(Link& link, const Command& system, const EffectFilter& filter,
                                               After after);
Result<std::vector<StoredEvent>> events(Link& link, const Command& system, After after);
Result<std::vector<StoredEvent>> events_of(Link& link, const ContextId& context, After after);
Result<std::uint64_t> last_event_of(Link& link, const ContextId& context);
Result<std::vector<Record>> due(Link& link, const Command& system, std::string_view kind, Instant until,
                                std::size_t limit);
Result<std::optional<Instant>> next_due(Link& link, const Command& system, std::string_view kind);

}  // namespace kontor::platform::store::postgres
