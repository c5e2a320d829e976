#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/store/sql/row_lookup.hpp"

namespace kontor::platform::store::postgres {

struct ForeignDatabase {
  std::string url;  ///< a connection string
  std::string schema = "public";
  Duration statement_max = std::chrono::seconds(2);
  Duration connect_max = std::chrono::seconds(3);
};

/// Rows of a PostgreSQL database that is not ours, read in transactions that cannot write, by a role that may
/// not write either: one that could write the table is refused. One connection, made anew when it has broken;
/// may be used by several threads, one after the other.
class RowReader {
 public:
  explicit RowReader(ForeignDatabase from);
  ~RowReader();

  /// The row, by column; null where there is none for the id, and where there are several. Blocks. Errors:
  /// storage_failed (it cannot be reached, has no such table or column, the role may write, it takes too
  /// long); too_large.
  Result<std::optional<json::Object>> look_up(const sql::RowLookup& lookup);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::platform::store::postgres
