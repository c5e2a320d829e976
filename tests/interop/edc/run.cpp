#include "interop/edc/run.hpp"

#include <memory>

#include "interop/edc/directions.hpp"

namespace kontor::interop::edc {

namespace {

const std::string asset = "interop-asset";

}  // namespace

void play(Report& report, const Options& options, Pace pace) {
  const std::string name = pace == Pace::as_shipped ? "EDC as shipped" : "EDC tuned";
  const auto folder = options.folder / (pace == Pace::as_shipped ? "as-shipped" : "tuned");
  std::filesystem::create_directories(folder);
  const auto& version = options.version;
  Driver driver{std::string()};
  std::unique_ptr<Edc> edc;
  std::unique_ptr<Partner> partner;
  const bool ready = report.run(name + ": start", [&] {
    edc = std::make_unique<Edc>(driver, folder, EdcOptions{.class_path = options.class_path, .pace = pace});
    partner = std::make_unique<Partner>(driver, folder, options.program);
    for (const auto& party : {edc->party(version), partner->party(version)})
      publish(driver, party, asset, edc->source());
    return std::string("both are ready, each with an asset");
  });
  if (!ready) return;
  play(report, name + ", Kontor consumes",
       {driver, *edc, pace, partner->party(version), edc->party(version), asset}, options.negotiations);
  play(report, name + ", Kontor provides",
       {driver, *edc, pace, edc->party(version), partner->party(version), asset}, options.negotiations);
}

}  // namespace kontor::interop::edc
