#include <fmt/format.h>

#include "app/arguments/syntax.hpp"
#include "interop/edc/identity.hpp"
#include "interop/edc/planes.hpp"

/// A real EDC and Kontor, each once consumer and once provider; what is run by `./dev interop edc`.
int main(int count, char** arguments) {
  using namespace kontor::interop::edc;
  Options options;
  kontor::app::arguments::Syntax line(
      {.text = "EDC and Kontor: catalog, negotiations, transfers, credentials"});
  line.option(options.class_path,
              {.name = "--class-path", .meaning = "of EDC with a mock identity, as for java -cp"});
  line.option(options.program, {.name = "--partner", .meaning = "Kontor with the mock identity"});
  line.option(options.plane_class_path, {.name = "--plane", .meaning = "class path of EDC's data plane"});
  line.option(options.control_class_path,
              {.name = "--control", .meaning = "class path of EDC's control plane, for --plane"});
  line.option(options.hub_class_path, {.name = "--hub", .meaning = "class path of EDC's identity hub"});
  line.option(options.dcp_class_path, {.name = "--dcp", .meaning = "class path of EDC with DCP"});
  line.option(options.kontor, {.name = "--kontor", .meaning = "the program"});
  line.option(options.folder,
              {.name = "--folder", .meaning = "where logs and stores are kept; new", .required = true});
  line.option(
      options.negotiations,
      {.name = "--count", .meaning = "negotiations in each direction at each pace", .bounds = {1, 10'000}});
  line.option(options.version,
              {.name = "--version", .meaning = "of the Dataspace Protocol: 2025-1 or 2024/1"});
  if (const auto code = line.read(count, arguments)) return *code;
  Report report;
  if (!options.class_path.empty()) {
    play(report, options, Pace::as_shipped);
    play(report, options, Pace::tuned);
  }
  if (!options.plane_class_path.empty()) play_planes(report, options);
  if (!options.hub_class_path.empty()) play_identity(report, options);
  fmt::print("{} passed, {} failed\n", report.passed(), report.failed());
  return report.failed() == 0 && report.passed() > 0 ? 0 : 1;
}
