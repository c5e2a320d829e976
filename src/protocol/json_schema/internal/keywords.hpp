#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "protocol/json_schema/json_schema.hpp"

/// The keywords of the versions of JSON Schema. What a schema says is one of them: `check_schema` sees to it.
namespace kontor::protocol::json_schema::internal {

inline constexpr std::size_t depth_max = 64;  ///< of schemas in one another

/// What stands below a keyword.
enum class Below : std::uint8_t {
  nothing,         ///< values that are no schemas
  schema,          ///< one schema
  list,            ///< schemas in a list
  schema_or_list,  ///< one of both
  members,         ///< schemas by name
  dependencies,    ///< schemas or lists of names, by name
  refused,         ///< it is known and not supported: no schema may have it
};

using Dialects = std::uint8_t;  ///< a bit for each
constexpr Dialects only(Dialect dialect) {
  return static_cast<Dialects>(1U << static_cast<unsigned>(dialect));
}

struct Keyword {
  std::string_view name;
  Below below;
  bool asserts;  ///< says something of a value; the others are looked up or for people
  Dialects dialects;
};

/// Null: the version has none of this name.
const Keyword* keyword_named(std::string_view name, Dialect dialect);
/// Whether any version has one of this name.
bool is_keyword_somewhere(std::string_view name);

/// The version that a document says it is written in. Errors: invalid_input for one that is not understood.
Result<Dialect> dialect_of(const json::Value& document, const Reading& reading);

/// `check_schema` for a part of a document of this version.
Result<void> check_part(const json::Value& schema, Dialect dialect, const Reading& reading);

/// The pointer of a member.
std::string child(const std::string& pointer, std::string_view key);

}  // namespace kontor::protocol::json_schema::internal
