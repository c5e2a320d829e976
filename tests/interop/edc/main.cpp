#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "interop/edc/run.hpp"

/// A real EDC and Kontor, each once consumer and once provider; what is run by `./dev interop edc`.
int main(int count, char** arguments) {
  using namespace kontor::interop::edc;
  Options options;
  CLI::App app("EDC and Kontor: catalog, negotiations, transfers");
  app.add_option("--class-path", options.class_path, "of EDC, as for java -cp")->required();
  app.add_option("--partner", options.program, "Kontor with the mock identity")->required();
  app.add_option("--folder", options.folder, "where logs and stores are kept; new")->required();
  app.add_option("--count", options.negotiations, "negotiations in each direction at each pace")
      ->check(CLI::Range(1, 10'000));
  CLI11_PARSE(app, count, arguments);
  Report report;
  play(report, options, Pace::as_shipped);
  play(report, options, Pace::tuned);
  fmt::print("{} passed, {} failed\n", report.passed(), report.failed());
  return report.failed() == 0 && report.passed() > 0 ? 0 : 1;
}
