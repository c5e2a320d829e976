#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/json.hpp"

/// The keywords that are understood. A keyword of a schema is one of them: `check_schema` sees to it.
namespace kontor::protocol::json_schema::internal {

inline constexpr std::size_t depth_max = 64;  ///< of schemas in one another

/// What stands below a keyword.
enum class Below : std::uint8_t {
  nothing,  ///< values that are no schemas
  schema,   ///< one schema
  list,     ///< schemas in a list
  members,  ///< schemas by name
};

struct Keyword {
  std::string_view name;
  Below below;
  bool asserts;  ///< says something of a value; the others are looked up or for people
};

/// Null: it is not understood.
const Keyword* keyword_named(std::string_view name);

/// The pointer of a member.
std::string child(const std::string& pointer, std::string_view key);

}  // namespace kontor::protocol::json_schema::internal
