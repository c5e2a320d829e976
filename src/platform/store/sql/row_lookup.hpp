#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor::platform::store::sql {

/// One row of a table in a database that is not ours. The names are an operator's; `id` is somebody's word,
/// and a value that is bound.
struct RowLookup {
  std::string table;
  std::string id_column;
  std::vector<std::string> columns;  ///< at least one
  std::string id;
};

inline constexpr std::size_t row_bytes_max = 256 * 1024;

/// A name as an identifier of SQL, whatever characters it has.
std::string quoted(std::string_view name);

/// `SELECT "a","b" FROM "t" WHERE "k" = {parameter} LIMIT 2`: a second row shows that there is none for the
/// id.
std::string statement_of(const RowLookup& lookup, std::string_view parameter);

}  // namespace kontor::platform::store::sql
