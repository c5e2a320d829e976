#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "harness/benchmark.hpp"
#include "harness/data_plane.hpp"
#include "harness/downloads.hpp"
#include "harness/nginx.hpp"
#include "harness/processors.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "What the data plane keeps in memory of what goes on at once: 10,000 open flows, of each of which data "
    "was\n"
    "fetched, and 2,000 answers without an end that their readers take at 16 KiB a second from a source "
    "that\n"
    "is faster, each of another flow.\n"
    "bytes_per_flow, bytes_per_stream: growth of the resident memory by the number of them; of streams the\n"
    "most while they run.";

struct Options {
  std::size_t flows = 10'000;
  std::size_t streams = 2'000;
  std::size_t seconds = 15;

  void add_to(app::arguments::Syntax& line) {
    add(line, flows, {"--flows", "that are open"});
    add(line, streams, {"--streams", "that run side by side", {1, 4'000}});
    add(line, seconds, {"--seconds", "how long the streams run"});
  }
};

constexpr std::uint64_t never_at_its_end = 1'000'000'000;

class Held {
 public:
  Held(const std::filesystem::path& program, Options options)
      : options_(options), plane_(program, {"http_client.connections_per_host_max=20000"}) {}

  void measure(Report& report) {
    plane_.start();
    // What the first of all need is no matter of their number.
    fetch(plane_.open(100, source("small")));
    const auto before = plane_.resident_bytes();
    fetch_from_all();
    const auto with_flows = plane_.resident_bytes();
    report.add({"bytes_per_flow", growth(before, with_flows, options_.flows), "B", 8 * 1024});
    progress(fmt::format("{} flows: {} MiB, before {}", options_.flows, with_flows >> 20, before >> 20));
    const auto accesses = plane_.open(options_.streams, source("large"));
    const auto idle = plane_.resident_bytes();
    plane_.forget_peak();
    Downloads streams(plane_.port(), accesses, {.bytes = 4096, .interval = std::chrono::milliseconds(250)});
    streams.await_bodies();
    std::this_thread::sleep_for(std::chrono::seconds(options_.seconds));
    const auto peak = plane_.peak_bytes();
    report.add({"bytes_per_stream", growth(idle, peak, options_.streams), "B", 48 * 1024});
    report.add(
        {"stream_bytes_per_s",
         static_cast<double>(streams.bytes()) / static_cast<double>(options_.streams * options_.seconds),
         "B/s"});
    progress(fmt::format("{} streams: {} MiB, before {}", options_.streams, peak >> 20, idle >> 20));
  }

 private:
  std::string source(const std::string& file) const {
    return DataPlane::http_source(fmt::format("http://127.0.0.1:{}/{}", source_port_, file));
  }

  static double growth(std::uint64_t before, std::uint64_t after, std::size_t count) {
    return (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(count);
  }

  void fetch(std::vector<Access> accesses) {
    const auto count = accesses.size();
    Downloads downloads(plane_.port(), std::move(accesses));
    for (std::size_t i = 0; i < count; ++i)
      installation::verify(downloads.await_end(i).whole, "an answer broke off");
  }

  void fetch_from_all() {
    constexpr std::size_t at_once = 100;
    for (std::size_t done = 0; done < options_.flows; done += at_once)
      fetch(plane_.open(std::min(at_once, options_.flows - done), source("small")));
  }

  Options options_;
  DataPlane plane_;
  int source_port_ = plane_.ports().take();
  Nginx source_{plane_.folder() / "source",
                source_servers(plane_.folder() / "source", source_port_, never_at_its_end)};
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about,
                      [](const std::filesystem::path& program, const Options& options, Report& report) {
                        constexpr unsigned files = 20'000;
                        allow_open_files(files);
                        Held(program, options).measure(report);
                      });
}
