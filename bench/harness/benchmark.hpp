#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "app/arguments/syntax.hpp"
#include "harness/report.hpp"

namespace kontor::bench {

/// What a benchmark is, beside its measuring.
struct Benchmark {
  std::string about;                                          ///< for --help
  std::function<void(app::arguments::Syntax&)> options = {};  ///< adds its own to the common ones
  std::function<void(const std::filesystem::path& kontor, Report&)> measure;
};

/// A benchmark's whole `main`: reads `--json`, `--kontor` and its own options, measures, prints the table.
/// Returns the exit code: 0 when everything was measured, whether or not it meets its target.
int run(int count, char** arguments, const Benchmark& benchmark);

}  // namespace kontor::bench
