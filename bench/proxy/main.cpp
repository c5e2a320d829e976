#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "harness/benchmark.hpp"
#include "proxies.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "The pull proxy of the data plane beside nginx, on one source, with one client, in one run. Small: 200\n"
    "bytes by wrk over 64 connections, with another flow and another token after every 100 requests. Large:\n"
    "bodies of 1 GiB side by side, each of another flow. Either proxy has one core, source and client the\n"
    "other. nginx has one worker and keeps its connections to the source; nginx_auth asks the source with\n"
    "auth_request for each request, nginx_tuned has 8 buffers of 256 KiB.\n"
    "small_vs_*, large_vs_*: responses or bytes of Kontor by those of nginx, for the same processor time of\n"
    "the proxy: with both busy all the time, their rates. Medians of the rounds.\n"
    "*_busy: processor time of the proxy by the time that passed.";

struct Options {
  std::size_t rounds = 5;
  std::size_t seconds = 4;
  std::size_t connections = 64;
  std::size_t streams = 4;

  void add_to(app::arguments::Syntax& line) {
    add(line, rounds, {"--rounds", "times that everything is measured"});
    add(line, seconds, {"--seconds", "how long small answers are asked for each time"});
    add(line, connections, {"--connections", "over which small answers are asked for"});
    add(line, streams, {"--streams", "large bodies at a time"});
  }
};

class Rounds {
 public:
  Rounds(const std::filesystem::path& program, const Options& options)
      : options_(options), proxies_(program) {}

  void measure(Report& report) {
    run();
    tell(report);
  }

 private:
  void run() {
    constexpr std::size_t warm_up_seconds = 1;
    for (const auto& each : of_small) proxies_.small(each, options_.connections, warm_up_seconds);
    for (const auto& each : of_large) proxies_.large(each, 1);
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (const auto& each : of_small)
        note("small", each, proxies_.small(each, options_.connections, options_.seconds));
      for (const auto& each : of_large) note("large", each, proxies_.large(each, options_.streams));
    }
  }

  void tell(Report& report) const {
    report.add_median("small_vs_nginx", shares("small", "nginx"), "", 0.9, Better::more);
    report.add_median("small_vs_nginx_auth", shares("small", "nginx_auth"), "", 1.2, Better::more);
    report.add_median("large_vs_nginx", shares("large", "nginx"), "", 1.5, Better::more);
    report.add_median("large_vs_nginx_tuned", shares("large", "nginx_tuned"), "", 1.0, Better::more);
    for (const auto& [key, works] : works_) {
      const auto name = key.first + "_" + key.second;
      const bool small = key.first == "small";
      const double unit = small ? 1 : 1024.0 * 1024;
      report.add_median(name + (small ? "_per_s" : "_mib_per_s"),
                        of(works, [&](const Work& each) { return each.amount / each.seconds / unit; }),
                        small ? "1/s" : "MiB/s", {});
      report.add_median(name + (small ? "_cpu_us" : "_cpu_s_per_gib"),
                        of(works,
                           [&](const Work& each) {
                             return (small ? 1e6 : static_cast<double>(large_bytes)) / each.per_cpu_second();
                           }),
                        small ? "us" : "s", {});
      report.add_median(name + "_busy", of(works, &Work::busy), "", {});
    }
  }

  using Works = std::vector<Work>;

  void note(const std::string& size, const Proxy& proxy, const Work& work) {
    works_[{size, proxy.name}].push_back(work);
    const bool small = size == "small";
    progress(fmt::format("{} {}: {:.0f} {}, {:.0f} per second of its processor time, busy {:.0f} %", size,
                         proxy.name, work.amount / work.seconds / (small ? 1 : 1 << 20),
                         small ? "per s" : "MiB/s", work.per_cpu_second() / (small ? 1 : 1 << 20),
                         work.busy() * 100));
  }

  static Samples of(const Works& works, const std::function<double(const Work&)>& figure) {
    Samples samples;
    for (const auto& each : works) samples.add(figure(each));
    return samples;
  }

  Samples shares(const std::string& size, const std::string& other) const {
    const auto& ours = works_.at({size, "kontor"});
    const auto& theirs = works_.at({size, other});
    Samples samples;
    for (std::size_t i = 0; i < ours.size(); ++i)
      samples.add(ours[i].per_cpu_second() / theirs[i].per_cpu_second());
    return samples;
  }

  Options options_;
  Proxies proxies_;
  std::map<std::pair<std::string, std::string>, Works> works_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Rounds>);
}
