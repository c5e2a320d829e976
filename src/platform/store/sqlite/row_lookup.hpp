#pragma once

#include <filesystem>

#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/store/sql/row_lookup.hpp"

namespace kontor::platform::store::sqlite {

struct ForeignFile {
  std::filesystem::path file;  ///< opened for reading alone, and no link
  Duration busy_max = std::chrono::seconds(1);
  std::uint64_t steps_max = 20'000'000;  ///< of SQLite's machine: a second or two, then it is broken off
};

/// The row, by column; null where there is none for the id, and where there are several. Blocks. Errors:
/// storage_failed (the file cannot be read, has no such table or column, or it takes too long).
Result<std::optional<json::Object>> look_up(const ForeignFile& from, const sql::RowLookup& lookup);

}  // namespace kontor::platform::store::sqlite
