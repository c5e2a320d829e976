#include "protocol/json_schema/internal/keywords.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::protocol::json_schema::internal {
namespace {

constexpr Dialects draft_04 = only(Dialect::draft_04);
constexpr Dialects draft_2020_12 = only(Dialect::draft_2020_12);
constexpr Dialects newer = only(Dialect::draft_2019_09) | draft_2020_12;
constexpr Dialects older = draft_04 | only(Dialect::draft_2019_09);
constexpr Dialects all = draft_04 | newer;

constexpr std::array keywords{
    Keyword{"$ref", Below::nothing, true, all},
    Keyword{"type", Below::nothing, true, all},
    Keyword{"const", Below::nothing, true, newer},
    Keyword{"enum", Below::nothing, true, all},
    Keyword{"required", Below::nothing, true, all},
    Keyword{"minLength", Below::nothing, true, all},
    Keyword{"maxLength", Below::nothing, true, all},
    Keyword{"pattern", Below::nothing, true, all},
    Keyword{"minimum", Below::nothing, true, all},
    Keyword{"maximum", Below::nothing, true, all},
    Keyword{"exclusiveMinimum", Below::nothing, true, all},
    Keyword{"exclusiveMaximum", Below::nothing, true, all},
    Keyword{"multipleOf", Below::nothing, true, all},
    Keyword{"minItems", Below::nothing, true, all},
    Keyword{"maxItems", Below::nothing, true, all},
    Keyword{"uniqueItems", Below::nothing, true, all},
    Keyword{"minProperties", Below::nothing, true, all},
    Keyword{"maxProperties", Below::nothing, true, all},
    Keyword{"properties", Below::members, true, all},
    Keyword{"patternProperties", Below::members, true, all},
    Keyword{"additionalProperties", Below::schema, true, all},
    Keyword{"propertyNames", Below::schema, true, newer},
    Keyword{"dependencies", Below::dependencies, true, all},
    Keyword{"dependentRequired", Below::nothing, true, newer},
    Keyword{"dependentSchemas", Below::members, true, newer},
    Keyword{"items", Below::schema_or_list, true, older},
    Keyword{"items", Below::schema, true, draft_2020_12},
    Keyword{"additionalItems", Below::schema, true, older},
    Keyword{"prefixItems", Below::list, true, draft_2020_12},
    Keyword{"contains", Below::schema, true, newer},
    Keyword{"minContains", Below::nothing, false, newer},
    Keyword{"maxContains", Below::nothing, false, newer},
    Keyword{"not", Below::schema, true, all},
    Keyword{"if", Below::schema, true, newer},
    Keyword{"then", Below::schema, false, newer},
    Keyword{"else", Below::schema, false, newer},
    Keyword{"allOf", Below::list, true, all},
    Keyword{"anyOf", Below::list, true, all},
    Keyword{"oneOf", Below::list, true, all},
    Keyword{"definitions", Below::members, false, all},
    Keyword{"$defs", Below::members, false, newer},
    Keyword{"id", Below::nothing, false, draft_04},
    Keyword{"$id", Below::nothing, false, all},
    Keyword{"$schema", Below::nothing, false, all},
    Keyword{"$comment", Below::nothing, false, all},
    Keyword{"title", Below::nothing, false, all},
    Keyword{"description", Below::nothing, false, all},
    Keyword{"default", Below::nothing, false, all},
    Keyword{"examples", Below::nothing, false, all},
    Keyword{"example", Below::nothing, false, all},
    Keyword{"format", Below::nothing, false, all},
    Keyword{"deprecated", Below::nothing, false, all},
    Keyword{"readOnly", Below::nothing, false, all},
    Keyword{"writeOnly", Below::nothing, false, all},
    Keyword{"contentEncoding", Below::nothing, false, all},
    Keyword{"contentMediaType", Below::nothing, false, all},
    Keyword{"unevaluatedItems", Below::refused, false, newer},
    Keyword{"unevaluatedProperties", Below::refused, false, newer},
    Keyword{"$anchor", Below::refused, false, newer},
    Keyword{"$dynamicAnchor", Below::refused, false, newer},
    Keyword{"$dynamicRef", Below::refused, false, newer},
    Keyword{"$recursiveAnchor", Below::refused, false, newer},
    Keyword{"$recursiveRef", Below::refused, false, newer},
    Keyword{"$vocabulary", Below::refused, false, newer},
};

/// Drafts 6 and 7 have the keywords of 2019-09 that are understood here under the same names.
constexpr std::array dialect_names{
    std::pair{std::string_view("json-schema.org/draft-04/schema"), Dialect::draft_04},
    std::pair{std::string_view("json-schema.org/draft-06/schema"), Dialect::draft_2019_09},
    std::pair{std::string_view("json-schema.org/draft-07/schema"), Dialect::draft_2019_09},
    std::pair{std::string_view("json-schema.org/draft/2019-09/schema"), Dialect::draft_2019_09},
    std::pair{std::string_view("json-schema.org/draft/2020-12/schema"), Dialect::draft_2020_12},
};

/// Without scheme and empty fragment, which are written in every way.
std::string_view bare(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  }
  if (url.ends_with('#')) url.remove_suffix(1);
  return url;
}

}  // namespace

const Keyword* keyword_named(std::string_view name, Dialect dialect) {
  const auto found = std::ranges::find_if(keywords, [&](const Keyword& each) {
    return each.name == name && (each.dialects & only(dialect)) != 0;
  });
  return found == keywords.end() ? nullptr : &*found;
}

bool is_keyword_somewhere(std::string_view name) {
  return std::ranges::find(keywords, name, &Keyword::name) != keywords.end();
}

Result<Dialect> dialect_of(const json::Value& document, const Reading& reading) {
  const auto* named = json::find(document, "$schema");
  if (!named) return reading.unnamed;
  const auto* text = named->if_string();
  if (!text) return invalid("/$schema", "must be a text");
  const auto found =
      std::ranges::find(dialect_names, bare(*text), &decltype(dialect_names)::value_type::first);
  if (found != dialect_names.end()) return found->second;
  return invalid("/$schema", "names a version of JSON Schema that is not understood here");
}

std::string child(const std::string& pointer, std::string_view key) {
  return pointer + "/" + json::pointer_segment(key);
}

}  // namespace kontor::protocol::json_schema::internal
