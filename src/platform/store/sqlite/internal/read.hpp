#pragma once

#include <vector>

#include "platform/store/sql/slots.hpp"
#include "platform/store/sqlite/internal/connection.hpp"

namespace kontor::platform::store::sqlite {

Result<std::optional<Record>> load(Connection& connection, const ContextId& context, std::string_view kind,
                                   const EntityId& id);

struct ListInput {
  const ContextId* context;  ///< none: all contexts
  const Kind* kind;
  const sql::KindSlots* slots;  ///< of the kind
  protocol::query::Query query;
};
Result<Page> list(Connection& connection, const ListInput& input);
Result<std::uint64_t> count(Connection& connection, const ListInput& input);
Result<Page> export_page(Connection& connection, const ContextId& context, const std::string& cursor,
                         std::size_t limit);

Result<std::vector<AuditRow>> audit(Connection& connection, const ContextId& context, std::uint64_t after,
                                    std::size_t limit);
Result<std::vector<Quarantined>> quarantined(Connection& connection, const ContextId& context);
Result<std::vector<Quarantined>> quarantined_across(Connection& connection, const QuarantineQuery& query);
Result<std::vector<OutboxRow>> pending_effects(Connection& connection, const EffectFilter& filter,
                                               std::uint64_t after, std::size_t limit);
Result<std::vector<StoredEvent>> events(Connection& connection, std::uint64_t after, std::size_t limit);
Result<std::vector<StoredEvent>> events_of(Connection& connection, const ContextId& context,
                                           std::uint64_t after, std::size_t limit);
Result<std::uint64_t> last_event_of(Connection& connection, const ContextId& context);
Result<std::vector<Record>> due(Connection& connection, std::string_view kind, Instant until,
                                std::size_t limit);
Result<std::optional<Instant>> next_due(Connection& connection, std::string_view kind);

}  // namespace kontor::platform::store::sqlite
