#include "dataplane/file/assembly.hpp"

namespace kontor::dataplane::file {

namespace config = platform::config;

config::Fields fields_of(config::Type<FileDataPlaneConfig>) {
  using C = FileDataPlaneConfig;
  return {
      config::field("root", &C::root,
                    "folder in which each participant context has a folder of its own, named by its id, for "
                    "data addresses of type File and for what is pushed to it; empty: files are not served"),
      config::field("threads", &C::threads, "threads that read and write files").at_least(1).at_most(64),
      config::field("parts_max", &C::parts_max, "most files and folders of one data address").at_least(1)};
}

Result<platform::assembly::Built<FileDataPlaneAssembly::Provides>> FileDataPlaneAssembly::build(
    Requires needs, const Config& config) {
  auto disk = std::make_unique<Disk>(config.threads);
  auto sources = std::make_unique<FileSources>(
      disk->work(), FileOptions{.root = config.root, .parts_max = config.parts_max});
  auto sink = std::make_unique<FileSink>(disk->work(), config.root);
  needs.get<source::SourceKinds>().add(*sources);
  return platform::assembly::Built<Provides>{std::move(disk), std::move(sources), std::move(sink)};
}

}  // namespace kontor::dataplane::file
