#pragma once

#include <filesystem>
#include <string>

#include "harness/samples.hpp"

namespace kontor::bench {

/// Milliseconds of appending 4 KiB to a file in the folder and `fdatasync`, as often as asked.
Samples durable_appends(const std::filesystem::path& folder, std::size_t count);

/// What the figures were taken on.
struct Machine {
  std::string cpu;
  unsigned cores = 0;
  std::string kernel;
  double load = 0;  ///< of the last minute, when the benchmark began: what else was running
};
Machine this_machine();

}  // namespace kontor::bench
