#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "platform/async/clock.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::store::sqlite {

struct SqliteConfig {
  std::filesystem::path file;   ///< made when it does not exist; its folder must
  std::size_t readers = 2;      ///< connections that read, each on a thread of its own
  bool own_threads = true;      ///< false: all work runs on the io thread, for simulations
  std::size_t batch_max = 128;  ///< transactions that share a commit
  std::size_t writes_waiting_max = 10'000;
  std::size_t reads_waiting_max = 10'000;
  std::uint32_t checkpoint_pages = 4000;         ///< of the write-ahead log, then it is copied into the file
  Duration busy_max = std::chrono::seconds(10);  ///< how long another process may hold the file's write lock
  Duration events_kept = std::chrono::hours(24 * 7);
  std::string file_system = {};  ///< name of a registered SQLite VFS; empty: the usual one
};

/// A store in one file, durable at each commit (write-ahead log, synchronous=FULL). Brings the file's schema
/// up to date and gives indexed fields of `kinds` their columns; kinds must outlive the store. Several
/// processes may open one file, but are told of their own changes only. Errors: storage_failed (cannot be
/// opened, no database of ours, written by a newer version).
Task<Result<std::unique_ptr<Store>>> open_sqlite(async::Clock& clock, SqliteConfig config,
                                                 std::span<const Kind* const> kinds);

}  // namespace kontor::platform::store::sqlite
