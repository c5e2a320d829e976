#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor/descriptor.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

/// Files that are replaced as a whole, durable and under a lock between processes. All calls block. May be
/// used by several threads at once.
namespace kontor::platform::vault::file {

/// Which version of a file this is: differs after every `replace`, also across removal.
struct FileIdentity {
  std::uint64_t inode = 0;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ns = 0;

  bool operator==(const FileIdentity&) const = default;
};

struct FileContent {
  FileIdentity identity;
  Bytes bytes;
};

class Folder {
 public:
  /// Makes the folder (mode 0700) when it is not there. Errors of all: storage_failed.
  static Result<Folder> open(const std::filesystem::path& path);

  /// Nothing where there is no such file.
  Result<std::optional<FileIdentity>> identity(const std::string& name) const;
  /// Refused: files of more than `bytes_max`.
  Result<std::optional<FileContent>> read(const std::string& name, std::size_t bytes_max) const;
  std::vector<std::string> names_ending_with(std::string_view suffix) const;

  /// Held until it is destroyed, or its process dies. Names that share a lock wait for each other, processes
  /// and threads alike; it is held for the time of one file's writing.
  using Lock = Descriptor;
  Result<Lock> lock(std::string_view name) const;
  /// The same for all names at once.
  Result<Lock> lock_all() const;

  struct Replacement {
    const std::string& name;
    BytesView bytes;
  };
  /// The file has these bytes and they are on the disk when this succeeds; before, it has all of its old
  /// ones.
  Result<FileIdentity> replace(const Lock& lock, const Replacement& replacement) const;
  /// Gone for good when this succeeds, an unfinished replacement too. Takes a lock of all names.
  Result<void> remove(const Lock& lock_of_all, const std::string& name) const;

  /// How often the disk was waited for.
  std::uint64_t syncs() const { return *syncs_; }

 private:
  Folder(std::filesystem::path path, Descriptor folder)
      : path_(std::move(path)), folder_(std::move(folder)) {}
  struct Range {
    std::int64_t start;
    std::int64_t length;  ///< 0: to the end
  };
  Result<Lock> lock_range(Range range) const;
  Result<void> sync() const;

  std::filesystem::path path_;
  Descriptor folder_;
  std::shared_ptr<std::atomic<std::uint64_t>> syncs_ = std::make_shared<std::atomic<std::uint64_t>>(0);
};

}  // namespace kontor::platform::vault::file
