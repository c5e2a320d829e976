#include <fmt/format.h>

#include "harness/benchmark.hpp"
#include "harness/data_plane.hpp"
#include "harness/downloads.hpp"
#include "harness/nginx.hpp"
#include "harness/processors.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "How soon a stream ends whose flow is terminated: 1,000 streams of a flow each, at 16 KiB a second, are\n"
    "read side by side, and their flows terminated one after the other.\n"
    "terminate_*_ms: from sending the order to the end of the client's connection.\n"
    "answered_*_ms: from the order to its answer, which is not given before the flow is closed.";

struct Options {
  std::size_t streams = 1'000;

  void add_to(app::arguments::Syntax& line) {
    add(line, streams, {"--streams", "that run side by side", {1, 4'000}});
  }
};

constexpr std::uint64_t never_at_its_end = 1'000'000'000;

class Streams {
 public:
  Streams(const std::filesystem::path& program, Options options)
      : options_(options), plane_(program, {"http_client.connections_per_host_max=20000"}) {}

  void measure(Report& report) {
    plane_.start();
    const auto accesses = plane_.open(
        options_.streams, DataPlane::http_source(fmt::format("http://127.0.0.1:{}/paced", source_port_)));
    Downloads streams(plane_.port(), accesses);
    streams.await_bodies();
    progress(fmt::format("{} streams run", accesses.size()));
    for (std::size_t i = 0; i < accesses.size(); ++i) end(streams, accesses[i], i);
    report.add_median("terminate_p50_ms", ended_, "ms", {});
    report.add({"terminate_p99_ms", ended_.quantile(0.99), "ms", 50});
    report.add({"terminate_max_ms", ended_.quantile(1), "ms"});
    report.add_times("answered", "", answered_, {});
  }

 private:
  using Steady = Downloads::Steady;
  using Milliseconds = std::chrono::duration<double, std::milli>;

  void end(Downloads& streams, const Access& access, std::size_t number) {
    const auto sent = Steady::now();
    plane_.terminate(access);
    answered_.add(Milliseconds(Steady::now() - sent).count());
    const auto end = streams.await_end(number);
    installation::verify(!end.whole, "a stream ended before it was terminated");
    ended_.add(Milliseconds(end.at - sent).count());
  }

  Options options_;
  DataPlane plane_;
  int source_port_ = plane_.ports().take();
  Nginx source_{plane_.folder() / "source",
                source_servers(plane_.folder() / "source", source_port_, never_at_its_end)};
  Samples ended_;
  Samples answered_;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about,
                      [](const std::filesystem::path& program, const Options& options, Report& report) {
                        constexpr unsigned files = 20'000;
                        allow_open_files(files);
                        Streams(program, options).measure(report);
                      });
}
