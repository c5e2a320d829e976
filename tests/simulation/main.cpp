#include <fmt/format.h>

#include <cstdio>

#include "app/arguments/syntax.hpp"
#include "simulation.hpp"

namespace {

using kontor::simulation::Options;
using kontor::simulation::Report;

constexpr std::size_t lines_shown = 60;

std::string command_for(const Options& options) {
  return fmt::format("./dev simulate --seed {} --negotiations {}{} --verbose", options.seed,
                     options.negotiations, options.lying_disk ? " --lying-disk" : "");
}

void show_failure(const Options& options, const Report& report) {
  std::printf("seed %llu failed. Its last events:\n", static_cast<unsigned long long>(options.seed));
  const auto first = report.last.size() > lines_shown ? report.last.size() - lines_shown : 0;
  for (auto i = first; i < report.last.size(); ++i) std::printf("  %s\n", report.last[i].c_str());
  for (const auto& failure : report.failures) std::printf("broken: %s\n", failure.c_str());
  std::printf("repeat: %s\n", command_for(options).c_str());
}

/// True: every invariant held.
bool run_one(const Options& options) {
  std::printf("seed %llu ", static_cast<unsigned long long>(options.seed));
  // A defect that ends the program leaves its seed behind.
  std::fflush(stdout);
  const auto report = kontor::simulation::simulate(options);
  std::printf("%6llu events %5llu messages %2llu crashes %7.1f s virtual  %s\n",
              static_cast<unsigned long long>(report.events),
              static_cast<unsigned long long>(report.messages),
              static_cast<unsigned long long>(report.crashes), report.virtual_seconds, report.hash.c_str());
  if (report.failures.empty()) return true;
  show_failure(options, report);
  return false;
}

}  // namespace

int main(int count, char** arguments) {
  kontor::app::arguments::Syntax line(
      {.text =
           "Runs two installations of Kontor in one process, with virtual time, network and disks, through\n"
           "onboarding and negotiations while messages are lost, repeated and delayed, the network is parted "
           "and\n"
           "the installations crash. Everything follows from the seed: the same seed gives the same event "
           "log,\n"
           "whose hash ends each line. Exit code 1: an invariant was broken; the text says which, and how "
           "to\n"
           "repeat the run."});
  Options options;
  std::uint64_t seeds = 1;
  line.option(options.seed, {.name = "--seed", .meaning = "the first seed", .shows_default = true});
  line.option(seeds, {.name = "--seeds", .meaning = "how many, one after the other", .shows_default = true});
  line.option(options.negotiations,
              {.name = "--negotiations", .meaning = "in each run", .shows_default = true});
  line.flag(
      options.lying_disk,
      {"--lying-disk", "the disks acknowledge commits that they never wrote: to see that this is found"});
  line.flag(options.verbose, {"--verbose", "print every event as it happens"});
  if (const auto code = line.read(count, arguments)) return *code;
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < seeds; ++i, ++options.seed) {
    if (!run_one(options)) ++failed;
  }
  if (seeds > 1 || failed > 0) {
    std::printf("%llu seeds, %llu failed\n", static_cast<unsigned long long>(seeds),
                static_cast<unsigned long long>(failed));
  }
  return failed == 0 ? 0 : 1;
}
