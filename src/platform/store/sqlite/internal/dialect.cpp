#include "platform/store/sqlite/internal/dialect.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>

#include "base/time/time.hpp"

namespace kontor::platform::store::sqlite {
namespace {

constexpr std::int64_t milliseconds_max = 253'402'300'799'999;  // the year 9999

void instant_function(sqlite3_context* call, int, sqlite3_value** arguments) {
  sqlite3_value* value = arguments[0];
  const int type = sqlite3_value_type(value);
  std::optional<std::int64_t> instant;
  if (type == SQLITE_INTEGER) instant = microseconds_of_milliseconds(sqlite3_value_int64(value));
  if (type == SQLITE_TEXT) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    instant = microseconds_of_text({text, static_cast<std::size_t>(sqlite3_value_bytes(value))});
  }
  if (instant) sqlite3_result_int64(call, *instant);
}

/// Whether `$."name"` reaches the member: SQLite's paths know no escapes.
bool is_plain(std::string_view name) {
  return std::ranges::none_of(
      name, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

std::string path_of(const std::vector<sql::PathSegment>& path) {
  std::string text = "$";
  for (const auto& segment : path) text += fmt::format(".\"{}\"", segment.name);
  return text;
}

}  // namespace

std::optional<std::int64_t> microseconds_of_text(std::string_view text) {
  if (text.size() < 20 || text.size() > 64 || text[4] != '-' || text[10] != 'T') return std::nullopt;
  const auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return instant->time_since_epoch().count();
}

std::optional<std::int64_t> microseconds_of_milliseconds(std::int64_t milliseconds) {
  if (milliseconds > milliseconds_max || milliseconds < -milliseconds_max) return std::nullopt;
  return milliseconds * 1000;
}

std::string Dialect::parameter(std::size_t number, sql::Form) const {
  return fmt::format("?{}", number);
}

std::string Dialect::scalar(const sql::ResolvedField& field) const {
  const auto slot = field.indexed ? slots_.find(sql::path_of(field)) : slots_.end();
  if (slot != slots_.end()) return "e." + slot->second;
  auto value = fmt::format("json_extract(e.body, {})", sql::literal(path_of(field.path)));
  return field.type == entity::FieldType::instant ? fmt::format("kontor_instant({})", value) : value;
}

sql::Forms Dialect::free_scalar(const sql::ResolvedField& field, sql::Parameters& parameters) const {
  const auto found = values_at(field.path, parameters);
  const auto forms = forms_of(found.value);
  const auto selected = [&](const std::string& expression) {
    return fmt::format("(SELECT {} FROM {} WHERE {})", expression, found.from, found.where);
  };
  return {.text = selected(*forms.text), .number = selected(*forms.number)};
}

/// The planner takes the order for granted where it walks the index by id, and a scan of all of a kind for
/// cheaper than looking some tens of values up.
std::string Dialect::sorted(const std::string& expression) const {
  return "+" + expression;
}

sql::Found Dialect::values_at(const std::vector<sql::PathSegment>& path, sql::Parameters& parameters) const {
  sql::Found found;
  std::string current = "e.body";
  std::string pending = "$";
  int rows = 0;
  const auto join = [&](const std::string& source) {
    found.value = fmt::format("f{}", ++rows);
    found.from += fmt::format("{}{} {}", found.from.empty() ? "" : ", ", source, found.value);
  };
  const auto only = [&](std::string_view type) {
    return fmt::format("CASE {0}.type WHEN '{1}' THEN {0}.value END", found.value, type);
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto& segment = path[i];
    if (i + 1 < path.size() && !segment.any_element && is_plain(segment.name)) {
      pending += fmt::format(".\"{}\"", segment.name);
      continue;
    }
    join(fmt::format("json_each({}, {})", current, parameter(parameters.add(pending), sql::Form::text)));
    found.where += fmt::format("{}{}.key = {}", found.where.empty() ? "" : " AND ", found.value,
                               parameter(parameters.add(segment.name), sql::Form::text));
    if (segment.any_element) join(fmt::format("json_each({})", only("array")));
    current = only("object");
    pending = "$";
  }
  return found;
}

std::string Dialect::is_present(const std::string& value) const {
  return value + ".type <> 'null'";
}
std::string Dialect::is_list(const std::string& value) const {
  return value + ".type = 'array'";
}

std::string Dialect::elements_of(const std::string& value, const std::string& element) const {
  return fmt::format("json_each(CASE {0}.type WHEN 'array' THEN {0}.value END) {1}", value, element);
}

sql::Forms Dialect::forms_of(const std::string& value) const {
  const auto text = fmt::format("CASE {0}.type WHEN 'text' THEN {0}.value END", value);
  return {.text = text,
          .number = fmt::format("CASE WHEN {0}.type IN ('integer', 'real') THEN {0}.value END", value),
          .boolean = fmt::format("CASE WHEN {0}.type IN ('true', 'false') THEN {0}.value END", value),
          .instant = fmt::format("kontor_instant({})", text)};
}

/// GLOB is the one that minds case: `*` any run, `?` one character, brackets a set.
std::string Dialect::pattern(std::string_view like, bool ignore_case) const {
  if (ignore_case) return std::string(like);
  std::string glob;
  for (const char c : like) {
    if (c == '%') {
      glob += '*';
    } else if (c == '_') {
      glob += '?';
    } else if (c == '*' || c == '?' || c == '[') {
      glob += fmt::format("[{}]", c);
    } else {
      glob += c;
    }
  }
  return glob;
}

std::string Dialect::is_like(const std::string& text, const std::string& pattern, bool ignore_case) const {
  return fmt::format("{} {} {}", text, ignore_case ? "LIKE" : "GLOB", pattern);
}

std::string Dialect::contains(const std::string& text, const std::string& part) const {
  return fmt::format("instr({}, {}) > 0", text, part);
}

std::string Dialect::starts_with(const std::string& text, const std::string& part) const {
  return fmt::format("substr({0}, 1, length({1})) = {1}", text, part);
}

std::string Dialect::ends_with(const std::string& text, const std::string& part) const {
  return fmt::format("substr({0}, length({0}) - length({1}) + 1, length({1})) = {1}", text, part);
}

int register_functions(sqlite3* database) {
  return sqlite3_create_function_v2(database, "kontor_instant", 1,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                    instant_function, nullptr, nullptr, nullptr);
}

}  // namespace kontor::platform::store::sqlite
