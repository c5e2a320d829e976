#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "harness/benchmark.hpp"
#include "harness/contexts.hpp"
#include "harness/metrics.hpp"
#include "issuing.hpp"
#include "verifiers.hpp"

namespace kontor::bench {
namespace {

using installation::Driver;
using installation::Installation;
using Steady = std::chrono::steady_clock;

constexpr auto about =
    "What it costs an issuer to revoke credentials while verifiers read its status list: each is\n"
    "issued over DCP, a hundred with a request; then all are revoked over the administration API, 16\n"
    "at a time, while 1,000 verifiers read the list with the tag of what they have, again every ten\n"
    "seconds; in the end each of them reads it whole, all at once.\n"
    "signatures_made: of the list, from the first revocation to the one that names all of them. The\n"
    "target is one for each interval in which the list may be signed (a second), and one.\n"
    "bytes_sent: of bodies, to all verifiers during the revocations. rss_*: resident memory of the\n"
    "issuer's process.";

struct Options {
  std::size_t credentials = 100'000;
  std::size_t verifiers = 1000;

  void add_to(app::arguments::Syntax& line) {
    add(line, credentials, {"--credentials", "that are issued and revoked, in hundreds"});
    add(line, verifiers, {"--verifiers", "that read the list"});
  }
};

constexpr std::size_t under_one_token = 10'000;

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

class Revocations {
 public:
  Revocations(const std::filesystem::path& program, Options options)
      : options_(options),
        home_({program, folder_}, ports_.take(),
              {.name = "issuer",
               .issuer_did = "did:web:nobody.example",
               .plain_http_authority = server_.authority()},
              certificates_, ports_) {}
  ~Revocations() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Revocations(const Revocations&) = delete;
  Revocations& operator=(const Revocations&) = delete;

  void measure(Report& report) {
    home_.start();
    home_.await_ready(driver_);
    report.add({"rss_empty_bytes", now("process_resident_memory_bytes"), "B"});
    Issuing issuing(driver_, server_, home_);
    const auto begin = Steady::now();
    issuing.issue(options_.credentials);
    auto ids = issuing.ids();
    installation::verify(ids.size() >= options_.credentials, "credentials are missing at their issuer");
    report.add({"issued_per_s", static_cast<double>(ids.size()) / seconds_since(begin), "1/s"});
    report.add({"rss_issued_bytes", now("process_resident_memory_bytes"), "B"});
    progress(fmt::format("{} credentials are issued", ids.size()));
    Verifiers verifiers(driver_, issuing.status_list_url(), options_.verifiers);
    verifiers.read_all();
    revoke_all(report, issuing, verifiers, ids);
    serve_all(report, verifiers);
    home_.stop_runtime();
  }

 private:
  double now(const std::string& metric) { return scrape(driver_, home_).at(metric); }

  void revoke_all(Report& report, Issuing& issuing, Verifiers& verifiers,
                  const std::vector<std::string>& ids) {
    const auto before = scrape(driver_, home_);
    verifiers.start();
    const auto begin = Steady::now();
    for (std::size_t done = 0; done < ids.size(); done += under_one_token) {
      const auto count = std::min(under_one_token, ids.size() - done);
      revoke(issuing, std::span(ids).subspan(done, count));
      progress(fmt::format("{} of {} revoked", done + count, ids.size()));
    }
    const auto revoked_in = seconds_since(begin);
    const auto served = verifiers.stop();
    await_marked(issuing, ids.size());
    const auto seconds = seconds_since(begin);
    const auto after = scrape(driver_, home_);
    const auto spent = [&](const char* name) { return after.at(name) - before.at(name); };
    const auto count = static_cast<double>(ids.size());
    report.add({"revoked", count, ""});
    report.add({"revoked_per_s", count / revoked_in, "1/s"});
    report.add({"revocation_cpu_ms", spent("process_cpu_seconds_total") / count * 1000, "ms"});
    report.add({"signatures_made", spent("kontor_issuer_service_status_lists_signed_total"), "",
                std::ceil(seconds) + 1});
    report.add({"lists_sent", static_cast<double>(served.whole), ""});
    report.add({"answers_without_a_list", static_cast<double>(served.unchanged), ""});
    report.add({"bytes_sent", static_cast<double>(served.bytes), "B"});
    report.add({"rss_revoked_bytes", after.at("process_resident_memory_bytes"), "B"});
  }

  /// An access token is good for some minutes.
  void revoke(Issuing& issuing, std::span<const std::string> ids) {
    const auto token = issuing.governance_token();
    std::vector<installation::Request> requests;
    for (const auto& each : ids) {
      requests.push_back({.method = "POST",
                          .url = issuing.administration("credentials/" + each + "/revoke"),
                          .token = token,
                          .body = R"({"reason":"the licence has ended"})"});
    }
    send_all(driver_, std::move(requests), 204);
  }

  /// The marks follow the answers, and the signature the marks.
  void await_marked(Issuing& issuing, std::size_t count) {
    constexpr auto patience = 60.0;
    Verifiers one(driver_, issuing.status_list_url(), 1);
    const auto begin = Steady::now();
    for (one.read_all(); one.marked() != count; one.read_all())
      installation::verify(seconds_since(begin) < patience, "the list does not name all that were revoked");
  }

  void serve_all(Report& report, Verifiers& verifiers) {
    const auto before = now("process_cpu_seconds_total");
    const auto begin = Steady::now();
    const auto served = verifiers.read_all();
    const auto seconds = seconds_since(begin);
    const auto count = static_cast<double>(served.whole);
    report.add({"list_bytes", static_cast<double>(served.bytes) / count, "B"});
    report.add({"lists_per_s", count / seconds, "1/s"});
    report.add({"list_cpu_ms", (now("process_cpu_seconds_total") - before) / count * 1000, "ms"});
    report.add({"rss_served_bytes", now("process_resident_memory_bytes"), "B"});
  }

  std::filesystem::path folder_ = new_folder();
  Options options_;
  installation::Certificates certificates_ = installation::make_certificates(folder_ / "ca");
  Driver driver_{certificates_.authority.string()};
  testing::LoopbackServer server_{driver_.loop()};
  installation::FreePorts ports_;
  Installation home_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Revocations>);
}
