#include "protocol/json_schema/json_schema.hpp"

#include <algorithm>
#include <array>

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

/// Visits a schema and those below it, with their pointers.
Result<void> for_each_schema(const Value& schema, const std::string& pointer, std::size_t depth,
                             const std::function<Result<void>(const Object&, const std::string&)>& visit) {
  if (depth > depth_max) return invalid(pointer, "schemas stand more than {} deep in one another", depth_max);
  if (schema.is_bool()) return {};
  const auto* object = schema.if_object();
  if (!object) return invalid(pointer, "must be a schema: an object, true or false");
  if (auto done = visit(*object, pointer); !done) return done;
  for (const auto& member : *object) {
    const auto* known = keyword_named(member.key());
    if (!known || known->below == Below::nothing) continue;
    const auto at = child(pointer, member.key());
    const auto go_on = [&](const Value& next, const std::string& where) {
      return for_each_schema(next, where, depth + 1, visit);
    };
    if (known->below == Below::schema) {
      if (auto done = go_on(member.value(), at); !done) return done;
    } else if (known->below == Below::list) {
      const auto* list = member.value().if_array();
      if (!list || list->empty()) return invalid(at, "must be a list of schemas");
      for (std::size_t i = 0; i < list->size(); ++i) {
        if (auto done = go_on((*list)[i], at + "/" + std::to_string(i)); !done) return done;
      }
    } else {
      const auto* members = member.value().if_object();
      if (!members) return invalid(at, "must be an object of schemas");
      for (const auto& each : *members) {
        if (auto done = go_on(each.value(), child(at, each.key())); !done) return done;
      }
    }
  }
  return {};
}

bool is_size(const Value& value) {
  return value.is_int64() ? value.get_int64() >= 0 : value.is_uint64();
}

bool is_type_name(const Value& value) {
  return value.is_string() &&
         std::ranges::find(type_names, std::string_view(value.get_string())) != type_names.end();
}

bool all_strings(const Value& value) {
  const auto* list = value.if_array();
  return list && std::ranges::all_of(*list, [](const Value& each) { return each.is_string(); });
}

/// The form of a keyword's value, where it is not a schema.
Result<void> check_form(std::string_view name, const Value& value, const std::string& at) {
  const bool length = name.starts_with("min") || name.starts_with("max");
  if (name == "minimum" || name == "maximum") {
    if (!value.is_number()) return invalid(at, "must be a number");
  } else if (length && !is_size(value)) {
    return invalid(at, "must be a whole number, not negative");
  }
  if (name == "$ref" && !value.is_string()) return invalid(at, "must be a text");
  if (name == "required" && !all_strings(value)) return invalid(at, "must be a list of names");
  if (name == "enum" && !value.is_array()) return invalid(at, "must be a list of values");
  if (name == "type") {
    const auto* list = value.if_array();
    const bool known = list ? std::ranges::all_of(*list, is_type_name) : is_type_name(value);
    if (!known) return invalid(at, "must be a type of JSON, or a list of them");
  }
  return {};
}

}  // namespace

Reference split_reference(std::string_view text) {
  const auto hash = text.find('#');
  if (hash == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, hash)), std::string(text.substr(hash + 1))};
}

Result<void> check_schema(const Value& schema) {
  return for_each_schema(schema, "", 0, [](const Object& object, const std::string& pointer) -> Result<void> {
    for (const auto& member : object) {
      const std::string_view name = member.key();
      if (!keyword_named(name))
        return invalid(child(pointer, name), "is a keyword that is not understood here");
      if (auto done = check_form(name, member.value(), child(pointer, name)); !done) return done;
    }
    return {};
  });
}

std::set<std::string> referred_documents(const Value& schema, std::string_view own_url) {
  std::set<std::string> urls;
  const auto collect = [&](const Object& object, const std::string&) -> Result<void> {
    const auto* reference = object.if_contains("$ref");
    if (!reference || !reference->is_string()) return {};
    auto target = split_reference(std::string_view(reference->get_string()));
    if (!target.url.empty() && target.url != own_url) urls.insert(std::move(target.url));
    return {};
  };
  // What is wrong with it is told by `check_schema`.
  static_cast<void>(for_each_schema(schema, "", 0, collect));
  return urls;
}

}  // namespace kontor::protocol::json_schema
