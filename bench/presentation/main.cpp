#include <fmt/format.h>

#include <map>

#include "harness/benchmark.hpp"
#include "harness/machine.hpp"
#include "harness/signature_cost.hpp"
#include "subject.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "What it costs to ask a holder for its credentials, with the answer and its verification: a\n"
    "holder of 1, 10 or 50 credentials on one installation asks a provider on another for its\n"
    "catalog, 16 questions at a time, once with an exchange of a presentation for each question and\n"
    "once with the first one remembered. What an exchange costs is the difference, in processor time\n"
    "(user and system) of both Kontor processes. Rounds alternate between both; figures are medians\n"
    "of the rounds.\n"
    "per_s_core_*: presentations queried, answered and verified per second of processor time.\n"
    "bound_per_s_core_*: the same if signatures were all that it costs: the verifier's token and the\n"
    "presentation made; the verifier's token, the access token, the presentation and each credential\n"
    "checked, all ES256, at this run's cost of each.\n"
    "share_of_bound_*: the one by the other. signatures_*: of one exchange, as both count them.\n"
    "known_holder_*: of a question whose holder is remembered: signatures that the provider checks,\n"
    "and exchanges.";

struct Options {
  std::size_t rounds = 5;
  std::size_t seconds = 3;
  std::size_t in_flight = 16;

  void add_to(app::arguments::Syntax& line) {
    add(line, rounds, {"--rounds", "times that everything is measured"});
    add(line, seconds, {"--seconds", "how long questions are asked each time"});
    add(line, in_flight, {"--in-flight", "questions at a time"});
  }
};

/// What both installations do for one question, asked anew and remembered, in a round.
struct Pair {
  Cost asked;
  Cost remembered;
  double exchange_cpu_ms() const { return (asked.cpu_ms - remembered.cpu_ms) / asked.exchanges; }
};

class Rounds {
 public:
  Rounds(const std::filesystem::path& program, const Options& options)
      : options_(options), asking_(program, false), remembering_(program, true) {
    progress("two installations that ask each time and two that remember are ready");
    signatures_ = signature_cost();
  }

  void measure(Report& report) {
    run();
    tell(report);
  }

 private:
  void run() {
    for (const auto size : sizes) measure(size, std::chrono::seconds(1));
    pairs_.clear();
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (const auto size : sizes)
        measure(size, std::chrono::duration<double>(static_cast<double>(options_.seconds)));
    }
  }

  void tell(Report& report) const {
    for (const auto size : sizes) tell(report, size);
    const auto& known = pairs_.at(sizes[0]);
    Samples checked;
    Samples exchanges;
    for (const auto& each : known) {
      checked.add(each.remembered.provider_signatures_checked);
      exchanges.add(each.remembered.exchanges);
    }
    report.add_median("known_holder_signatures_checked", checked, "", 1.05);
    report.add_median("known_holder_exchanges", exchanges, "", 0.05);
    report.add_median("durable_commit_p50_ms", commits_, "ms", {});
    report.add({"signature_ms", signatures_.make_ms, "ms"});
    report.add({"verification_ms", signatures_.check_ms, "ms"});
  }

  void measure(std::size_t size, std::chrono::duration<double> lasts) {
    for (const auto each : durable_appends(asking_.folder(), 20).values()) commits_.add(each);
    const Load load{options_.in_flight, lasts};
    const auto remembered = remembering_.ask_under(load, size);
    const auto asked = asking_.ask_under(load, size);
    installation::verify(asked.exchanges > 0.9, "presentations were remembered that were not to be");
    pairs_[size].push_back({asked, remembered});
    progress(
        fmt::format("{} credentials: {} questions at {:.2f} ms of processor time, {} at {:.2f} remembered",
                    size, asked.questions, asked.cpu_ms, remembered.questions, remembered.cpu_ms));
  }

  /// Milliseconds of an exchange if signatures were all that it costs.
  double bound_ms(std::size_t size) const {
    return 2 * signatures_.make_ms + (3 + static_cast<double>(size)) * signatures_.check_ms;
  }

  void tell(Report& report, std::size_t size) const {
    Samples rate;
    Samples share;
    Samples made;
    Samples checked;
    Samples p50;
    for (const auto& each : pairs_.at(size)) {
      rate.add(1000 / each.exchange_cpu_ms());
      share.add(bound_ms(size) / each.exchange_cpu_ms());
      made.add(each.asked.signatures_made - each.remembered.signatures_made);
      checked.add(each.asked.signatures_checked - each.remembered.signatures_checked);
      p50.add(each.asked.p50_ms);
    }
    const auto named = [size](const char* name) { return fmt::format("{}_{}", name, size); };
    const auto target = size == 1 ? std::optional(0.65) : std::nullopt;
    report.add_median(named("per_s_core"), rate, "1/s", {});
    report.add({named("bound_per_s_core"), 1000 / bound_ms(size), "1/s"});
    report.add_median(named("share_of_bound"), share, "", target, Better::more);
    report.add_median(named("signatures_made"), made, "", {});
    report.add_median(named("signatures_checked"), checked, "", {});
    report.add_median(named("question_p50_ms"), p50, "ms", {});
  }

  Options options_;
  Subject asking_;
  Subject remembering_;
  std::map<std::size_t, std::vector<Pair>> pairs_;
  Samples commits_;
  SignatureCost signatures_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Rounds>);
}
