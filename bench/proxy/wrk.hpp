#pragma once

#include <filesystem>
#include <vector>

#include "harness/data_plane.hpp"

namespace kontor::bench {

/// The load generator of Debian's package of that name, with one thread.
class Wrk {
 public:
  /// Asks a port of this machine for one access after the other, each so many times.
  Wrk(std::filesystem::path folder, int port, const std::vector<Access>& what, std::size_t requests_each);

  struct Done {
    double requests = 0;
    double seconds = 0;
  };
  /// Throws when an answer is not 200 with the 200 bytes of the small body.
  Done run(std::size_t connections, std::size_t seconds) const;

 private:
  std::filesystem::path folder_;
  int port_;
  std::size_t requests_each_;
};

}  // namespace kontor::bench
