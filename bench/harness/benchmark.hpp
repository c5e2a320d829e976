#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "app/arguments/syntax.hpp"
#include "harness/report.hpp"

namespace kontor::bench {

/// What a benchmark is, beside its measuring.
struct Benchmark {
  std::string about;                                          ///< for --help
  std::function<void(app::arguments::Syntax&)> options = {};  ///< adds its own to the common ones
  std::function<void(const std::filesystem::path& kontor, Report&)> measure;
};

/// An option of a benchmark that says how much is measured, with the value that it has as its default.
struct Amount {
  std::string_view name;
  std::string_view meaning;
  app::arguments::Bounds bounds = {.first = 1};
};
void add(app::arguments::Syntax& line, std::uint64_t& value, const Amount& amount);

/// A benchmark's whole `main`: reads `--json`, `--kontor` and its own options, measures, prints the table.
/// Returns the exit code: 0 when everything was measured, whether or not it meets its target.
int run(int count, char** arguments, const Benchmark& benchmark);

}  // namespace kontor::bench
