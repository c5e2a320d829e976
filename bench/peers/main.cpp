#include <fmt/format.h>

#include "harness/benchmark.hpp"
#include "silent_peer.hpp"
#include "stranger.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "What counter-parties that behave badly cost those that do not. A participant of an installation "
    "negotiates\n"
    "with 1,000 healthy ones of another, to FINALIZED, in turn; beside it stands an installation like it, "
    "which\n"
    "nobody bothers, and runs of both alternate.\n"
    "silent_peer_p95_change: by how much the p95 of the healthy ones' negotiations changes while the "
    "participant\n"
    "negotiates with one that takes connections and never answers, and is written to in its name.\n"
    "stranger_p95_change: the same while one stranger with valid credentials opens negotiations over DSP, "
    "one\n"
    "after the other, and goes on with none. stranger_open: those of them that are open at the end, which "
    "the\n"
    "setting dsp_endpoint.open_processes_max bounds; the others are answered 429 with Retry-After.\n"
    "Medians of the rounds.";

struct Options {
  std::size_t healthy = 1000;
  std::size_t rounds = 5;
  std::size_t seconds = 10;
  std::size_t in_flight = 4;
  std::size_t silent_per_second = 20;
  std::size_t opens = 100'000;
  std::size_t opens_per_second = 1000;
  bool only_silent = false;
  bool only_stranger = false;

  void add_to(app::arguments::Syntax& line) {
    add(line, healthy, {"--healthy", "counter-parties that behave"});
    add(line, rounds, {"--rounds", "runs of each kind"});
    add(line, seconds, {"--seconds", "of a run beside the silent peer, and of one without"});
    add(line, in_flight, {"--in-flight", "negotiations of healthy ones at a time"});
    add(line, silent_per_second,
        {"--silent-per-second", "negotiations with the silent peer, and messages in its name"});
    add(line, opens, {"--opens", "negotiations that the stranger opens, all rounds"});
    add(line, opens_per_second, {"--opens-per-second", "as fast as it sends at most"});
    line.flag(only_silent, {"--silent", "only the silent peer"});
    line.flag(only_stranger, {"--stranger", "only the stranger"});
  }
};

/// p95 of one run for each kind, round by round.
struct Pairs {
  Samples left_alone;
  Samples bothered;
  Samples change;

  void add(double without, double with) {
    left_alone.add(without);
    bothered.add(with);
    change.add(with / without - 1);
  }
  void tell(Report& report, const std::string& name) const {
    report.add_median(name + "_p95_change", change, "", 0.2);
    report.add_median(name + "_p95_without_ms", left_alone, "ms", {});
    report.add_median(name + "_p95_with_ms", bothered, "ms", {});
  }
};

class Peers {
 public:
  Peers(const std::filesystem::path& program, const Options& options)
      : options_(options),
        neighbours_({.program = program,
                     .healthy = options.healthy,
                     .issuer_did = stranger_.issuer_did().str(),
                     .document_authority = stranger_.authority()},
                    driver_) {
    for (auto* subject : {&neighbours_.left_alone(), &neighbours_.bothered()})
      neighbours_.negotiate_with(*subject, {options.in_flight, std::chrono::seconds(2)});
  }

  void measure(Report& report) {
    const bool both = options_.only_silent == options_.only_stranger;
    if (both || options_.only_silent) measure_silent(report);
    if (both || options_.only_stranger) measure_stranger(report);
  }

 private:
  /// In milliseconds.
  double p95(Subject& subject, std::chrono::duration<double> lasts, std::string_view what) {
    const auto done = neighbours_.negotiate_with(subject, {options_.in_flight, lasts});
    progress(fmt::format("{}: {} negotiations of healthy ones, {:.0f} per s, p50 {:.1f} ms, p95 {:.1f} ms",
                         what, done.milliseconds.size(), done.per_second(), done.milliseconds.median(),
                         done.milliseconds.p95()));
    return done.milliseconds.p95();
  }

  void measure_silent(Report& report) {
    const std::chrono::duration<double> lasts(static_cast<double>(options_.seconds));
    Pairs pairs;
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      const auto without = p95(neighbours_.left_alone(), lasts, "left alone");
      silent_.bother(neighbours_.bothered(), options_.silent_per_second);
      const auto with = p95(neighbours_.bothered(), lasts, "beside a silent one");
      silent_.stop();
      pairs.add(without, with);
    }
    pairs.tell(report, "silent_peer");
    report.add({"silent_peer_opened", static_cast<double>(silent_.opened()), ""});
  }

  void measure_stranger(Report& report) {
    const auto each_round = options_.opens / options_.rounds;
    const std::chrono::duration<double> lasts(static_cast<double>(each_round) /
                                              static_cast<double>(options_.opens_per_second));
    auto& bothered = neighbours_.bothered();
    const auto offer = neighbours_.offer_of(bothered);
    Pairs pairs;
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      const auto without = p95(neighbours_.left_alone(), lasts, "left alone");
      stranger_.begin(bothered, offer, {.count = each_round, .per_second = options_.opens_per_second});
      const auto with = p95(bothered, lasts, "beside a stranger");
      stranger_.await_end();
      pairs.add(without, with);
      progress(fmt::format("the stranger opened {} and was refused {}", stranger_.admitted(),
                           stranger_.refused()));
      installation::verify(stranger_.surprise().empty(), "the stranger was answered " + stranger_.surprise());
    }
    pairs.tell(report, "stranger");
    report.add({"stranger_sent", static_cast<double>(stranger_.admitted() + stranger_.refused()), ""});
    report.add({"stranger_open", static_cast<double>(stranger_.open_at(bothered)), "", open_processes_max});
  }

  static constexpr double open_processes_max = 2000;  ///< the setting's default

  Options options_;
  installation::Driver driver_{""};
  SilentPeer silent_{driver_};
  Stranger stranger_{driver_, silent_.url()};
  Neighbours neighbours_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Peers>);
}
