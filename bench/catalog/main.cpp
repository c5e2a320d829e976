#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "harness/benchmark.hpp"
#include "harness/metrics.hpp"
#include "offers.hpp"
#include "peer.hpp"

namespace kontor::bench {
namespace {

using installation::Driver;
using installation::Installation;
using installation::verify;

constexpr auto about =
    "How long a provider takes to answer a catalog request over DSP, however much it offers: with a fresh "
    "token\n"
    "in each request, and the asker's presentation remembered. Each provider has 100 access policies and "
    "for\n"
    "each asset a contract definition of its own.\n"
    "filtered_*: everything that a caller may see who is shown 50 offers (all, of 10).\n"
    "first_page_*: the first 50 offers, of a caller who may see all.\n"
    "*_cpu_ms: processor time of the provider for one of them.\n"
    "growth_1k_10k: filtered_10k_p95_ms divided by filtered_1k_p95_ms.";

struct Options {
  std::size_t repetitions = 400;
  std::size_t largest = 10'000;

  void add_to(app::arguments::Syntax& line) {
    add(line, repetitions, {"--repetitions", "requests of each caller to each provider"});
    add(line, largest, {"--largest", "leave out providers with more offers than this", {10, 10'000}});
  }
};

constexpr std::size_t shown = 50;  ///< to who may not see all, and on a page

/// A provider of a size, and what is asked of it.
struct Subject {
  Provider provider;
  Peer some;  ///< may see 50
  Peer all;   ///< may see everything
  struct Cost {
    Samples milliseconds = {};
    double cpu_ms = 0;
  };
  Cost filtered = {};
  Cost first_page = {};

  std::string size() const {
    return provider.offers < 1000 ? std::to_string(provider.offers)
                                  : std::to_string(provider.offers / 1000) + "k";
  }
};

std::size_t datasets_in(const installation::Answer& answer) {
  const auto catalog = answer.json();
  const auto* datasets = json::find(catalog, "dataset");
  return datasets ? datasets->as_array().size() : 0;
}

class Catalogs {
 public:
  Catalogs(const std::filesystem::path& program, Options options)
      : options_(options),
        home_({program, folder_}, ports_.take(),
              {.name = "provider",
               .issuer_did = issuer_.did().str(),
               .plain_http_authority = server_.authority()},
              certificates_, ports_) {}
  ~Catalogs() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Catalogs(const Catalogs&) = delete;
  Catalogs& operator=(const Catalogs&) = delete;

  void measure(Report& report) {
    home_.start();
    home_.await_ready(driver_);
    for (std::size_t size : {10UZ, 1'000UZ, 10'000UZ}) {
      if (size <= options_.largest) prepare(size);
    }
    // Side by side, so that an hour of the machine does not fall on one size alone.
    for (std::size_t i = 0; i < options_.repetitions; ++i) {
      for (const auto each : durable_appends(folder_, 1).values()) commits_.add(each);
      for (auto& subject : subjects_) ask_both(*subject);
    }
    for (auto& subject : subjects_) {
      subject->filtered.cpu_ms = cpu_ms_of([&] { ask_for_some(*subject); });
      subject->first_page.cpu_ms = cpu_ms_of([&] { ask_for_all(*subject); });
    }
    for (const auto& subject : subjects_) tell(report, *subject);
    if (subjects_.size() == 3)
      report.add({"growth_1k_10k",
                  subjects_[2]->filtered.milliseconds.p95() / subjects_[1]->filtered.milliseconds.p95(), "",
                  1.5});
    report.add_median("durable_commit_p50_ms", commits_, "ms", {});
    home_.stop_runtime();
  }

 private:
  void prepare(std::size_t size) {
    auto provider = publish(driver_, home_, size, shown);
    auto& clock = driver_.loop().clock();
    Peer some(server_, issuer_, fmt::format("some-{}", size), provider.did, region(0), clock);
    Peer all(server_, issuer_, fmt::format("all-{}", size), provider.did, everywhere, clock);
    subjects_.push_back(
        std::make_unique<Subject>(Subject{std::move(provider), std::move(some), std::move(all)}));
    constexpr std::size_t warm_up = 5;
    for (std::size_t i = 0; i < warm_up; ++i) ask_both(*subjects_.back());
    subjects_.back()->filtered = {};
    subjects_.back()->first_page = {};
    progress(fmt::format("{} contract definitions with an asset each, and {} policies", size, policies));
  }

  template <class Ask>
  double cpu_ms_of(Ask ask) {
    constexpr std::size_t times = 50;
    const auto spent = [this] { return scrape(driver_, home_).at("process_cpu_seconds_total"); };
    const auto before = spent();
    for (std::size_t i = 0; i < times; ++i) ask();
    return (spent() - before) / times * 1000;
  }

  installation::Answer timed(installation::Request request, Samples& samples) {
    const auto begin = std::chrono::steady_clock::now();
    auto answer = driver_.expect(200, std::move(request));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    samples.add(took.count());
    return answer;
  }

  void ask_both(Subject& subject) {
    ask_for_some(subject);
    ask_for_all(subject);
  }

  void ask_for_some(Subject& subject) {
    const auto url = home_.dsp_url(subject.provider.context);
    const auto some = timed(subject.some.asks_for_catalog(url, 0), subject.filtered.milliseconds);
    verify(datasets_in(some) == subject.provider.for_some && !some.headers.contains("Link"),
           "who may see some is shown something else");
  }

  void ask_for_all(Subject& subject) {
    const auto url = home_.dsp_url(subject.provider.context);
    const auto all = timed(subject.all.asks_for_catalog(url, shown), subject.first_page.milliseconds);
    verify(datasets_in(all) == std::min(shown, subject.provider.offers) &&
               all.headers.contains("Link") == (subject.provider.offers > shown),
           "the first page of who may see all is another one");
  }

  void tell(Report& report, const Subject& subject) {
    // Once, and again when the memory of it is minutes old.
    verify(subject.some.presented() <= 3 && subject.all.presented() <= 3,
           "presentations were not remembered");
    const bool has_target = subject.provider.offers == 10'000;
    const auto add = [&](const std::string& name, const Subject::Cost& cost, double target) {
      const auto metric = fmt::format("{}_{}", name, subject.size());
      report.add({metric + "_cpu_ms", cost.cpu_ms, "ms"});
      report.add({metric + "_p50_ms", cost.milliseconds.median(), "ms"});
      report.add({metric + "_p95_ms", cost.milliseconds.p95(), "ms",
                  has_target ? std::optional(target) : std::nullopt});
    };
    add("filtered", subject.filtered, 5);
    add("first_page", subject.first_page, 10);
    progress(fmt::format("{} offers: {} of them p95 {:.1f} ms, the first page of all {:.1f} ms",
                         subject.provider.offers, subject.provider.for_some,
                         subject.filtered.milliseconds.p95(), subject.first_page.milliseconds.p95()));
  }

  std::filesystem::path folder_ = new_folder();
  Options options_;
  installation::Certificates certificates_ = installation::make_certificates(folder_ / "ca");
  Driver driver_{certificates_.authority.string()};
  testing::LoopbackServer server_{driver_.loop()};
  testing::Party issuer_{server_, "issuer"};
  installation::FreePorts ports_;
  Installation home_;
  std::vector<std::unique_ptr<Subject>> subjects_;
  Samples commits_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Catalogs>);
}
