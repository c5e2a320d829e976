#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "harness/benchmark.hpp"
#include "harness/contexts.hpp"
#include "harness/metrics.hpp"

namespace kontor::bench {
namespace {

using installation::Driver;
using installation::Installation;

constexpr auto about =
    "How fast one process with all roles is ready, and what a participant context costs in memory.\n"
    "ready_*: from fork and exec to the answer 200 of /check/readiness, on an empty store and on one with\n"
    "many contexts. bytes_per_context: growth of the resident memory after each of them has answered an\n"
    "authenticated catalog request, for which it signs once.";

struct Options {
  std::size_t repetitions = 5;
  std::size_t contexts = 10'000;

  void add_to(app::arguments::Syntax& line) {
    add(line, repetitions, {"--repetitions", "starts of each kind"});
    add(line, contexts, {"--contexts", "participant contexts, in thousands", {1000, 1'000'000}});
  }
};

/// An installation with all roles in a folder of its own. Whoever asks it does so from behind TLS: DID
/// documents of an `asked` one are fetched by plain http.
struct Subject {
  Subject(const std::filesystem::path& program, const std::filesystem::path& folder,
          const installation::Certificates& certificates, const Subject* asked = nullptr)
      : port(ports.take()),
        home({program, folder}, port,
             {.name = "one",
              .https = asked != nullptr,
              .issuer_did = fmt::format("did:web:127.0.0.1%3A{}:issuer", port),
              .plain_http_authority = fmt::format("127.0.0.1:{}", asked ? asked->port : port)},
             certificates, ports) {}

  installation::FreePorts ports;
  int port;
  Installation home;
};

class Startup {
 public:
  Startup(std::filesystem::path program, Options options)
      : program_(std::move(program)),
        options_(options),
        certificates_(installation::make_certificates(folder_ / "ca")),
        driver_(certificates_.authority.string()) {}
  ~Startup() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Startup(const Startup&) = delete;
  Startup& operator=(const Startup&) = delete;

  void measure(Report& report) {
    disk();
    empty();
    with_contexts();
    disk();
    report.add_median("ready_empty_ms", ready_empty_, "ms", 60);
    report.add_median(fmt::format("ready_{}k_ms", options_.contexts / 1000), ready_many_, "ms", 150);
    report.add_median("rss_empty_bytes", rss_empty_, "B", 25e6);
    report.add_median("bytes_per_context", per_context_, "B", 4096);
    report.add_median("durable_commit_p50_ms", commits_, "ms", {});
  }

 private:
  void disk() {
    const auto samples = durable_appends(folder_, 100);
    for (const auto each : samples.values()) commits_.add(each);
  }

  /// Milliseconds from fork and exec to readiness.
  double start(Subject& subject) {
    const auto begin = std::chrono::steady_clock::now();
    subject.home.start();
    subject.home.await_ready(driver_);
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }

  double resident_bytes(const Subject& subject) {
    return scrape(driver_, subject.home).at("process_resident_memory_bytes");
  }

  void empty() {
    for (std::size_t i = 0; i < options_.repetitions; ++i) {
      Subject subject(program_, folder_ / fmt::format("empty-{}", i), certificates_);
      ready_empty_.add(start(subject));
      rss_empty_.add(resident_bytes(subject));
      subject.home.stop_runtime();
    }
    progress(fmt::format("ready on an empty store {} times, {:.0f} ms", options_.repetitions,
                         ready_empty_.median()));
  }

  void with_contexts() {
    Subject subject(program_, folder_ / "many", certificates_);
    Subject asker(program_, folder_ / "asker", certificates_, &subject);
    start(asker);
    make_contexts(driver_, asker.home, {0, 1});
    start(subject);
    const auto step = std::max<std::size_t>(options_.contexts / 5, 1);
    for (std::size_t made = 0; made < options_.contexts; made += step) {
      const auto last = std::min(made + step, options_.contexts);
      make_contexts(driver_, subject.home, {made, last});
      progress(fmt::format("{} of {} contexts made", last, options_.contexts));
    }
    subject.home.stop_runtime();
    for (std::size_t i = 0; i < options_.repetitions; ++i) {
      ready_many_.add(start(subject));
      ask_for_catalogs(driver_, asker.home, subject.home, {0, options_.contexts});
      const auto growth = resident_bytes(subject) - rss_empty_.median();
      per_context_.add(growth / static_cast<double>(options_.contexts));
      progress(fmt::format("ready {} times, {:.0f} ms; {} catalogs each, {:.0f} bytes a context",
                           ready_many_.size(), ready_many_.median(), options_.contexts,
                           per_context_.median()));
      subject.home.stop_runtime();
    }
  }

  std::filesystem::path folder_ = new_folder();
  std::filesystem::path program_;
  Options options_;
  installation::Certificates certificates_;
  Driver driver_;
  Samples ready_empty_;
  Samples ready_many_;
  Samples rss_empty_;
  Samples per_context_;
  Samples commits_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Startup>);
}
