#include <fmt/format.h>

#include "crowd.hpp"
#include "harness/benchmark.hpp"
#include "harness/metrics.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "What contexts that do nothing cost those that do: an installation with many contexts, of which some "
    "are\n"
    "active, against one that has the active ones alone. The active ones negotiate with one another, to\n"
    "FINALIZED on both sides, over DSP with real DCP tokens and durable commits.\n"
    "contexts_throughput_ratio: negotiations per second of the first, divided by those of the second in the\n"
    "same round; median of the rounds, in which one follows the other.";

struct Options {
  std::size_t contexts = 10'000;
  std::size_t active = 100;
  std::size_t rounds = 5;
  std::size_t seconds = 5;
  std::size_t in_flight = 64;

  void add_to(app::arguments::Syntax& line) {
    add(line, contexts, {"--contexts", "of the installation that has many", {.first = 2}});
    add(line, active,
        {"--active", "contexts that negotiate, and all of the other installation", {.first = 2}});
    add(line, rounds, {"--rounds", "runs of each"});
    add(line, seconds, {"--seconds", "how long negotiations are opened in a run"});
    add(line, in_flight, {"--in-flight", "negotiations at a time"});
  }
};

class Comparison {
 public:
  Comparison(const std::filesystem::path& program, const Options& options)
      : options_(options),
        few_({program, folder_ / "few"}, driver_, certificates_, {options.active, options.active}),
        many_({program, folder_ / "many"}, driver_, certificates_, {options.contexts, options.active}) {}
  ~Comparison() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  void measure(Report& report) {
    for (auto* each : {&few_, &many_}) each->negotiate_under({options_.in_flight, std::chrono::seconds(1)});
    for (std::size_t round = 0; round < options_.rounds; ++round) measure_round(round);
    report.add_median("contexts_throughput_ratio", throughput_, "", 0.8, Better::more);
    report.add_median("contexts_cpu_ratio", cpu_, "", 1.2);
    report.add_median(fmt::format("per_s_{}_contexts", few_.size().contexts), few_per_second_, "1/s", {});
    report.add_median(fmt::format("per_s_{}_contexts", many_.size().contexts), many_per_second_, "1/s", {});
  }

 private:
  /// Who is first changes from round to round.
  void measure_round(std::size_t round) {
    const bool few_first = round % 2 == 0;
    auto first = run(few_first ? few_ : many_);
    auto second = run(few_first ? many_ : few_);
    const auto& few = few_first ? first : second;
    const auto& many = few_first ? second : first;
    few_per_second_.add(few.per_second);
    many_per_second_.add(many.per_second);
    throughput_.add(many.per_second / few.per_second);
    cpu_.add(many.cpu_ms / few.cpu_ms);
  }

  Crowd::Cost run(Crowd& crowd) {
    const auto cost = crowd.negotiate_under(
        {options_.in_flight, std::chrono::duration<double>(static_cast<double>(options_.seconds))});
    progress(
        fmt::format("{} contexts, {} active: {:.0f} negotiations per s, {:.2f} ms of processor time, p95 "
                    "{:.0f} ms",
                    crowd.size().contexts, crowd.size().active, cost.per_second, cost.cpu_ms, cost.p95_ms));
    return cost;
  }

  Options options_;
  std::filesystem::path folder_ = new_folder();
  installation::Certificates certificates_ = installation::make_certificates(folder_ / "ca");
  installation::Driver driver_{certificates_.authority.string()};
  Crowd few_;
  Crowd many_;
  Samples throughput_;
  Samples cpu_;
  Samples few_per_second_;
  Samples many_per_second_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Comparison>);
}
