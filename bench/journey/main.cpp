#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "harness/benchmark.hpp"
#include "harness/metrics.hpp"
#include "installation/dataspace.hpp"
#include "operations.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "How long the operations of a dataspace take between two installations, one at a time, with real DCP, "
    "TLS to\n"
    "one of them and a durable store each. Everything is measured twice: with the configuration of the "
    "journey,\n"
    "and with every periodic sweep set to an hour (*_sweeps_hourly), which shows that no poll drives it.\n"
    "commits_*: durable commits of stores and vaults of both installations for one operation, a bound of "
    "those\n"
    "that are one after another. messages_*: HTTP requests that both answered for it, those of the client "
    "too.";

struct Options {
  std::size_t repetitions = 100;
  std::size_t onboardings = 30;
  bool only_usual_sweeps = false;
  bool only_hourly_sweeps = false;

  void add_to(app::arguments::Syntax& line) {
    add(line, repetitions, {"--repetitions", "catalogs, negotiations and transfers that are measured"});
    add(line, onboardings, {"--onboardings", "participants that are onboarded"});
    line.flag(only_hourly_sweeps, {"--sweeps-hourly", "only with every periodic sweep set to an hour"});
    line.flag(only_usual_sweeps, {"--sweeps-usual", "only as configured"});
  }
};

/// An operation, its target, and how many durable commits one after another it may have.
struct Subject {
  std::string name;
  std::size_t repetitions;
  std::function<void()> prepare;  ///< as often as it runs, before it is measured
  std::function<void()> run;
  double target_ms;
  std::optional<double> commits_max = {};
};

/// What one subject cost.
struct Cost {
  Samples milliseconds;
  double commits = 0;
  double messages = 0;
  double cpu_ms = 0;  ///< of both installations
};

class Journey {
 public:
  Journey(std::filesystem::path program, Options options, bool hourly)
      : options_(options),
        suffix_(hourly ? "_sweeps_hourly" : ""),
        dataspace_({.program = std::move(program)}) {}

  void measure(Report& report) {
    operations_.prepare();
    progress("two installations with an issuer, a provider and a consumer" + suffix_);
    const auto nothing = [] {};
    const Subject subjects[] = {
        {"onboarding", options_.onboardings, [this] { operations_.make_tenant(); },
         [this] { operations_.onboard(); }, 50, 30},
        {"catalog", options_.repetitions, nothing, [this] { operations_.catalog(); }, 0},
        {"negotiation", options_.repetitions, nothing, [this] { operations_.negotiate(); }, 15, 8},
        {"transfer_start", options_.repetitions, nothing, [this] { operations_.start_transfer(); }, 15},
    };
    std::vector<Cost> costs;
    for (const auto& subject : subjects) costs.push_back(cost_of(subject));
    for (std::size_t i = 0; i < costs.size(); ++i) tell(report, subjects[i], costs[i]);
    report.add_median("durable_commit_p50_ms" + suffix_, commits_, "ms", {});
    dataspace_.forget();
  }

 private:
  /// Sums over both installations.
  Metrics all_metrics() {
    auto& world = dataspace_.world();
    auto sum = scrape(world.driver, world.a);
    for (const auto& [name, value] : scrape(world.driver, world.b)) sum[name] += value;
    return sum;
  }

  Cost cost_of(const Subject& subject) {
    constexpr std::size_t warm_up = 3;
    Cost cost;
    for (std::size_t i = 0; i < warm_up + subject.repetitions; ++i) subject.prepare();
    for (std::size_t i = 0; i < warm_up; ++i) subject.run();
    auto spent = all_metrics();
    for (auto& [name, value] : spent) value = -value;
    for (std::size_t i = 0; i < subject.repetitions; ++i) {
      for (const auto each : durable_appends(dataspace_.folder(), 2).values()) commits_.add(each);
      const auto begin = std::chrono::steady_clock::now();
      subject.run();
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
      cost.milliseconds.add(took.count());
    }
    for (const auto& [name, value] : all_metrics()) spent[name] += value;
    const auto each = static_cast<double>(subject.repetitions);
    cost.commits = (spent["kontor_store_syncs_total"] + spent["kontor_vault_syncs_total"]) / each;
    cost.messages = spent["kontor_http_requests_total"] / each;
    cost.cpu_ms = spent["process_cpu_seconds_total"] / each * 1000;
    progress(fmt::format("{} {}{}: p50 {:.1f} ms, {:.1f} commits, {:.1f} ms of processor time",
                         subject.repetitions, subject.name, suffix_, cost.milliseconds.median(), cost.commits,
                         cost.cpu_ms));
    return cost;
  }

  /// On a slow disk: 10 ms and one and a half times the commits that the operation may have.
  double target_of(const Subject& subject, const Cost& cost) {
    const auto commits = std::min(cost.commits, subject.commits_max.value_or(cost.commits));
    return std::max(subject.target_ms, 10 + 1.5 * commits * commits_.median());
  }

  void tell(Report& report, const Subject& subject, const Cost& cost) {
    const auto target = subject.target_ms > 0 ? std::optional(target_of(subject, cost)) : std::nullopt;
    report.add_times(subject.name, suffix_, cost.milliseconds, target);
    const auto commits = subject.commits_max ? "sequential_commits_" : "commits_";
    report.add({commits + subject.name + suffix_, cost.commits, "", subject.commits_max});
    report.add({"messages_" + subject.name + suffix_, cost.messages, ""});
    report.add({"cpu_" + subject.name + "_ms" + suffix_, cost.cpu_ms, "ms"});
  }

  Options options_;
  std::string suffix_;
  installation::Dataspace dataspace_;
  Operations operations_{dataspace_.world()};
  Samples commits_;
};

/// Every key of the configuration that is the period of something. What starts from here inherits it.
void set_sweeps_to_an_hour() {
  setenv("KONTOR_ENGINE__SWEEP_INTERVAL", "1h", 1);
}

void measure(const std::filesystem::path& program, const Options& options, Report& report) {
  const bool both = options.only_usual_sweeps == options.only_hourly_sweeps;
  if (both || options.only_usual_sweeps) Journey(program, options, false).measure(report);
  if (!both && options.only_usual_sweeps) return;
  set_sweeps_to_an_hour();
  Journey(program, options, true).measure(report);
}

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measure);
}
