#include <fmt/format.h>

#include <memory>
#include <optional>

#include "harness/benchmark.hpp"
#include "harness/metrics.hpp"
#include "interop/edc/names.hpp"
#include "interop/edc/runtimes.hpp"
#include "pair.hpp"

namespace kontor::bench {
namespace {

using installation::verify;
using interop::edc::Edc;
using interop::edc::newest_version;
using interop::edc::Pace;
using interop::edc::Partner;

constexpr auto about =
    "EDC beside Kontor on this machine: two of each, with the same mock identity, doing the same work one "
    "after\n"
    "the other. EDC keeps everything in memory, Kontor in a durable store each. `./dev bench edc` gives it "
    "EDC.\n"
    "throughput_ratio: negotiations a second of Kontor by those of the better of EDC's two settings, 100 at "
    "once.\n"
    "cpu_ratio: processor time of one negotiation then, of both sides, EDC's by Kontor's.\n"
    "catalog_*_ratio: the time of a catalog with so many offers, all received, EDC's by Kontor's; the offers "
    "that\n"
    "both answers have are compared.";

struct Options {
  std::string class_path;
  std::string partner;
  std::string memory = "4g";
  std::size_t edc_negotiations = 200;
  std::size_t kontor_negotiations = 3000;
  std::size_t largest_catalog = 3000;

  void add_to(app::arguments::Syntax& line) {
    line.option(class_path, {.name = "--class-path", .meaning = "of EDC, as for java -cp", .required = true});
    line.option(partner, {.name = "--partner",
                          .meaning = "Kontor with the mock identity; default: of the same build",
                          .kind = "FILE"});
    line.option(memory, {.name = "--memory", .meaning = "that an EDC may take", .shows_default = true});
    add(line, edc_negotiations, {"--edc-negotiations", "of EDC, 100 at once, at each of its settings"});
    add(line, kontor_negotiations, {"--kontor-negotiations", "of Kontor, 100 at once"});
    add(line, largest_catalog, {"--largest-catalog", "offers: leave out catalogs with more", {0, 3000}});
  }
};

constexpr std::size_t at_once = 100;

/// How often one thing is done of each.
struct Repetitions {
  std::size_t one_at_a_time;
  std::size_t at_once;
  std::size_t warm_up;
  std::size_t catalogs;  ///< of the largest; three times and ten times as many of the others
};

struct Catalog {
  std::size_t offers = 0;
  Samples seconds = {};
  double cpu_ms = 0;  ///< of both sides, for one
  Shown last = {};
};

/// What was measured of one make.
struct Column {
  std::string name;
  Negotiated one = {};
  Negotiated many = {};
  std::vector<Catalog> catalogs = {};
};

std::string size_name(std::size_t offers) {
  return offers < 1000 ? std::to_string(offers) : std::to_string(offers / 1000) + "k";
}

class Comparison {
 public:
  Comparison(const std::filesystem::path& program, Options options) : options_(std::move(options)) {
    if (options_.partner.empty())
      options_.partner = (program.parent_path() / "tests/interop/kontor-interop-partner").string();
    verify(std::filesystem::exists(options_.partner), "there is no " + options_.partner);
  }
  ~Comparison() {
    std::error_code ignored;
    if (forget_) std::filesystem::remove_all(folder_, ignored);
  }
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  void measure(Report& report) {
    progress("logs and stores: " + folder_.string());
    const auto count = options_.edc_negotiations;
    const auto shipped = edc(Pace::as_shipped, {10, count, 20, 0});
    const auto tuned = edc(Pace::tuned, {30, count, 50, 1});
    const auto kontor = both_of_kontor({300, options_.kontor_negotiations, 300, 10});
    print(shipped, tuned, kontor);
    tell(report, shipped, tuned, kontor);
    forget_ = true;
  }

 private:
  Column edc(Pace pace, Repetitions repetitions) {
    const std::string name = pace == Pace::as_shipped ? "edc_default" : "edc_tuned";
    const auto folder = folder_ / name;
    std::filesystem::create_directories(folder);
    Driver driver{std::string()};
    Edc provider(driver, folder, {options_.class_path, pace, "edc", options_.memory});
    Edc consumer(driver, folder, {options_.class_path, pace, "edc-consumer", options_.memory});
    progress(name + ": both are ready");
    return column(driver,
                  {name,
                   consumer.party(newest_version),
                   provider.party(newest_version),
                   {consumer.pid(), provider.pid()}},
                  repetitions);
  }

  Column both_of_kontor(Repetitions repetitions) {
    const auto folder = folder_ / "kontor";
    std::filesystem::create_directories(folder);
    Driver driver{std::string()};
    Partner provider(driver, folder, options_.partner, "provider");
    Partner consumer(driver, folder, options_.partner, "consumer");
    return column(driver,
                  {"kontor",
                   consumer.party(newest_version),
                   provider.party(newest_version),
                   {consumer.pid(), provider.pid()}},
                  repetitions);
  }

  Column column(Driver& driver, const Pair& pair, const Repetitions& repetitions) const {
    Column column{.name = pair.name};
    publish_offers(driver, pair, {0, 1});
    negotiate(driver, pair, {.count = repetitions.warm_up, .in_flight = 20});
    column.one = negotiate(driver, pair, {.count = repetitions.one_at_a_time, .in_flight = 1});
    progress(fmt::format("{}: {} negotiations one at a time, median {:.1f} ms", pair.name,
                         repetitions.one_at_a_time, column.one.milliseconds.median()));
    column.many = negotiate(driver, pair, {.count = repetitions.at_once, .in_flight = at_once});
    const auto& many = column.many;
    progress(
        fmt::format("{}: {} negotiations, {} at once: {:.1f} a second, {:.2f} ms of processor time each; {} "
                    "were finalized, {} at the provider too, and asked about {:.1f} times each",
                    pair.name, repetitions.at_once, at_once, many.per_second(), many.cpu_ms(), many.finalized,
                    many.finalized_at_provider,
                    static_cast<double>(many.asked) / static_cast<double>(repetitions.at_once)));
    if (repetitions.catalogs > 0) catalogs(driver, pair, repetitions.catalogs, column);
    return column;
  }

  void catalogs(Driver& driver, const Pair& pair, std::size_t repetitions, Column& column) const {
    std::size_t made = 1;
    std::size_t times = repetitions * 10;
    for (const std::size_t offers : {100UZ, 1000UZ, 3000UZ}) {
      if (offers > options_.largest_catalog) continue;
      publish_offers(driver, pair, {made, offers});
      made = offers;
      Catalog catalog{.offers = offers};
      const auto spent = cpu_seconds(pair);
      for (std::size_t i = 0; i < times; ++i) {
        catalog.last = ask_for_catalog(driver, pair, offers);
        catalog.seconds.add(catalog.last.seconds);
      }
      catalog.cpu_ms = (cpu_seconds(pair) - spent) * 1000 / static_cast<double>(times);
      progress(
          fmt::format("{}: a catalog of {} offers, {} times, median {:.1f} ms, {:.1f} ms of processor time",
                      pair.name, offers, times, catalog.seconds.median() * 1000, catalog.cpu_ms));
      column.catalogs.push_back(std::move(catalog));
      times = offers == 100 ? repetitions * 3 : repetitions;
    }
  }

  static const Column& better_of(const Column& shipped, const Column& tuned) {
    return shipped.many.per_second() > tuned.many.per_second() ? shipped : tuned;
  }

  static void print(const Column& shipped, const Column& tuned, const Column& kontor) {
    const auto line = [](const std::string& what, double first, double second, double third, double ratio) {
      const auto number = [](double value) {
        return value == 0 ? std::string("-") : fmt::format("{:.{}f}", value, value < 100 ? 2 : 0);
      };
      fmt::print("{:<44} {:>12} {:>12} {:>12} {:>9}\n", what, number(first), number(second), number(third),
                 number(ratio));
    };
    fmt::print("\n{:<44} {:>12} {:>12} {:>12} {:>9}\n", "", "EDC default", "EDC tuned", "Kontor", "ratio");
    const auto& best = better_of(shipped, tuned);
    line("negotiation, one at a time, median ms", shipped.one.milliseconds.median(),
         tuned.one.milliseconds.median(), kontor.one.milliseconds.median(),
         std::min(shipped.one.milliseconds.median(), tuned.one.milliseconds.median()) /
             kontor.one.milliseconds.median());
    line("the same, processor time of both sides, ms", shipped.one.cpu_ms(), tuned.one.cpu_ms(),
         kontor.one.cpu_ms(), std::min(shipped.one.cpu_ms(), tuned.one.cpu_ms()) / kontor.one.cpu_ms());
    line("negotiations, 100 at once, per second", shipped.many.per_second(), tuned.many.per_second(),
         kontor.many.per_second(), kontor.many.per_second() / best.many.per_second());
    line("the same, p95 ms", shipped.many.milliseconds.p95(), tuned.many.milliseconds.p95(),
         kontor.many.milliseconds.p95(), best.many.milliseconds.p95() / kontor.many.milliseconds.p95());
    line("the same, processor time of both sides, ms", shipped.many.cpu_ms(), tuned.many.cpu_ms(),
         kontor.many.cpu_ms(), best.many.cpu_ms() / kontor.many.cpu_ms());
    for (std::size_t i = 0; i < kontor.catalogs.size(); ++i) {
      const auto edc_ms = tuned.catalogs[i].seconds.median() * 1000;
      const auto our_ms = kontor.catalogs[i].seconds.median() * 1000;
      line(fmt::format("catalog of {} offers, median ms", kontor.catalogs[i].offers), 0, edc_ms, our_ms,
           edc_ms / our_ms);
      line("the same, processor time of both sides, ms", 0, tuned.catalogs[i].cpu_ms,
           kontor.catalogs[i].cpu_ms, tuned.catalogs[i].cpu_ms / kontor.catalogs[i].cpu_ms);
    }
  }

  static void tell(Report& report, const Column& shipped, const Column& tuned, const Column& kontor) {
    for (const auto* each : {&shipped, &tuned, &kontor}) {
      report.add({each->name + "_one_p50_ms", each->one.milliseconds.median(), "ms"});
      report.add({each->name + "_one_cpu_ms", each->one.cpu_ms(), "ms"});
      report.add({each->name + "_100_per_s", each->many.per_second(), "/s", {}, "", Better::more});
      report.add({each->name + "_100_cpu_ms", each->many.cpu_ms(), "ms"});
    }
    const auto& best = better_of(shipped, tuned);
    report.add({"throughput_ratio", kontor.many.per_second() / best.many.per_second(), "", 100,
                "of " + best.name, Better::more});
    report.add(
        {"cpu_ratio", best.many.cpu_ms() / kontor.many.cpu_ms(), "", {}, "of " + best.name, Better::more});
    for (std::size_t i = 0; i < kontor.catalogs.size(); ++i) {
      const auto& theirs = tuned.catalogs[i];
      const auto& ours = kontor.catalogs[i];
      const auto name = size_name(ours.offers);
      verify(theirs.last.offers == ours.last.offers,
             fmt::format("the catalogs of {} offers are not the same", ours.offers));
      report.add({fmt::format("edc_catalog_{}_ms", name), theirs.seconds.median() * 1000, "ms"});
      report.add({fmt::format("kontor_catalog_{}_ms", name), ours.seconds.median() * 1000, "ms"});
      report.add({fmt::format("edc_catalog_{}_cpu_ms", name), theirs.cpu_ms, "ms"});
      report.add({fmt::format("kontor_catalog_{}_cpu_ms", name), ours.cpu_ms, "ms"});
      report.add({fmt::format("catalog_{}_ratio", name), theirs.seconds.median() / ours.seconds.median(), "",
                  ours.offers == 3000 ? std::optional(300.0) : std::nullopt, "", Better::more});
    }
  }

  std::filesystem::path folder_ = new_folder();
  bool forget_ = false;
  Options options_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Comparison>);
}
