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

Result<std::vector<Change>> erase_context(Link& link, const ContextId& context, const std::string& schema,
                                          const Announcement& announcement) {
  std::vector<Command> commands{wait_for_turn(schema), as_context(context)};
  for (const char* text :
       {"DELETE FROM outbox WHERE context = $1", "DELETE FROM events WHERE context = $1",
        "DELETE FROM single_use WHERE context = $1", "DELETE FROM quarantine WHERE context = $1"}) {
    commands.push_back({text});
    commands.back().arguments.add(std::string_view(context.str()));
  }
  commands.push_back(
      {"WITH gone AS (DELETE FROM entities WHERE context = $1 RETURNING kind, id) SELECT kind, id, "
       "pg_notify($2, concat_ws(chr(31), $3::text, 'entity', $1, kind, id, 0, '')) FROM gone"});
  commands.back()
      .arguments.add(std::string_view(context.str()))
      .add(std::string_view(announcement.channel))
      .add(std::string_view(announcement.origin));
  const auto last = commands.size();  // begin() stands before them
  auto answers = write(link, std::move(commands));
  if (!answers) return fail(std::move(answers.error()));
  const auto& rows = (*answers)[last];
  std::vector<Change> gone;
  for (int row = 0; row < rows.size(); ++row) {
    gone.push_back({context, std::string(rows.text(row, 0)), EntityId(std::string(rows.text(row, 1))), 0});
  }
  return gone;
}

Result<void> set_aside(Link& link, const Quarantined& quarantined) {
  Command command{
      "INSERT INTO quarantine (context, kind, entity, reason, effect, attempts, since) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, context, entity) DO UPDATE "
      "SET reason = excluded.reason, effect = excluded.effect, attempts = excluded.attempts, "
      "since = excluded.since"};
  command.arguments.add(std::string_view(quarantined.context.str()))
      .add(std::string_view(quarantined.kind))
      .add(std::string_view(quarantined.entity.str()))
      .add(std::string_view(quarantined.failure.reason))
      .add(std::string_view(quarantined.failure.effect))
      .add(std::int64_t{quarantined.failure.attempts})
      .add(microseconds(quarantined.since));
  return done(write(link, {as_context(quarantined.context), std::move(command)}));
}

Result<void> take_back(Link& link, const Quarantined& entity, const Announcement& announcement) {
  Command released{
      "WITH back AS (DELETE FROM quarantine WHERE context = $1 AND kind = $2 AND entity = $3 "
      "RETURNING context, kind, entity) SELECT b.kind, pg_notify($4, concat_ws(chr(31), $5::text, 'effects', "
      "b.context, b.kind, b.entity, coalesce(o.carrier, ''))) FROM back b LEFT JOIN LATERAL (SELECT carrier "
      "FROM outbox WHERE context = $1 AND kind = $2 AND entity = $3 ORDER BY sequence LIMIT 1) o ON true"};
  released.arguments.add(std::string_view(entity.context.str()))
      .add(std::string_view(entity.kind))
      .add(std::string_view(entity.entity.str()))
      .add(std::string_view(announcement.channel))
      .add(std::string_view(announcement.origin));
  auto answers = write(link, {as_context(entity.context), std::move(released)});
  if (!answers) return fail(std::move(answers.error()));
  if ((*answers)[2].size() > 0) return {};
  return fail(ErrorCode::not_found, "the {} '{}' is not in quarantine", entity.kind, entity.entity);
}

Result<Claimed> claim_effects(Link& link, const Command& system, const std::string& schema,
                              const Claim& claim) {
  // In the order of commits: whoever is looked for here has taken its lease before it committed.
  Command given{
      "UPDATE outbox SET carrier = $1, handed_over = true WHERE kind = ANY ($2) AND carrier <> $1 AND NOT "
      "EXISTS "
      "(SELECT 1 FROM leases l WHERE l.name = outbox.carrier AND l.expires_at > $3) RETURNING 1"};
  Command next{
      "SELECT min(expires_at) FROM leases WHERE expires_at > $3 AND name IN "
      "(SELECT carrier FROM outbox WHERE kind = ANY ($2) AND carrier <> $1)"};
  for (auto* command : {&given, &next}) {
    command->arguments.add(std::string_view(claim.carrier))
        .add(Texts(claim.kinds.begin(), claim.kinds.end()))
        .add(microseconds(claim.now));
  }
  auto answers = write(link, {wait_for_turn(schema), system, std::move(given), std::move(next)});
  if (!answers) return fail(std::move(answers.error()));
  Claimed claimed{static_cast<std::uint64_t>((*answers)[3].size()), std::nullopt};
  if (!(*answers)[4].is_null(0, 0)) claimed.next = (*answers)[4].instant(0, 0);
  return claimed;
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

Result<void> give_lease_back(Link& link, const Command& system, const Lease& lease,
                             const Announcement& announcement) {
  Command command{"UPDATE leases SET expires_at = 0 WHERE name = $1 AND owner = $2 AND fence = $3"};
  command.arguments.add(std::string_view(lease.name))
      .add(std::string_view(lease.owner))
      .add(static_cast<std::int64_t>(lease.fence));
  Command told{"SELECT pg_notify($1, concat_ws(chr(31), $2::text, 'look'))"};
  told.arguments.add(std::string_view(announcement.channel)).add(std::string_view(announcement.origin));
  return done(write(link, {system, std::move(command), std::move(told)}));
}

Result<Swept> delete_expired(Link& link, const Command& system, const Sweep& sweep) {
  const auto limit = static_cast<std::int64_t>(sweep.limit);
  Command keys{
      "DELETE FROM single_use WHERE (context, key) IN (SELECT context, key FROM single_use "
      "WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING 1"};
  keys.arguments.add(microseconds(sweep.now)).add(limit);
  // Events stand in the order of their time, so the oldest are looked at and no others.
  Command events{
      "DELETE FROM events WHERE sequence IN (SELECT sequence FROM (SELECT sequence, at FROM events "
      "ORDER BY sequence LIMIT $1) oldest WHERE at < $2) RETURNING 1"};
  events.arguments.add(limit).add(microseconds(sweep.now - sweep.events_kept));
  Command next{
      "SELECT least((SELECT min(expires_at) FROM single_use), "
      "(SELECT at + $1::bigint FROM events ORDER BY sequence LIMIT 1))"};
  next.arguments.add(static_cast<std::int64_t>(sweep.events_kept.count()));
  auto answers = write(link, {system, std::move(keys), std::move(events), std::move(next)});
  if (!answers) return fail(std::move(answers.error()));
  Swept swept{(*answers)[2].size() == limit || (*answers)[3].size() == limit, std::nullopt};
  if (!(*answers)[4].is_null(0, 0)) swept.next = (*answers)[4].instant(0, 0);
  return swept;
}

}  // namespace kontor::platform::store::postgres
