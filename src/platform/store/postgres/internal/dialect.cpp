#include "platform/store/postgres/internal/dialect.hpp"

#include <fmt/format.h>

namespace kontor::platform::store::postgres {
namespace {

std::string member(std::string_view body, const std::vector<sql::PathSegment>& path) {
  std::string expression(body);
  for (const auto& segment : path) expression += fmt::format(" -> {}", sql::literal(segment.name));
  return "(" + expression + ")";
}

std::string typed(std::string_view form, const std::string& value, std::string_view read) {
  return fmt::format("CASE jsonb_typeof({}) WHEN '{}' THEN {} END", value, form, read);
}

std::string text_of(const std::string& value) {
  return "(" + typed("string", value, fmt::format("({} #>> '{{}}')", value)) + " COLLATE \"C\")";
}
std::string boolean_of(const std::string& value) {
  return "(" + typed("boolean", value, fmt::format("{}::boolean", value)) + ")";
}

/// The field in the form of its type. Whole numbers stay exact in `numeric`; an index compares them as
/// doubles.
std::string declared(const sql::ResolvedField& field, std::string_view body, std::string_view number_type) {
  const auto value = member(body, field.path);
  switch (field.type) {
    case entity::FieldType::text:
      return text_of(value);
    case entity::FieldType::number:
      return "(" + typed("number", value, fmt::format("{}::{}", value, number_type)) + ")";
    case entity::FieldType::boolean:
      return boolean_of(value);
    case entity::FieldType::instant:
      return fmt::format("kontor_instant({})", value);
  }
  return {};
}

}  // namespace

std::string slot_expression(std::string_view path) {
  return declared(sql::field_at(path), "body", "double precision");
}

std::string Dialect::parameter(std::size_t number, sql::Form form) const {
  switch (form) {
    case sql::Form::text:
      return fmt::format("${}::text", number);
    case sql::Form::number:
      return fmt::format("${}::numeric", number);
    case sql::Form::boolean:
      return fmt::format("${}::boolean", number);
    case sql::Form::instant:
      return fmt::format("${}::bigint", number);
  }
  return {};
}

std::string Dialect::scalar(const sql::ResolvedField& field) const {
  const auto slot = field.indexed ? slots_.find(sql::path_of(field)) : slots_.end();
  if (slot != slots_.end()) return "e." + slot->second;
  return declared(field, "e.body", "numeric");
}

sql::Forms Dialect::free_scalar(const sql::ResolvedField& field, sql::Parameters& parameters) const {
  const auto found = values_at(field.path, parameters);
  const auto forms = forms_of(found.value);
  const auto selected = [&](const std::string& expression) {
    return fmt::format("(SELECT {} FROM {} WHERE {})", expression, found.from, found.where);
  };
  return {.text = selected(*forms.text), .number = selected(*forms.number)};
}

/// `->` with a text finds nothing in what is no object, so the names of a path are followed one by one.
/// PostgreSQL knows how many rows there are.
std::string Dialect::sorted(const std::string& expression) const {
  return expression;
}

sql::Found Dialect::values_at(const std::vector<sql::PathSegment>& path, sql::Parameters& parameters) const {
  sql::Found found;
  std::string current = "e.body";
  int rows = 0;
  for (const auto& segment : path) {
    current = fmt::format("({} -> {})", current, parameter(parameters.add(segment.name), sql::Form::text));
    if (!segment.any_element) continue;
    found.value = fmt::format("f{}", ++rows);
    found.from +=
        fmt::format("{}jsonb_array_elements(CASE jsonb_typeof({}) WHEN 'array' THEN {} END) {}",
                    found.from.empty() ? "" : " CROSS JOIN LATERAL ", current, current, found.value);
    current = found.value;
  }
  if (current == found.value) {
    found.where = "TRUE";
    return found;
  }
  found.value = fmt::format("f{}", ++rows);
  found.from += fmt::format("{}(SELECT {} AS {}) r{}", found.from.empty() ? "" : " CROSS JOIN LATERAL ",
                            current, found.value, rows);
  found.where = fmt::format("{} IS NOT NULL", found.value);
  return found;
}

std::string Dialect::is_present(const std::string& value) const {
  return fmt::format("jsonb_typeof({}) <> 'null'", value);
}
std::string Dialect::is_list(const std::string& value) const {
  return fmt::format("jsonb_typeof({}) = 'array'", value);
}

std::string Dialect::elements_of(const std::string& value, const std::string& element) const {
  return fmt::format("jsonb_array_elements(CASE jsonb_typeof({0}) WHEN 'array' THEN {0} END) {1}", value,
                     element);
}

sql::Forms Dialect::forms_of(const std::string& value) const {
  return {.text = text_of(value),
          .number = "(" + typed("number", value, fmt::format("{}::numeric", value)) + ")",
          .boolean = boolean_of(value),
          .instant = "(" + typed("string", value, fmt::format("kontor_instant({})", value)) + ")"};
}

std::string Dialect::pattern(std::string_view like, bool) const {
  return std::string(like);
}

std::string Dialect::is_like(const std::string& text, const std::string& pattern, bool ignore_case) const {
  return fmt::format("{} {} {} ESCAPE ''", text, ignore_case ? "ILIKE" : "LIKE", pattern);
}

std::string Dialect::contains(const std::string& text, const std::string& part) const {
  return fmt::format("strpos({}, {}) > 0", text, part);
}

std::string Dialect::starts_with(const std::string& text, const std::string& part) const {
  return fmt::format("starts_with({}, {})", text, part);
}

std::string Dialect::ends_with(const std::string& text, const std::string& part) const {
  return fmt::format("right({0}, length({1})) = {1}", text, part);
}

}  // namespace kontor::platform::store::postgres
