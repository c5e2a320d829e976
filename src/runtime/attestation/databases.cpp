#include "runtime/attestation/databases.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "platform/store/postgres/row_lookup.hpp"
#include "platform/store/sqlite/row_lookup.hpp"

namespace kontor::runtime::attestation {

namespace config = platform::config;
namespace sql = platform::store::sql;
using domain::issuance::DatabaseSource;
using platform::store::postgres::RowReader;

namespace {

constexpr std::size_t waiting_max = 64;  ///< look-ups, before more are told to come later

/// The operator's own spelling of a name; null where it is not allowed.
const std::string* find_name(const std::vector<std::string>& allowed, const std::string& name) {
  const auto found = std::ranges::find(allowed, name);
  return found == allowed.end() ? nullptr : &*found;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& each : names) text += (text.empty() ? "" : ", ") + each;
  return text;
}

bool stays_below(const std::filesystem::path& file) {
  return file.is_relative() && std::ranges::none_of(file, [](const auto& part) { return part == ".."; });
}

std::unexpected<Error> refused(std::string_view member, std::string rule) {
  return invalid("/configuration/" + std::string(member), "{}", rule);
}

}  // namespace

config::Fields fields_of(config::Type<TableConfig>) {
  using C = TableConfig;
  return {config::field("name", &C::name, "the table").required().not_empty(),
          config::field("columns", &C::columns, "columns that attestations may read and find rows by")
              .required()
              .not_empty()};
}

config::Fields fields_of(config::Type<DatabaseConfig>) {
  using C = DatabaseConfig;
  return {config::field("name", &C::name, "how attestations name it (dataSourceName)").required().not_empty(),
          config::field("file", &C::file, "a file of SQLite below attestation.database_folder"),
          config::field("postgres_url", &C::postgres_url,
                        "connection string of PostgreSQL, of a role that may SELECT and nothing else"),
          config::field("postgres_schema", &C::postgres_schema, "schema of its tables"),
          config::field("tables", &C::tables, "tables that attestations may read").required().not_empty(),
          config::field("issuers", &C::issuers, "participant contexts of the issuers that may ask it")
              .required()
              .not_empty()};
}

config::Fields fields_of(config::Type<AttestationConfig>) {
  using C = AttestationConfig;
  return {config::field("database_folder", &C::database_folder,
                        "where files of SQLite stand that attestations read"),
          config::field("databases", &C::databases, "databases that attestations of issuers may ask"),
          config::field("statement_max", &C::statement_max, "time that PostgreSQL has for a statement")
              .at_least(std::chrono::milliseconds(10))
              .at_most(std::chrono::seconds(20)),
          config::field("threads", &C::threads, "threads that read databases").at_least(1).at_most(16)};
}

Result<void> validate(const AttestationConfig& settings) {
  std::set<std::string_view> names;
  for (const auto& each : settings.databases) {
    const bool is_file = !each.file.empty();
    if (!names.insert(each.name).second)
      return fail(ErrorCode::invalid_input, "databases: '{}' is there twice", each.name);
    if (is_file != each.postgres_url.empty())
      return fail(ErrorCode::invalid_input, "databases: '{}' has either a file or a postgres_url", each.name);
    if (is_file && settings.database_folder.empty())
      return fail(ErrorCode::invalid_input, "databases: '{}' is a file, and there is no database_folder",
                  each.name);
    if (is_file && !stays_below(each.file))
      return fail(ErrorCode::invalid_input, "databases: the file of '{}' is not below database_folder",
                  each.name);
  }
  return {};
}

struct Databases::State {
  /// The look-up in the operator's words. Errors: as `check`.
  Result<sql::RowLookup> lookup_of(const ContextId& issuer, const DatabaseSource& source) const;
  Result<const DatabaseConfig*> find(const ContextId& issuer, const DatabaseSource& source) const;
  Result<std::optional<json::Object>> read(const DatabaseConfig& from, const sql::RowLookup& lookup);

  AttestationConfig settings;
  std::map<std::string, std::unique_ptr<RowReader>, std::less<>> readers;
  std::size_t waiting = 0;
  platform::async::Offload threads;
};

Databases::Databases(AttestationConfig settings) {
  const auto threads = settings.databases.empty() ? 0 : settings.threads;
  state_.reset(new State{std::move(settings), {}, 0, platform::async::Offload(threads)});
  for (const auto& each : state_->settings.databases) {
    if (each.postgres_url.empty()) continue;
    state_->readers.emplace(each.name, std::make_unique<RowReader>(platform::store::postgres::ForeignDatabase{
                                           .url = each.postgres_url.reveal(),
                                           .schema = each.postgres_schema,
                                           .statement_max = state_->settings.statement_max}));
  }
}
Databases::~Databases() = default;

/// What others may ask is as unknown as what is not there.
Result<const DatabaseConfig*> Databases::State::find(const ContextId& issuer,
                                                     const DatabaseSource& source) const {
  const auto& all = settings.databases;
  const auto found = std::ranges::find(all, source.data_source, &DatabaseConfig::name);
  if (found == all.end() || !find_name(found->issuers, issuer.str()))
    return refused("dataSourceName",
                   fmt::format("there is no data source '{}' for this issuer", source.data_source));
  return &*found;
}

Result<sql::RowLookup> Databases::State::lookup_of(const ContextId& issuer,
                                                   const DatabaseSource& source) const {
  const auto from = find(issuer, source);
  if (!from) return fail(from.error());
  const auto table = std::ranges::find((*from)->tables, source.table, &TableConfig::name);
  if (table == (*from)->tables.end())
    return refused("tableName", fmt::format("the table '{}' may not be read", source.table));
  const auto rule = [&](const std::string& column) {
    return fmt::format("the column '{}' may not be read; these may: {}", column, listed(table->columns));
  };
  const auto* id_column = find_name(table->columns, source.id_column);
  if (!id_column) return refused("idColumn", rule(source.id_column));
  sql::RowLookup lookup{.table = table->name, .id_column = *id_column, .columns = {}, .id = {}};
  for (std::size_t i = 0; i < source.columns.size(); ++i) {
    const auto* column = find_name(table->columns, source.columns[i]);
    if (!column) return invalid(fmt::format("/configuration/columns/{}", i), "{}", rule(source.columns[i]));
    lookup.columns.push_back(*column);
  }
  if (lookup.columns.empty()) lookup.columns = table->columns;
  return lookup;
}

Result<void> Databases::check(const ContextId& issuer, const DatabaseSource& source) const {
  auto lookup = state_->lookup_of(issuer, source);
  if (!lookup) return fail(std::move(lookup.error()));
  return {};
}

Result<std::optional<json::Object>> Databases::State::read(const DatabaseConfig& from,
                                                           const sql::RowLookup& lookup) {
  if (const auto reader = readers.find(from.name); reader != readers.end())
    return reader->second->look_up(lookup);
  const auto file = std::filesystem::path(settings.database_folder) / from.file;
  return platform::store::sqlite::look_up({.file = file}, lookup);
}

/// What the operator does not allow any more is not there for now: no holder is refused for it.
Task<Result<json::Object>> Databases::row(ContextId issuer, DatabaseSource source, std::string id) {
  auto& state = *state_;
  auto lookup = state.lookup_of(issuer, source);
  const auto from = state.find(issuer, source);
  if (!lookup || !from)
    co_return fail_as(ErrorCode::unavailable, lookup ? from.error() : lookup.error(), "{}",
                      source.data_source);
  if (state.waiting >= waiting_max)
    co_return fail(ErrorCode::unavailable, "{}: too many look-ups are waiting", source.data_source);
  lookup->id = std::move(id);
  Result<std::optional<json::Object>> found = std::nullopt;
  ++state.waiting;
  co_await state.threads.run([&] { found = state.read(**from, *lookup); });
  --state.waiting;
  if (!found) co_return fail_as(ErrorCode::unavailable, std::move(found.error()), "{}", source.data_source);
  if (!*found)
    co_return fail(ErrorCode::forbidden, "{} has no row, or several, for {}", source.data_source, lookup->id);
  co_return std::move(**found);
}

}  // namespace kontor::runtime::attestation
