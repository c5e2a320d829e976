#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/entity/kind.hpp"
#include "platform/store/sql/dialect.hpp"

namespace kontor::platform::store::sql {

/// An indexed field of a kind. Fields whose path goes through a list have none.
struct FieldIndex {
  std::string name;          ///< `field:<kind>:<field>:<digest>`, at most 63 bytes, as PostgreSQL has it
  std::string field_prefix;  ///< of the names that the same field had in another form
  std::string kind;
  ResolvedField field;
};

std::vector<FieldIndex> indexes_of(std::span<const entity::Kind* const> kinds);

/// FNV-1a, eight hexadecimal digits: tells two forms of a name apart.
std::string short_digest(std::string_view text);

}  // namespace kontor::platform::store::sql
