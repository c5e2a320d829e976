#include "harness/benchmark.hpp"

#include <fmt/format.h>

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

void add(app::arguments::Syntax& line, std::uint64_t& value, const Amount& amount) {
  line.option(value, {.name = std::string(amount.name),
                      .meaning = std::string(amount.meaning),
                      .shows_default = true,
                      .bounds = amount.bounds});
}

int run(int count, char** arguments, const Benchmark& benchmark) {
  app::arguments::Syntax line({.text = benchmark.about});
  std::string json_file;
  // Programs stand in bench/SUBJECT of a build, kontor at its top.
  std::string program = (std::filesystem::canonical(arguments[0]).parent_path() / "../../kontor").string();
  line.option(json_file, {.name = "--json",
                          .meaning = "also write a list of {metric, value, unit, target} to this file",
                          .kind = "FILE"});
  line.option(program, {.name = "--kontor",
                        .meaning = "the program that is measured; default: of the same build",
                        .kind = "FILE"});
  benchmark.add_options(line);
  if (const auto code = line.read(count, arguments)) return *code;
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
