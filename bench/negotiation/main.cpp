#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "harness/benchmark.hpp"
#include "harness/signature_cost.hpp"
#include "subject.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "Complete negotiations between two installations, to FINALIZED on both sides, with real DCP tokens, TLS "
    "to\n"
    "one of them and durable commits: 1, 16 and 256 in flight, on SQLite and on PostgreSQL, with verified\n"
    "presentations remembered as by default and (*_uncached) with an exchange of its own for each message\n"
    "about which a policy is asked. Rounds alternate between the variants; figures are medians of the "
    "rounds.\n"
    "per_s_core_*: negotiations per second of processor time (user and system) of both Kontor processes; "
    "the\n"
    "load generator is another process. postgres_share: negotiations per second on PostgreSQL, whose server\n"
    "shares the machine, divided by those on SQLite in the same round. p50_over_commits_ms: p50 at 1 in\n"
    "flight, less its durable commits, at most 8, at the disk's median in this run. "
    "cpu_beyond_signatures_ms:\n"
    "processor time of both without the signatures that they made and checked, at this run's cost of each.";

constexpr std::size_t few = 1;
constexpr std::size_t some = 16;
constexpr std::size_t many = 256;

const std::vector<Variant>& all_variants() {
  static const std::vector<Variant> all{
      {"sqlite"}, {"sqlite_uncached", false, false}, {"postgres", true}, {"postgres_uncached", true, false}};
  return all;
}

std::vector<std::string> variant_names() {
  std::vector<std::string> names;
  for (const auto& each : all_variants()) names.push_back(each.name);
  return names;
}

struct Options {
  std::size_t rounds = 3;
  std::size_t seconds = 5;
  std::vector<std::string> only = {};

  void add_to(app::arguments::Syntax& line) {
    add(line, rounds, {"--rounds", "times that everything is measured"});
    add(line, seconds, {"--seconds", "how long negotiations are opened each time"});
    line.option(
        only,
        {.name = "--only", .meaning = "only these variants", .one_of = variant_names(), .commas = true});
  }
};

class Rounds {
 public:
  Rounds(const std::filesystem::path& program, const Options& options) : options_(options) {
    for (const auto& variant : all_variants()) {
      if (!options.only.empty() && std::ranges::find(options.only, variant.name) == options.only.end())
        continue;
      subjects_.push_back(std::make_unique<Subject>(program, variant));
      progress("two installations are ready: " + variant.name);
    }
    signatures_ = signature_cost();
  }

  void measure(Report& report) {
    run();
    print();
    tell(report);
  }

 private:
  void run() {
    for (auto& subject : subjects_) subject->negotiate_under({some, std::chrono::seconds(1)});
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (const auto in_flight : {few, some, many}) {
        for (auto& subject : subjects_) measure(*subject, in_flight);
      }
    }
  }

  void print() const {
    fmt::print("\n{:<18} {:>9} {:>7} {:>11} {:>8} {:>8} {:>7} {:>8} {:>8} {:>6} {:>8} {:>7}\n", "variant",
               "in flight", "per s", "per s, core", "p50 ms", "p95 ms", "CPU ms", "beyond", "commits", "made",
               "checked", "shown");
    for (const auto& [key, costs] : costs_) {
      const auto cost = median_of(costs);
      fmt::print(
          "{:<18} {:>9} {:>7.0f} {:>11.0f} {:>8.1f} {:>8.1f} {:>7.2f} {:>8.2f} {:>8.1f} {:>6.1f} {:>8.1f} "
          "{:>7.2f}\n",
          key.first, key.second, cost.per_second, cost.per_second_and_core(), cost.p50_ms, cost.p95_ms,
          cost.cpu_ms, beyond(cost), cost.commits, cost.signatures_made, cost.signatures_checked,
          cost.presentations);
    }
    fmt::print(
        "CPU, beyond the signatures: ms of both Kontor processes for one negotiation; commits, signatures "
        "made "
        "and checked,\npresentations shown: of both for one.\n");
  }

  void tell(Report& report) const {
    for (const auto& [variant, target] : {std::pair{"sqlite", 600.0}, {"sqlite_uncached", 220.0}}) {
      if (!has(variant)) continue;
      const auto rates =
          samples_of(variant, many, [](const Cost& cost) { return cost.per_second_and_core(); });
      report.add_median(std::string("per_s_core_") + variant, rates, "1/s", target, Better::more);
    }
    if (has("sqlite") && has("postgres")) tell_share(report);
    if (has("sqlite")) tell_latency(report);
    tell_costs(report);
    if (has("sqlite") && has("sqlite_uncached")) tell_exchange(report);
    report.add_median("durable_commit_p50_ms", commits_, "ms", {});
    report.add({"signature_ms", signatures_.make_ms, "ms"});
    report.add({"verification_ms", signatures_.check_ms, "ms"});
  }

  using Key = std::pair<std::string, std::size_t>;

  void measure(Subject& subject, std::size_t in_flight) {
    if (in_flight == few) note_disk(subject);
    const auto cost = subject.negotiate_under(
        {in_flight, std::chrono::duration<double>(static_cast<double>(options_.seconds))});
    if (in_flight == few) note_disk(subject);
    const auto& name = subject.variant().name;
    costs_[{name, in_flight}].push_back(cost);
    progress(fmt::format(
        "{}, {} in flight: {} negotiations, {:.0f} per s and {:.0f} per s of processor time, p50 "
        "{:.1f} ms",
        name, in_flight, cost.negotiations, cost.per_second, cost.per_second_and_core(), cost.p50_ms));
  }

  void note_disk(const Subject& subject) {
    for (const auto each : durable_appends(subject.folder(), 50).values()) commits_.add(each);
  }

  bool has(const std::string& variant) const { return costs_.contains({variant, many}); }

  template <class Figure>
  Samples samples_of(const std::string& variant, std::size_t in_flight, Figure figure) const {
    Samples samples;
    for (const auto& cost : costs_.at({variant, in_flight})) samples.add(figure(cost));
    return samples;
  }

  /// The round whose processor time is the median.
  static Cost median_of(std::vector<Cost> costs) {
    std::ranges::sort(costs, {}, &Cost::cpu_ms);
    return costs[costs.size() / 2];
  }

  double beyond(const Cost& cost) const {
    return cost.cpu_ms - cost.signatures_made * signatures_.make_ms -
           cost.signatures_checked * signatures_.check_ms;
  }

  void tell_share(Report& report) const {
    const auto& ours = costs_.at({"sqlite", many});
    const auto& theirs = costs_.at({"postgres", many});
    Samples shares;
    for (std::size_t i = 0; i < ours.size(); ++i) shares.add(theirs[i].per_second / ours[i].per_second);
    report.add_median("postgres_share", shares, "", 0.6, Better::more);
    const auto of_kontor = [](const Cost& cost) { return cost.per_second_and_core(); };
    report.add_median("per_s_core_postgres", samples_of("postgres", many, of_kontor), "1/s", {});
    const auto with_server = [](const Cost& cost) { return 1000 / (cost.cpu_ms + cost.database_cpu_ms); };
    report.add_median("per_s_core_postgres_server", samples_of("postgres", many, with_server), "1/s", {});
  }

  void tell_latency(Report& report) const {
    constexpr double commits_max = 8;
    Samples over;
    for (const auto& cost : costs_.at({"sqlite", few}))
      over.add(cost.p50_ms - std::min(cost.commits, commits_max) * commits_.median());
    report.add_median("p50_over_commits_ms", over, "ms", 6);
    const auto commits = samples_of("sqlite", few, [](const Cost& cost) { return cost.commits; });
    report.add({"sequential_commits", commits.median(), "", commits_max});
  }

  void tell_costs(Report& report) const {
    for (const auto& [variant, suffix] : {std::pair{"sqlite", ""}, {"sqlite_uncached", "_uncached"}}) {
      if (!has(variant)) continue;
      const auto target = *suffix ? std::nullopt : std::optional(0.8);
      report.add_median(std::string("cpu_beyond_signatures_ms") + suffix,
                        samples_of(variant, many, [this](const Cost& cost) { return beyond(cost); }), "ms",
                        target);
      const auto cost = median_of(costs_.at({variant, many}));
      report.add({std::string("commits_per_negotiation") + suffix, cost.commits, ""});
      report.add({std::string("signatures_made") + suffix, cost.signatures_made, ""});
      report.add({std::string("signatures_checked") + suffix, cost.signatures_checked, ""});
      report.add({std::string("presentations_exchanged") + suffix, cost.presentations, ""});
    }
  }

  /// What one exchange of a presentation costs is the difference of the two variants, so it can be said what
  /// negotiations would cost whose every message wanted one.
  void tell_exchange(Report& report) const {
    constexpr double messages = 4;
    Samples exchange;
    Samples each_message;
    const auto& without = costs_.at({"sqlite", many});
    const auto& with = costs_.at({"sqlite_uncached", many});
    for (std::size_t i = 0; i < without.size(); ++i) {
      exchange.add((with[i].cpu_ms - without[i].cpu_ms) / with[i].presentations);
      each_message.add(1000 / (without[i].cpu_ms + messages * exchange.values().back()));
    }
    report.add_median("exchange_cpu_ms", exchange, "ms", {});
    report.add_median("per_s_core_if_each_message_derived", each_message, "1/s", {});
  }

  Options options_;
  std::vector<std::unique_ptr<Subject>> subjects_;
  std::map<Key, std::vector<Cost>> costs_;
  Samples commits_;
  SignatureCost signatures_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Rounds>);
}
