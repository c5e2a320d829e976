#pragma once

#include <cstddef>
#include <filesystem>

#include "dataplane/source/source.hpp"
#include "platform/async/signal.hpp"

namespace kontor::dataplane::file {

namespace dps = protocol::dps;
namespace web = platform::http;

struct FileOptions {
  std::filesystem::path root;      ///< of all contexts; each has a folder of its own in it
  std::size_t parts_max = 10'000;  ///< files and folders of one source
};

/// Sources of type `File`: `path` below the folder of the context, a file or a folder. A pull of a folder
/// asks for its files by their paths where `proxyPath` is true. Reads on `disk`, which outlives every body.
class FileSources final : public source::SourceKind {
 public:
  FileSources(platform::async::Offload& disk, FileOptions options)
      : disk_(disk), options_(std::move(options)) {}

  std::string_view type() const override { return "File"; }
  Result<dps::DataAddress> read(const json::Node& address) const override;
  Task<Result<std::shared_ptr<source::Source>>> open(source::Reader reader,
                                                     dps::DataAddress address) override;

 private:
  platform::async::Offload& disk_;
  FileOptions options_;
};

}  // namespace kontor::dataplane::file
