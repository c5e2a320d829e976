#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/id/id.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/message.hpp"

namespace kontor::dataplane::file {

namespace web = platform::http;

/// Where a part is to be, below the folder of a context.
struct Landing {
  ContextId context;
  std::string folder;  ///< made where it is missing
  std::string name;    ///< relative to it; empty: `sha256-{its digest}`
};

struct LandingRules {
  std::uint64_t bytes_max = 0;
  std::optional<std::string> sha256 = {};  ///< of the whole, lower-case hexadecimal
};

struct Landed {
  std::string path;  ///< below the folder of the context
  std::uint64_t bytes = 0;
  std::string sha256;  ///< lower-case hexadecimal
};

/// Writes bodies into files, whole or not at all: under no name until the last byte is synced, and then under
/// its own, synced with its folder. What was there by that name is replaced. Used on the io thread; writes on
/// `disk`, in constant memory.
class FileSink {
 public:
  /// `root`: of all contexts, as that of the sources.
  FileSink(platform::async::Offload& disk, std::filesystem::path root)
      : disk_(disk), root_(std::move(root)) {}

  /// Errors: invalid_input (a place that is none, another digest), too_large, storage_failed, those of the
  /// body.
  Task<Result<Landed>> take(Landing landing, web::Body body, LandingRules rules);

  bool has_root() const { return !root_.empty(); }
  /// Syncs of files and folders so far.
  std::uint64_t syncs() const { return syncs_; }

 private:
  platform::async::Offload& disk_;
  std::filesystem::path root_;
  std::atomic<std::uint64_t> syncs_ = 0;
};

}  // namespace kontor::dataplane::file
