#include "platform/store/postgres/row_lookup.hpp"

#include <fmt/format.h>

#include "platform/store/postgres/internal/link.hpp"

namespace kontor::platform::store::postgres {

namespace {

constexpr std::string_view may_write =
    "SELECT rolsuper OR has_table_privilege(current_user, $1, 'INSERT, UPDATE, DELETE, TRUNCATE') "
    "FROM pg_catalog.pg_roles WHERE rolname = current_user";

/// Rows as JSON, so that numbers and truth values stay what they are; of a row that is too large, nothing.
std::string as_json(const std::string& statement) {
  return fmt::format(
      "SELECT CASE WHEN octet_length(line) <= {} THEN line END FROM "
      "(SELECT row_to_json(found)::text AS line FROM ({}) AS found) AS lines",
      sql::row_bytes_max, statement);
}

Result<std::optional<json::Object>> row_in(const Rows& rows) {
  if (rows.size() != 1) return std::nullopt;
  if (rows.is_null(0, 0))
    return fail(ErrorCode::too_large, "the row has more than {} bytes", sql::row_bytes_max);
  auto value = json::parse(rows.text(0, 0), {.bytes_max = sql::row_bytes_max});
  if (!value) return fail_as(ErrorCode::storage_failed, std::move(value.error()), "read the row");
  auto* row = value->if_object();
  if (!row) return fail(ErrorCode::storage_failed, "PostgreSQL: a row is no object");
  json::Object claims;
  for (auto& member : *row) {
    if (!member.value().is_null()) claims.insert_or_assign(member.key(), std::move(member.value()));
  }
  return claims;
}

}  // namespace

struct RowReader::State {
  ForeignDatabase from;
  Link link;
  std::mutex in_use;
};

RowReader::RowReader(ForeignDatabase from) {
  SessionConfig session{.url = from.url,
                        .schema = from.schema,
                        .statement_max = from.statement_max,
                        .connect_max = from.connect_max,
                        .settings = {{"default_transaction_read_only", "on"}}};
  state_.reset(new State{std::move(from), Link(std::move(session)), {}});
}
RowReader::~RowReader() = default;

Result<std::optional<json::Object>> RowReader::look_up(const sql::RowLookup& lookup) {
  const std::lock_guard alone(state_->in_use);
  const auto table = sql::quoted(state_->from.schema) + "." + sql::quoted(lookup.table);
  const auto statement = as_json(sql::statement_of(lookup, "$1"));
  std::vector<Command> commands{{"BEGIN READ ONLY"}, {may_write}, {statement}, {"COMMIT"}};
  commands[1].arguments.add(std::string_view(table));
  commands[2].arguments.add(std::string_view(lookup.id));
  auto answers = state_->link.read(commands);
  // The id is none that the column could hold.
  if (!answers && answers.error().code == ErrorCode::invalid_input) return std::nullopt;
  if (!answers) return fail(std::move(answers.error()));
  const auto& privileges = answers->at(1);
  if (privileges.size() != 1 || privileges.flag(0, 0))
    return fail(ErrorCode::storage_failed, "PostgreSQL: the role may write {}: it needs SELECT alone", table);
  return row_in(answers->at(2));
}

}  // namespace kontor::platform::store::postgres
