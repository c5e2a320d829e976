#include "platform/store/postgres/internal/schema.hpp"

#include <fmt/format.h>

#include <array>

#include "platform/store/postgres/internal/migrations.hpp"
#include "platform/store/postgres/internal/slots.hpp"

namespace kontor::platform::store::postgres {
namespace {

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string filled(std::string text, const std::array<std::pair<std::string_view, std::string>, 3>& names) {
  for (const auto& [name, value] : names) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

/// The one row of a question.
Result<Rows> ask(Connection& connection, std::string_view question, Arguments arguments = {}) {
  auto answers = connection.run({{question, std::move(arguments)}});
  if (!answers) return fail(std::move(answers.error()));
  return std::move(answers->front());
}

class Migration {
 public:
  Migration(Connection& connection, const PostgresConfig& config, std::string app)
      : connection_(connection), schema_(quoted(config.schema)), app_(std::move(app)), config_(config) {}

  Result<void> bring_forward(Instant now) {
    auto made =
        connection_.execute(fmt::format("CREATE SCHEMA IF NOT EXISTS {}; CREATE TABLE IF NOT EXISTS "
                                        "schema_version (version bigint PRIMARY KEY, "
                                        "applied_at bigint NOT NULL)",
                                        schema_));
    if (!made) return made;
    auto version = ask(connection_, "SELECT coalesce(max(version), 0) FROM schema_version");
    if (!version) return fail(std::move(version.error()));
    const auto current = version->number(0, 0);
    if (current > static_cast<std::int64_t>(migrations.size())) {
      return fail(ErrorCode::storage_failed,
                  "schema {} has version {}, this program knows {}: use a newer one", schema_, current,
                  migrations.size());
    }
    for (auto next = static_cast<std::size_t>(current); next < migrations.size(); ++next) {
      auto applied =
          connection_.execute(fmt::format("BEGIN; {}; INSERT INTO schema_version VALUES ({}, {}); COMMIT",
                                          migrations[next], next + 1, now.time_since_epoch().count()));
      if (!applied) return applied;
    }
    return {};
  }

  /// Policies and privileges take locks that the work of other replicas runs into. So they are made anew only
  /// where they would become others than those that the last one left: for other roles, or by another
  /// program.
  Result<void> grant() {
    const auto statements =
        filled(grants,
               {{{"{app}", quoted(app_)}, {"{system}", quoted(config_.system_role)}, {"{schema}", schema_}}});
    Arguments arguments;
    for (const std::string_view each : {statements, app_, config_.system_role}) arguments.add(each);
    auto mark =
        ask(connection_,
            "SELECT encode(sha256(convert_to(concat_ws(' ', $1::text, string_agg(oid::text, ' ' ORDER "
            "BY rolname)), 'UTF8')), 'hex'), obj_description('schema_version'::regclass, 'pg_class') "
            "FROM pg_roles WHERE rolname IN ($2, $3)",
            std::move(arguments));
    if (!mark) return fail(std::move(mark.error()));
    const std::string wanted(mark->text(0, 0));
    if (mark->text(0, 1) == wanted) return {};
    return connection_.execute(
        fmt::format("BEGIN; {}; COMMENT ON TABLE schema_version IS '{}'; COMMIT", statements, wanted));
  }

 private:
  Connection& connection_;
  std::string schema_;
  std::string app_;
  const PostgresConfig& config_;
};

Result<std::string> working_role(const PostgresConfig& config) {
  auto session = Connection::open({config.url, config.schema, config.statement_max, config.connect_max});
  if (!session) return fail(std::move(session.error()), "connect as the working role");
  auto role = ask(**session, "SELECT current_user::text");
  if (!role) return fail(std::move(role.error()));
  return std::string(role->text(0, 0));
}

Result<void> migrate_as(Connection& owner, const PostgresConfig& config, std::string app, Instant now,
                        std::span<const Kind* const> kinds) {
  Migration migration(owner, config, std::move(app));
  auto done = migration.bring_forward(now);
  if (done) done = migration.grant();
  if (done) done = assign_slots(owner, kinds, config.schema);
  return done;
}

}  // namespace

Result<void> migrate(const PostgresConfig& config, Instant now, std::span<const Kind* const> kinds) {
  auto app = working_role(config);
  if (!app) return fail(std::move(app.error()));
  auto owner = Connection::open({config.owner_url, config.schema, std::chrono::hours(1), config.connect_max});
  if (!owner) return fail(std::move(owner.error()), "connect as the owner");
  Arguments name;
  name.add(std::string_view("kontor migration " + config.schema));
  auto locked = ask(**owner, "SELECT pg_advisory_lock(hashtextextended($1, 0))", name);
  if (!locked) return fail(std::move(locked.error()));
  auto done = migrate_as(**owner, config, std::move(*app), now, kinds);  // the lock ends with the session
  if (!done) return fail(std::move(done.error()), "migrate the schema {}", config.schema);
  return {};
}

Result<void> check_schema(Connection& connection, const PostgresConfig& config) {
  auto version = ask(connection, "SELECT coalesce(max(version), 0) FROM schema_version");
  if (!version) return fail(std::move(version.error()), "read the version of the schema {}", config.schema);
  if (version->number(0, 0) != static_cast<std::int64_t>(migrations.size())) {
    return fail(ErrorCode::storage_failed, "schema {} has version {}, this program needs {}", config.schema,
                version->number(0, 0), migrations.size());
  }
  Arguments system;
  system.add(std::string_view(config.system_role));
  auto role =
      ask(connection,
          "SELECT rolsuper OR rolbypassrls, pg_has_role(oid, $1::name, 'USAGE'), "
          "pg_has_role(oid, $1::name, 'MEMBER'), rolname::text FROM pg_roles WHERE rolname = current_user",
          system);
  if (!role) return fail(std::move(role.error()), "look at the roles");
  const auto name = role->text(0, 3);
  if (role->flag(0, 0) || role->flag(0, 1)) {
    return fail(
        ErrorCode::storage_failed,
        "the role {0} is not bound by row-level security: ALTER ROLE {0} NOSUPERUSER NOBYPASSRLS NOINHERIT",
        name);
  }
  if (!role->flag(0, 2)) {
    return fail(ErrorCode::storage_failed, "the role {0} may not become {1}: GRANT {1} TO {0}", name,
                config.system_role);
  }
  auto open_tables =
      ask(connection,
          "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
          "WHERE a.attname = 'context' AND c.relkind IN ('r', 'p') AND c.relnamespace = "
          "current_schema()::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity)");
  if (!open_tables) return fail(std::move(open_tables.error()));
  if (open_tables->number(0, 0) == 0) return {};
  return fail(ErrorCode::storage_failed, "{} tables of the schema {} have no forced row-level security",
              open_tables->number(0, 0), config.schema);
}

}  // namespace kontor::platform::store::postgres
