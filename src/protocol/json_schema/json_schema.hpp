#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

/// The part of JSON Schema by which bodies of our APIs and subjects of credentials are described: types,
/// values, sizes, patterns, members, elements, combinations, conditions and references, as draft 4, 2019-09
/// and 2020-12 have them. A format is an annotation, as the specification allows; what depends on what other
/// schemas have looked at (`unevaluatedProperties`, `$dynamicRef`) is refused. [JSON Schema Validation
/// 2019-09 and 2020-12 §6, Core §9 and §10; draft 4, Validation §5]
namespace kontor::protocol::json_schema {

/// The versions in which a keyword may mean something else. Drafts 6 and 7 are read as 2019-09.
enum class Dialect : std::uint8_t { draft_04, draft_2019_09, draft_2020_12 };

/// How schemas are read.
struct Reading {
  Dialect unnamed = Dialect::draft_2019_09;  ///< of a document without `$schema`
  /// Whether a name that no version knows is refused as a slip. Otherwise it says nothing of a value, as the
  /// specification has it (Core 2019-09 §4.3.1).
  bool strict = true;
};

/// A schema document by its URL without fragment; null: there is none.
using Documents = std::function<const json::Value*(std::string_view url)>;

/// A URL and what stands behind its `#`.
struct Reference {
  std::string url;
  std::string pointer;  ///< a JSON pointer; empty: the whole document
};
Reference split_reference(std::string_view text);

/// Whether everything in a document is understood. Errors: invalid_input, with the pointer of the keyword
/// that is not, or of one that is used wrongly.
Result<void> check_schema(const json::Value& document, const Reading& reading = {});

/// The URLs of other documents that a document refers to, as they are written: one that is not absolute names
/// none.
std::set<std::string> referred_documents(const json::Value& document, std::string_view own_url,
                                         const Reading& reading = {});

/// Whether there is a schema at `schema_url`, which may have a fragment. Errors: invalid_input.
Result<void> check_reference(std::string_view schema_url, const Documents& documents,
                             const Reading& reading = {});

/// Holds a value against the schema at `schema_url`, which may have a fragment. Errors: invalid_input with
/// the pointer of the member and the rule that it breaks; also, wherever it stands, for a reference that
/// leads to no schema, for more than 64 schemas within one another, and for one that takes too long.
Result<void> validate(const json::Value& value, std::string_view schema_url, const Documents& documents,
                      const Reading& reading = {});

}  // namespace kontor::protocol::json_schema
