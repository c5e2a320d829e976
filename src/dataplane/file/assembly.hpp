#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dataplane/file/file_sink.hpp"
#include "dataplane/file/file_source.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"

namespace kontor::dataplane::file {

struct FileDataPlaneConfig {
  std::string root;
  std::size_t threads = 4;
  std::size_t parts_max = 10'000;
};
platform::config::Fields fields_of(platform::config::Type<FileDataPlaneConfig>);

/// Threads for files; they end after what reads and writes on them.
class Disk {
 public:
  explicit Disk(std::size_t threads) : work_(threads) {}
  platform::async::Offload& work() { return work_; }

 private:
  platform::async::Offload work_;
};

/// Sources and sink of files. Without a root there are neither.
struct FileDataPlaneAssembly {
  static constexpr std::string_view name = "file-data-plane";
  using Requires = platform::assembly::Services<source::SourceKinds>;
  using Provides = platform::assembly::Services<Disk, FileSources, FileSink>;
  using Config = FileDataPlaneConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::dataplane::file
