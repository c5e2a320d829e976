#pragma once

#include <filesystem>
#include <string>

#include "installation/child.hpp"

namespace kontor::bench {

/// An nginx of Debian's package: one process, which ends with this object.
class Nginx {
 public:
  /// `http` is what stands in that block of its configuration, beside the places of its temporary files.
  Nginx(const std::filesystem::path& folder, const std::string& http);

  pid_t pid() const { return process_.pid(); }

 private:
  installation::Child process_;
};

/// A source of data: `/large`, which is `large_bytes` of zeros, `/paced`, the same at 16 KiB a second,
/// `/small`, 200 bytes, and `/auth`, which answers 204 to everybody.
std::string source_servers(const std::filesystem::path& folder, int port, std::uint64_t large_bytes);

}  // namespace kontor::bench
