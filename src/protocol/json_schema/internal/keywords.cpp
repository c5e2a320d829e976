#include "protocol/json_schema/internal/keywords.hpp"

#include <algorithm>
#include <array>

namespace kontor::protocol::json_schema::internal {
namespace {

constexpr std::array keywords{
    Keyword{"$ref", Below::nothing, true},
    Keyword{"type", Below::nothing, true},
    Keyword{"const", Below::nothing, true},
    Keyword{"enum", Below::nothing, true},
    Keyword{"required", Below::nothing, true},
    Keyword{"minLength", Below::nothing, true},
    Keyword{"maxLength", Below::nothing, true},
    Keyword{"minimum", Below::nothing, true},
    Keyword{"maximum", Below::nothing, true},
    Keyword{"minItems", Below::nothing, true},
    Keyword{"maxItems", Below::nothing, true},
    Keyword{"minProperties", Below::nothing, true},
    Keyword{"maxProperties", Below::nothing, true},
    Keyword{"properties", Below::members, true},
    Keyword{"additionalProperties", Below::schema, true},
    Keyword{"items", Below::schema, true},
    Keyword{"contains", Below::schema, true},
    Keyword{"not", Below::schema, true},
    Keyword{"if", Below::schema, true},
    Keyword{"then", Below::schema, false},
    Keyword{"else", Below::schema, false},
    Keyword{"allOf", Below::list, true},
    Keyword{"anyOf", Below::list, true},
    Keyword{"oneOf", Below::list, true},
    Keyword{"definitions", Below::members, false},
    Keyword{"$defs", Below::members, false},
    Keyword{"$id", Below::nothing, false},
    Keyword{"$schema", Below::nothing, false},
    Keyword{"$comment", Below::nothing, false},
    Keyword{"title", Below::nothing, false},
    Keyword{"description", Below::nothing, false},
    Keyword{"default", Below::nothing, false},
    Keyword{"examples", Below::nothing, false},
    Keyword{"example", Below::nothing, false},
    Keyword{"format", Below::nothing, false},
    Keyword{"deprecated", Below::nothing, false},
    Keyword{"readOnly", Below::nothing, false},
    Keyword{"writeOnly", Below::nothing, false},
};

}  // namespace

const Keyword* keyword_named(std::string_view name) {
  const auto found = std::ranges::find(keywords, name, &Keyword::name);
  return found == keywords.end() ? nullptr : &*found;
}

std::string child(const std::string& pointer, std::string_view key) {
  return pointer + "/" + json::pointer_segment(key);
}

}  // namespace kontor::protocol::json_schema::internal
