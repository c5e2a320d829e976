#include "platform/store/sql/row_lookup.hpp"

#include <fmt/format.h>

namespace kontor::platform::store::sql {

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char each : name) {
    text += each;
    if (each == '"') text += each;
  }
  return text + "\"";
}

std::string statement_of(const RowLookup& lookup, std::string_view parameter) {
  std::string columns;
  for (const auto& each : lookup.columns) columns += (columns.empty() ? "" : ",") + quoted(each);
  return fmt::format("SELECT {} FROM {} WHERE {} = {} LIMIT 2", columns, quoted(lookup.table),
                     quoted(lookup.id_column), parameter);
}

}  // namespace kontor::platform::store::sql
