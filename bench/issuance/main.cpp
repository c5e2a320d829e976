#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/benchmark.hpp"
#include "harness/machine.hpp"
#include "harness/signature_cost.hpp"
#include "subject.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "What it costs to give credentials: an issuer on one installation, holders on another, behind\n"
    "TLS, with durable commits, at 1, 16 and 256 in flight. Figures are medians of the rounds.\n"
    "issuance_*: from the holder's request for a credential to the moment when it is stored, over\n"
    "DCP: request, decision, signature, delivery, verification. The request and the wait for its end\n"
    "are calls to the Identity API.\n"
    "onboarded_*: from the order of a participant that did not exist to all its agents active and its\n"
    "credential stored.\n"
    "*_per_s_core: per second of processor time (user and system) of both Kontor processes; the load\n"
    "generator is another process.";

constexpr std::size_t few = 1;
constexpr std::size_t some = 16;
constexpr std::size_t many = 256;

struct Options {
  std::size_t rounds = 3;
  std::size_t seconds = 5;
  std::size_t holders = 256;

  void add_to(app::arguments::Syntax& line) {
    add(line, rounds, {"--rounds", "times that everything is measured"});
    add(line, seconds,
        {"--seconds", "how long credentials are asked for, or participants ordered, each time"});
    add(line, holders, {"--holders", "that ask for credentials in turn"});
  }
};

class Rounds {
 public:
  Rounds(const std::filesystem::path& program, const Options& options)
      : options_(options), subject_(program, options.holders), signatures_(signature_cost()) {
    progress(fmt::format("an issuer and {} holders are ready", options.holders));
  }

  void measure(Report& report) {
    run();
    tell(report);
  }

 private:
  void run() {
    static_cast<void>(subject_.issue_under({some, std::chrono::seconds(1)}));
    static_cast<void>(subject_.onboard_under({few, std::chrono::seconds(1)}));
    const std::chrono::duration<double> lasts(static_cast<double>(options_.seconds));
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (const auto in_flight : {few, some, many}) {
        for (const auto each : durable_appends(subject_.folder(), 30).values()) commits_.add(each);
        keep(issued_, "credentials", in_flight, subject_.issue_under({in_flight, lasts}));
        keep(onboarded_, "participants", in_flight, subject_.onboard_under({in_flight, lasts}));
      }
    }
  }

  void tell(Report& report) const {
    print("issuance", issued_);
    print("onboarding", onboarded_);
    const auto at = [](const Costs& costs, std::size_t in_flight, double Cost::* figure) {
      Samples samples;
      for (const auto& each : costs.at(in_flight)) samples.add(each.*figure);
      return samples;
    };
    report.add_median("issuance_roundtrip_p50_ms", at(issued_, few, &Cost::p50_ms), "ms", 20);
    report.add_median("issuance_per_s_core", per_core(issued_, many), "1/s", 400, Better::more);
    for (const auto in_flight : {few, some, many}) {
      report.add_median(fmt::format("issuance_per_s_{}", in_flight),
                        at(issued_, in_flight, &Cost::per_second), "1/s", {});
      report.add_median(fmt::format("onboarded_per_s_{}", in_flight),
                        at(onboarded_, in_flight, &Cost::per_second), "1/s", {});
    }
    report.add_median("onboarded_per_s_core", per_core(onboarded_, many), "1/s", {});
    const auto beyond = [&](const Cost& cost) {
      return cost.cpu_ms - cost.signatures_made * signatures_.make_ms -
             cost.signatures_checked * signatures_.check_ms;
    };
    report.add({"issuance_cpu_beyond_signatures_ms", beyond(median_of(issued_.at(many))), "ms"});
    report.add_median("issuer_cpu_ms", at(issued_, many, &Cost::issuer_cpu_ms), "ms", {});
    report.add_median("durable_commit_p50_ms", commits_, "ms", {});
    report.add({"signature_ms", signatures_.make_ms, "ms"});
    report.add({"verification_ms", signatures_.check_ms, "ms"});
  }

  using Costs = std::map<std::size_t, std::vector<Cost>>;

  static void keep(Costs& costs, const char* what, std::size_t in_flight, const Cost& cost) {
    costs[in_flight].push_back(cost);
    progress(
        fmt::format("{} in flight: {} {}, {:.0f} per s and {:.0f} per s of processor time, p50 {:.1f} ms",
                    in_flight, cost.count, what, cost.per_second, cost.per_second_and_core(), cost.p50_ms));
  }

  static Samples per_core(const Costs& costs, std::size_t in_flight) {
    Samples samples;
    for (const auto& each : costs.at(in_flight)) samples.add(each.per_second_and_core());
    return samples;
  }

  /// The round whose processor time is the median.
  static Cost median_of(std::vector<Cost> costs) {
    std::ranges::sort(costs, {}, &Cost::cpu_ms);
    return costs[costs.size() / 2];
  }

  static void print(const char* what, const Costs& costs) {
    fmt::print("\n{:<12} {:>9} {:>7} {:>11} {:>8} {:>8} {:>7} {:>8} {:>6} {:>8}\n", what, "in flight",
               "per s", "per s, core", "p50 ms", "p95 ms", "CPU ms", "commits", "made", "checked");
    for (const auto& [in_flight, all] : costs) {
      const auto cost = median_of(all);
      fmt::print("{:<12} {:>9} {:>7.0f} {:>11.0f} {:>8.1f} {:>8.1f} {:>7.2f} {:>8.1f} {:>6.1f} {:>8.1f}\n",
                 "", in_flight, cost.per_second, cost.per_second_and_core(), cost.p50_ms, cost.p95_ms,
                 cost.cpu_ms, cost.commits, cost.signatures_made, cost.signatures_checked);
    }
  }

  Options options_;
  Subject subject_;
  SignatureCost signatures_;
  Costs issued_;
  Costs onboarded_;
  Samples commits_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Rounds>);
}
