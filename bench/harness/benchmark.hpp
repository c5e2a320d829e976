#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "app/arguments/syntax.hpp"
#include "harness/report.hpp"

namespace kontor::bench {

/// An option of a benchmark that says how much is measured, with the value that it has as its default.
struct Amount {
  std::string_view name;
  std::string_view meaning;
  app::arguments::Bounds bounds = {.first = 1};
};
void add(app::arguments::Syntax& line, std::uint64_t& value, const Amount& amount);

/// What `run` is given.
struct Benchmark {
  std::string about;  ///< for --help
  std::function<void(app::arguments::Syntax&)> add_options;
  std::function<void(const std::filesystem::path& kontor, Report&)> measure;
};
int run(int count, char** arguments, const Benchmark& benchmark);

/// A benchmark's whole `main`: reads `--json`, `--kontor` and its own options, measures, prints the table.
/// `Options` holds its own at their defaults and adds them to the common ones: `void add_to(Syntax& line)`.
/// Returns the exit code: 0 when everything was measured, whether or not it meets its target.
template <class Options>
int run(int count, char** arguments, std::string about,
        const std::function<void(const std::filesystem::path& kontor, const Options&, Report&)>& measure) {
  Options options;
  return run(count, arguments,
             {.about = std::move(about),
              .add_options = [&](app::arguments::Syntax& line) { options.add_to(line); },
              .measure = [&](const std::filesystem::path& kontor,
                             Report& report) { measure(kontor, options, report); }});
}

/// The measuring of a class that is made of the program and the options: `void measure(Report&)`.
template <class Subject>
constexpr auto measured_by = [](const std::filesystem::path& kontor, const auto& options, Report& report) {
  Subject(kontor, options).measure(report);
};

}  // namespace kontor::bench
