#include "harness/benchmark.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "installation/driver.hpp"

namespace kontor::bench {
namespace {

int failed(std::string_view why) {
  fmt::print(stderr, "the benchmark failed: {}\n", why);
  return 1;
}

}  // namespace

int run(int count, char** arguments, const Benchmark& benchmark) {
  CLI::App app(benchmark.about);
  std::string json_file;
  // Programs stand in bench/SUBJECT of a build, kontor at its top.
  std::string program = (std::filesystem::canonical(arguments[0]).parent_path() / "../../kontor").string();
  app.add_option("--json", json_file, "also write a list of {metric, value, unit, target} to this file")
      ->type_name("FILE");
  app.add_option("--kontor", program, "the program that is measured; default: of the same build")
      ->type_name("FILE");
  if (benchmark.options) benchmark.options(app);
  CLI11_PARSE(app, count, arguments);
  try {
    const auto machine = this_machine();
    Report report;
    benchmark.measure(std::filesystem::canonical(program), report);
    report.print(machine);
    if (!json_file.empty()) report.write_json(json_file);
    return 0;
  } catch (const std::exception& failure) {
    return failed(failure.what());
  } catch (const installation::Failed& failure) {
    return failed(failure.why);
  }
}

}  // namespace kontor::bench
