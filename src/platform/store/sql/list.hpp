#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "platform/store/sql/dialect.hpp"
#include "platform/store/store.hpp"

/// Queries as statements: filtered and ordered by the database, page by page from where the page before
/// ended.
namespace kontor::platform::store::sql {

/// What is selected of each entity, in the order in which `Record` is read back.
inline constexpr std::string_view record_columns =
    "e.context, e.kind, e.id, e.version, e.codec_version, e.due_at, e.created_at, e.updated_at, e.body";
inline constexpr int record_column_count = 9;

inline constexpr std::string_view effect_columns =
    "context, id, kind, entity, name, body, trace, sequence, attempts, carrier";
inline constexpr std::string_view quarantine_columns =
    "context, kind, entity, reason, effect, attempts, since";

/// How many rows one call answers at most, whatever it asks for.
inline std::int64_t row_limit(std::size_t asked) {
  return static_cast<std::int64_t>(std::min<std::size_t>(asked, 10'000));
}

/// Who asks what of which kind.
struct Question {
  const ContextId* context;  ///< none: all contexts
  const Kind* kind;
  const protocol::query::Query* query;
};

/// One `Sort` as it is selected: one column, or two (text, number) where the type of the field is not known.
struct SortColumns {
  std::vector<std::string> expressions;
  std::vector<Form> forms;
  bool descending = false;
};

struct ListStatement {
  Statement statement;  ///< selects `record_columns`, then the columns of `sorts`
  std::vector<SortColumns> sorts;
  std::size_t sort_columns = 0;  ///< how many columns the sorts have together
  std::size_t limit = 0;         ///< one row more is selected, to know whether there is a next page
  bool across = false;
  std::uint64_t question = 0;  ///< digest that binds a cursor to its question
};

/// Errors: invalid_input (an unknown field, a field that has several values to sort by, a cursor of another
/// question).
Result<ListStatement> compile_list(const Question& question, const Dialect& dialect);
/// Ignores order, limit, offset and cursor.
Result<Statement> compile_count(const Question& question, const Dialect& dialect);
/// Everything of a context, by kind and id. An empty cursor begins.
Result<ListStatement> compile_export(const ContextId& context, const std::string& cursor, std::size_t limit,
                                     const Dialect& dialect);

struct ListedRow {
  Record record;
  std::vector<Value> keys;  ///< of the sort columns
};
Page page_of(const ListStatement& list, std::vector<ListedRow> rows);

}  // namespace kontor::platform::store::sql
