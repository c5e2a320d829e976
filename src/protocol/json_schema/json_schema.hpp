#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

/// The part of JSON Schema 2019-09 by which bodies of our APIs are described: types, values, sizes, members,
/// elements, combinations, conditions and references. Patterns and formats are not checked: a schema with a
/// pattern is refused, a format is taken as an annotation, as the specification allows. [JSON Schema
/// Validation 2019-09 §6, Core §9]
namespace kontor::protocol::json_schema {

/// A schema document by its URL without fragment; null: there is none.
using Documents = std::function<const json::Value*(std::string_view url)>;

/// A URL and what stands behind its `#`.
struct Reference {
  std::string url;
  std::string pointer;  ///< a JSON pointer; empty: the whole document
};
Reference split_reference(std::string_view text);

/// Whether everything in the schema is understood. Errors: invalid_input, with the pointer of the keyword
/// that is not, or of one that is used wrongly.
Result<void> check_schema(const json::Value& schema);

/// The URLs of other documents that a schema refers to, as they are written: one that is not absolute names
/// no document.
std::set<std::string> referred_documents(const json::Value& schema, std::string_view own_url);

/// Whether there is a schema at `schema_url`, which may have a fragment. Errors: invalid_input.
Result<void> check_reference(std::string_view schema_url, const Documents& documents);

/// Holds a value against the schema at `schema_url`, which may have a fragment. Errors: invalid_input with
/// the pointer of the member and the rule that it breaks; also, wherever it stands, for a reference that
/// leads to no schema, and for more than 64 schemas within one another.
Result<void> validate(const json::Value& value, std::string_view schema_url, const Documents& documents);

}  // namespace kontor::protocol::json_schema
