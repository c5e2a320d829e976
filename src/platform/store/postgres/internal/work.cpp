#include "platform/store/postgres/internal/work.hpp"

#include "platform/store/postgres/internal/read.hpp"
#include "platform/store/postgres/internal/write.hpp"

namespace kontor::platform::store::postgres {
namespace {

std::int64_t microseconds(Instant instant) {
  return instant.time_since_epoch().count();
}

Result<std::vector<Rows>> write(Link& link, std::vector<Command> commands) {
  commands.insert(commands.begin(), begin());
  commands.push_back(commit());
  auto answers = link.write(commands);
  if (answers && answers->back().tag() != "COMMIT") {
    return fail(ErrorCode::storage_failed, "PostgreSQL took the transaction back");
  }
  return answers;
}

Result<void> done(Result<std::vector<Rows>> answers) {
  if (!answers) return fail(std::move(answers.error()));
  return {};
}

}  // namespace

Result<void> erase_context(Link& link, const ContextId& context, const std::string& schema) {
  std::vector<Command> commands{wait_for_turn(schema), as_context(context)};
  for (const char* text :
       {"DELETE FROM entities WHERE context = $1", "DELETE FROM outbox WHERE context = $1",
        "DELETE FROM events WHERE context = $1", "DELETE FROM single_use WHERE context = $1",
        "DELETE FROM quarantine WHERE context = $1"}) {
    commands.push_back({text});
    commands.back().arguments.add(std::string_view(context.str()));
  }
  return done(write(link, std::move(commands)));
}

Result<void> set_aside(Link& link, const Quarantined& quarantined) {
  Command command{
      "INSERT INTO quarantine (context, kind, entity, reason, attempts, since) VALUES ($1, $2, $3, $4, "
      "(SELECT coalesce(max(attempts), 0) FROM outbox WHERE context = $1 AND kind = $2 AND entity = $3), $5) "
      "ON CONFLICT (context, kind, entity) DO UPDATE "
      "SET reason = excluded.reason, attempts = excluded.attempts, since = excluded.since"};
  command.arguments.add(std::string_view(quarantined.context.str()))
      .add(std::string_view(quarantined.kind))
      .add(std::string_view(quarantined.entity.str()))
      .add(std::string_view(quarantined.reason))
      .add(microseconds(quarantined.since));
  return done(write(link, {as_context(quarantined.context), std::move(command)}));
}

Result<void> take_back(Link& link, const ContextId& context, std::string_view kind, const EntityId& entity) {
  Command command{"DELETE FROM quarantine WHERE context = $1 AND kind = $2 AND entity = $3"};
  command.arguments.add(std::string_view(context.str())).add(kind).add(std::string_view(entity.str()));
  auto answers = write(link, {as_context(context), std::move(command)});
  if (!answers) return fail(std::move(answers.error()));
  if ((*answers)[2].tag() != "DELETE 0") return {};
  return fail(ErrorCode::not_found, "the {} '{}' is not in quarantine", kind, entity);
}

Result<std::optional<Lease>> take_lease(Link& link, const Command& system, const Lease& wanted, Instant now) {
  Command command{
      "INSERT INTO leases AS l (name, owner, fence, expires_at) VALUES ($1, $2, 1, $3) "
      "ON CONFLICT (name) DO UPDATE SET fence = l.fence + (l.owner <> $2 OR l.expires_at <= $4)::int, owner "
      "= $2, "
      "expires_at = $3 WHERE l.owner = $2 OR l.expires_at <= $4 RETURNING fence"};
  command.arguments.add(std::string_view(wanted.name))
      .add(std::string_view(wanted.owner))
      .add(microseconds(wanted.expires_at))
      .add(microseconds(now));
  auto answers = write(link, {system, std::move(command)});
  if (!answers) return fail(std::move(answers.error()));
  const auto& row = (*answers)[2];
  if (row.size() == 0) return std::optional<Lease>{};
  Lease lease = wanted;
  lease.fence = static_cast<std::uint64_t>(row.number(0, 0));
  return std::optional(std::move(lease));
}

Result<void> give_lease_back(Link& link, const Command& system, const Lease& lease) {
  Command command{"UPDATE leases SET expires_at = 0 WHERE name = $1 AND owner = $2 AND fence = $3"};
  command.arguments.add(std::string_view(lease.name))
      .add(std::string_view(lease.owner))
      .add(static_cast<std::int64_t>(lease.fence));
  return done(write(link, {system, std::move(command)}));
}

Result<void> delete_expired(Link& link, const Command& system, Instant now, Instant events_before) {
  Command keys{"DELETE FROM single_use WHERE expires_at <= $1"};
  keys.arguments.add(microseconds(now));
  Command events{
      "DELETE FROM events WHERE sequence < coalesce((SELECT sequence FROM events WHERE at >= $1 "
      "ORDER BY sequence LIMIT 1), 9223372036854775807)"};
  events.arguments.add(microseconds(events_before));
  return done(write(link, {system, std::move(keys), std::move(events)}));
}

}  // namespace kontor::platform::store::postgres
