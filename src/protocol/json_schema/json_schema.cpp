#include "protocol/json_schema/json_schema.hpp"

#include <algorithm>
#include <array>

#include "base/regex/pattern.hpp"
#include "protocol/json_schema/internal/keywords.hpp"

namespace kontor::protocol::json_schema {
namespace {

using internal::Below;
using internal::child;
using internal::depth_max;
using internal::keyword_named;
using json::Object;
using json::Value;

constexpr std::array type_names{"object", "array", "string", "boolean", "integer", "number", "null"};

bool all_strings(const Value& value) {
  const auto* list = value.if_array();
  return list && std::ranges::all_of(*list, [](const Value& each) { return each.is_string(); });
}

using Visit = std::function<Result<void>(const Object&, const std::string&)>;

/// Visits a schema and those below it, with their pointers.
class Walk {
 public:
  Walk(Dialect dialect, const Visit& visit) : dialect_(dialect), visit_(visit) {}

  Result<void> schema(const Value& schema, const std::string& pointer) {
    if (depth_ > depth_max)
      return invalid(pointer, "schemas stand more than {} deep in one another", depth_max);
    if (schema.is_bool()) return {};
    const auto* object = schema.if_object();
    if (!object) return invalid(pointer, "must be a schema: an object, true or false");
    if (auto done = visit_(*object, pointer); !done) return done;
    ++depth_;
    for (const auto& member : *object) {
      const auto* known = keyword_named(member.key(), dialect_);
      if (!known) continue;
      if (auto done = below(known->below, member.value(), child(pointer, member.key())); !done) return done;
    }
    --depth_;
    return {};
  }

 private:
  Result<void> below(Below what, const Value& value, const std::string& at) {
    switch (what) {
      case Below::nothing:
      case Below::refused:
        return {};
      case Below::schema:
        return schema(value, at);
      case Below::list:
        return list(value, at);
      case Below::schema_or_list:
        return value.is_array() ? list(value, at) : schema(value, at);
      case Below::members:
      case Below::dependencies:
        return members(value, at, what == Below::dependencies);
    }
    return {};
  }

  Result<void> list(const Value& value, const std::string& at) {
    const auto* schemas = value.if_array();
    if (!schemas || schemas->empty()) return invalid(at, "must be a list of schemas");
    for (std::size_t i = 0; i < schemas->size(); ++i) {
      if (auto done = schema((*schemas)[i], at + "/" + std::to_string(i)); !done) return done;
    }
    return {};
  }

  Result<void> members(const Value& value, const std::string& at, bool or_names) {
    const auto* object = value.if_object();
    if (!object) return invalid(at, "must be an object of schemas");
    for (const auto& each : *object) {
      const auto where = child(at, each.key());
      if (or_names && each.value().is_array()) {
        if (!all_strings(each.value())) return invalid(where, "must be a schema or a list of names");
      } else if (auto done = schema(each.value(), where); !done) {
        return done;
      }
    }
    return {};
  }

  Dialect dialect_;
  const Visit& visit_;
  std::size_t depth_ = 0;
};

bool is_size(const Value& value) {
  return value.is_int64() ? value.get_int64() >= 0 : value.is_uint64();
}

bool is_type_name(const Value& value) {
  return value.is_string() &&
         std::ranges::find(type_names, std::string_view(value.get_string())) != type_names.end();
}

Result<void> check_patterns(const Object& object, const std::string& at) {
  for (const auto& each : object) {
    auto compiled = regex::Pattern::compile(each.key());
    if (!compiled) return invalid(child(at, each.key()), "{}", compiled.error().detail);
  }
  return {};
}

Result<void> check_number(std::string_view name, const Value& value, Dialect dialect, const std::string& at) {
  if (name == "multipleOf" && !(value.is_number() && value.to_number<double>() > 0))
    return invalid(at, "must be a number above zero");
  if (name.starts_with("exclusive") && dialect == Dialect::draft_04)
    return value.is_bool() ? Result<void>{} : invalid(at, "must be true or false in draft 4");
  return value.is_number() ? Result<void>{} : invalid(at, "must be a number");
}

/// The form of a keyword's value, where it is not a schema.
Result<void> check_form(std::string_view name, const Value& value, Dialect dialect, const std::string& at) {
  constexpr std::array numbers{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"};
  const bool length = name.starts_with("min") || name.starts_with("max");
  if (std::ranges::find(numbers, name) != numbers.end()) {
    return check_number(name, value, dialect, at);
  }
  if (length && !is_size(value)) return invalid(at, "must be a whole number, not negative");
  if (name == "$ref" && !value.is_string()) return invalid(at, "must be a text");
  if (name == "required" && !all_strings(value)) return invalid(at, "must be a list of names");
  if (name == "enum" && !value.is_array()) return invalid(at, "must be a list of values");
  if (name == "uniqueItems" && !value.is_bool()) return invalid(at, "must be true or false");
  if (name == "pattern") {
    if (!value.is_string()) return invalid(at, "must be a text");
    auto compiled = regex::Pattern::compile(value.get_string());
    if (!compiled) return invalid(at, "{}", compiled.error().detail);
  }
  if (name == "patternProperties" && value.is_object()) return check_patterns(value.get_object(), at);
  if (name == "dependentRequired") {
    const auto* object = value.if_object();
    const auto names = [](const auto& each) { return all_strings(each.value()); };
    if (!object || !std::ranges::all_of(*object, names))
      return invalid(at, "must be an object of lists of names");
  }
  if (name == "type") {
    const auto* list = value.if_array();
    const bool known = list ? std::ranges::all_of(*list, is_type_name) : is_type_name(value);
    if (!known) return invalid(at, "must be a type of JSON, or a list of them");
  }
  return {};
}

Result<void> check_keyword(std::string_view name, const Value& value, Dialect dialect, const Reading& reading,
                           const std::string& at) {
  const auto* known = keyword_named(name, dialect);
  if (known && known->below != Below::refused) return check_form(name, value, dialect, at);
  if (!known && !reading.strict && !internal::is_keyword_somewhere(name)) return {};
  return invalid(at, "is a keyword that is not understood here");
}

}  // namespace

Reference split_reference(std::string_view text) {
  const auto hash = text.find('#');
  if (hash == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, hash)), std::string(text.substr(hash + 1))};
}

Result<void> check_schema(const Value& document, const Reading& reading) {
  const auto dialect = internal::dialect_of(document, reading);
  if (!dialect) return fail(dialect.error());
  return internal::check_part(document, *dialect, reading);
}

Result<void> internal::check_part(const Value& schema, Dialect dialect, const Reading& reading) {
  const Visit check = [&](const Object& object, const std::string& pointer) -> Result<void> {
    for (const auto& member : object) {
      auto done = check_keyword(member.key(), member.value(), dialect, reading, child(pointer, member.key()));
      if (!done) return done;
    }
    return {};
  };
  return Walk(dialect, check).schema(schema, "");
}

std::set<std::string> referred_documents(const Value& document, std::string_view own_url,
                                         const Reading& reading) {
  std::set<std::string> urls;
  const Visit collect = [&](const Object& object, const std::string&) -> Result<void> {
    const auto* reference = object.if_contains("$ref");
    if (!reference || !reference->is_string()) return {};
    auto target = split_reference(std::string_view(reference->get_string()));
    if (!target.url.empty() && target.url != own_url) urls.insert(std::move(target.url));
    return {};
  };
  // What is wrong with it is told by `check_schema`.
  const auto dialect = internal::dialect_of(document, reading).value_or(reading.unnamed);
  static_cast<void>(Walk(dialect, collect).schema(document, ""));
  return urls;
}

}  // namespace kontor::protocol::json_schema
