#include "platform/store/sql/list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/store/sql/condition.hpp"
#include "platform/store/sql/cursor.hpp"

namespace kontor::platform::store::sql {
namespace {

using protocol::query::Scalar;

Form form_of(entity::FieldType type) {
  switch (type) {
    case entity::FieldType::text:
      return Form::text;
    case entity::FieldType::number:
      return Form::number;
    case entity::FieldType::boolean:
      return Form::boolean;
    case entity::FieldType::instant:
      return Form::instant;
  }
  return Form::text;
}

Result<SortColumns> sort_columns(const protocol::query::Sort& sort, const Kind& kind, const Dialect& dialect,
                                 Parameters& parameters) {
  auto field = protocol::query::resolve(kind, sort.field);
  if (!field) return fail(std::move(field.error()));
  if (std::ranges::any_of(field->path, &PathSegment::any_element)) {
    return invalid("/sortField", "'{}' has several values: it cannot be sorted by", sort.field);
  }
  SortColumns columns;
  columns.descending = sort.descending;
  if (field->declared) {
    columns.expressions.push_back(dialect.scalar(*field));
    columns.forms.push_back(form_of(field->type));
    return columns;
  }
  // Text before number, and absent before both: ascending gives numbers, then texts.
  auto forms = dialect.free_scalar(*field, parameters);
  columns.expressions = {*forms.text, *forms.number};
  columns.forms = {Form::text, Form::number};
  return columns;
}

bool fits(const Scalar& key, Form form) {
  switch (form) {
    case Form::text:
      return std::holds_alternative<std::string>(key);
    case Form::number:
      return std::holds_alternative<std::int64_t>(key) || std::holds_alternative<double>(key);
    case Form::boolean:
      return std::holds_alternative<bool>(key) || std::holds_alternative<std::int64_t>(key);
    case Form::instant:
      return std::holds_alternative<std::int64_t>(key);
  }
  return false;
}

Value value_of(const Scalar& key) {
  return std::visit([](const auto& held) { return Value(held); }, key);
}

/// "Behind the place where the page before ended", for one order of columns with null as the smallest value:
/// (a behind) or (a same and b behind) or …
class Behind {
 public:
  Behind(const Dialect& dialect, Parameters& parameters) : dialect_(dialect), parameters_(parameters) {}

  void column(const std::string& expression, Form form, bool descending, const std::optional<Scalar>& key) {
    if (!key) {
      add(descending ? "FALSE" : fmt::format("{} IS NOT NULL", expression),
          fmt::format("{} IS NULL", expression));
      return;
    }
    const auto bound = dialect_.parameter(parameters_.add(value_of(*key)), form);
    add(descending ? fmt::format("({0} < {1} OR {0} IS NULL)", expression, bound)
                   : fmt::format("{} > {}", expression, bound),
        fmt::format("{} = {}", expression, bound));
  }

  std::string text() const { return fmt::format("({})", fmt::join(alternatives_, " OR ")); }

 private:
  void add(const std::string& behind, const std::string& same) {
    alternatives_.push_back(fmt::format("({}{})", same_so_far_, behind));
    same_so_far_ += same + " AND ";
  }

  const Dialect& dialect_;
  Parameters& parameters_;
  std::string same_so_far_;
  std::vector<std::string> alternatives_;
};

Result<std::string> behind_place(const ListStatement& list, const Place& place, const char* first_column,
                                 const Dialect& dialect, Parameters& parameters) {
  const auto refused = [] { return invalid("", "the cursor does not belong to this order"); };
  if (place.keys.size() != list.sorts.size() || (first_column && place.first.empty())) return refused();
  Behind behind(dialect, parameters);
  for (std::size_t i = 0; i < list.sorts.size(); ++i) {
    const auto& sort = list.sorts[i];
    const auto& key = place.keys[i];
    bool used = !key;
    for (std::size_t c = 0; c < sort.expressions.size(); ++c) {
      const bool own = key && fits(*key, sort.forms[c]);
      used = used || own;
      behind.column(sort.expressions[c], sort.forms[c], sort.descending, own ? key : std::nullopt);
    }
    if (!used) return refused();
  }
  if (first_column) behind.column(first_column, Form::text, false, Scalar(place.first));
  behind.column("e.id", Form::text, false, Scalar(place.id));
  return behind.text();
}

std::string order_of(const ListStatement& list, const char* first_column, const std::string& id = "e.id") {
  std::string order;
  for (const auto& sort : list.sorts) {
    for (const auto& expression : sort.expressions) {
      order += fmt::format("{} {}, ", expression, sort.descending ? "DESC NULLS LAST" : "ASC NULLS FIRST");
    }
  }
  if (first_column) order += fmt::format("{}, ", first_column);
  return order + id;
}

std::string owned(const Question& question, const Dialect& dialect, Parameters& parameters) {
  auto kind = fmt::format("e.kind = {}", literal(question.kind->name));
  if (!question.context) return kind;
  return fmt::format("e.context = {} AND {}",
                     dialect.parameter(parameters.add(question.context->str()), Form::text), kind);
}

std::optional<Scalar> key_of(std::span<const Value> columns) {
  std::optional<Scalar> key;
  for (const auto& column : columns) {
    std::visit(
        [&]<class T>(const T& held) {
          if constexpr (!std::is_same_v<T, std::nullptr_t>) {
            if (!key) key = held;
          }
        },
        column);
  }
  return key;
}

}  // namespace

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

Result<ListStatement> compile_list(const Question& question, const Dialect& dialect) {
  const auto& query = *question.query;
  if (auto checked = protocol::query::check(query); !checked) return fail(std::move(checked.error()));
  ListStatement list;
  list.limit = query.limit;
  list.across = question.context == nullptr;
  list.question = digest_of(question);
  const char* first_column = list.across ? "e.context" : nullptr;

  Parameters parameters;
  for (const auto& sort : query.sort) {
    auto columns = sort_columns(sort, *question.kind, dialect, parameters);
    if (!columns) return fail(std::move(columns.error()));
    list.sort_columns += columns->expressions.size();
    list.sorts.push_back(std::move(*columns));
  }
  auto where = owned(question, dialect, parameters);
  auto matching = condition(query.where, *question.kind, dialect, parameters);
  if (!matching) return fail(std::move(matching.error()));
  where += " AND " + *matching;
  if (query.after) {
    auto place = read_place(list.question, *query.after);
    if (!place) return fail(std::move(place.error()));
    auto behind = behind_place(list, *place, first_column, dialect, parameters);
    if (!behind) return fail(std::move(behind.error()));
    where += " AND " + *behind;
  }
  std::string selected(record_columns);
  for (const auto& sort : list.sorts) {
    for (const auto& expression : sort.expressions) selected += ", " + expression;
  }
  const auto number = [&](std::uint64_t value) {
    return dialect.parameter(parameters.add(static_cast<std::int64_t>(value)), Form::instant);
  };
  const auto id = picks_values(query.where, *question.kind) ? dialect.sorted("e.id") : "e.id";
  auto limit = number(list.limit + 1);
  auto offset = number(query.after ? 0 : std::min<std::uint64_t>(query.offset, INT64_MAX));
  list.statement.text = fmt::format("SELECT {} FROM entities e WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
                                    selected, where, order_of(list, first_column, id), limit, offset);
  list.statement.values = parameters.take();
  return list;
}

Result<Statement> compile_count(const Question& question, const Dialect& dialect) {
  protocol::query::Query query;
  query.where = question.query->where;
  if (auto checked = protocol::query::check(query); !checked) return fail(std::move(checked.error()));
  Parameters parameters;
  auto where = owned(question, dialect, parameters);
  auto matching = condition(query.where, *question.kind, dialect, parameters);
  if (!matching) return fail(std::move(matching.error()));
  return Statement{fmt::format("SELECT count(*) FROM entities e WHERE {} AND {}", where, *matching),
                   parameters.take()};
}

Result<ListStatement> compile_export(const ContextId& context, const std::string& cursor, std::size_t limit,
                                     const Dialect& dialect) {
  ListStatement list;
  list.limit = std::clamp<std::size_t>(limit, 1, protocol::query::Limits{}.page_max);
  list.question = digest_of_export(context);
  Parameters parameters;
  auto where = fmt::format("e.context = {}", dialect.parameter(parameters.add(context.str()), Form::text));
  if (!cursor.empty()) {
    auto read = protocol::query::read_cursor(cursor);
    if (!read) return fail(std::move(read.error()));
    auto place = read_place(list.question, *read);
    if (!place) return fail(std::move(place.error()));
    auto behind = behind_place(list, *place, "e.kind", dialect, parameters);
    if (!behind) return fail(std::move(behind.error()));
    where += " AND " + *behind;
  }
  auto rows = dialect.parameter(parameters.add(static_cast<std::int64_t>(list.limit + 1)), Form::instant);
  list.statement.text = fmt::format("SELECT {} FROM entities e WHERE {} ORDER BY {} LIMIT {}", record_columns,
                                    where, order_of(list, "e.kind"), rows);
  list.statement.values = parameters.take();
  return list;
}

Page page_of(const ListStatement& list, std::vector<ListedRow> rows) {
  Page page;
  const bool more = rows.size() > list.limit;
  if (more) {
    rows.resize(list.limit);
    const auto& last = rows.back();
    Place place;
    std::span<const Value> keys(last.keys);
    for (const auto& sort : list.sorts) {
      place.keys.push_back(key_of(keys.first(sort.expressions.size())));
      keys = keys.subspan(sort.expressions.size());
    }
    const bool is_export = list.question == digest_of_export(last.record.context);
    if (list.across) place.first = last.record.context.str();
    if (is_export) place.first = last.record.kind;
    place.id = last.record.id.str();
    page.next = write_place(list.question, place);
  }
  page.records.reserve(rows.size());
  for (auto& row : rows) page.records.push_back(std::move(row.record));
  return page;
}

}  // namespace kontor::platform::store::sql
