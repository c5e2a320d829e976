#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "harness/benchmark.hpp"
#include "harness/data_plane.hpp"
#include "harness/downloads.hpp"
#include "harness/nginx.hpp"

namespace kontor::bench {
namespace {

constexpr auto about =
    "What one large transfer takes of the data plane's memory: 5 GB that are pulled from an HTTP source, "
    "the\n"
    "same from a file, and a file that is pushed into a file of the same process, which so is both ends.\n"
    "peak_bytes: the most resident memory while it runs, above what it was just before, of the worst of "
    "them.";

struct Options {
  std::size_t gigabytes = 5;

  void add_to(app::arguments::Syntax& line) {
    add(line, gigabytes, {"--gigabytes", "size of each transfer"});
  }
};

class Transfers {
 public:
  Transfers(const std::filesystem::path& program, Options options)
      : bytes_(options.gigabytes * 1'000'000'000), plane_(program, {}) {}

  void measure(Report& report) {
    plane_.start();
    std::ofstream(plane_.files() / "large").flush();
    std::filesystem::resize_file(plane_.files() / "large", bytes_);
    // What the first transfer of all needs once is no matter of its size.
    std::ofstream(plane_.files() / "small") << "small";
    plane_.push(DataPlane::file_source("small"), "warm");
    note(report, "pull", [this] { pull(DataPlane::http_source(source_url())); });
    note(report, "file", [this] { pull(DataPlane::file_source("large")); });
    note(report, "push", [this] { plane_.push(DataPlane::file_source("large"), "pushed"); });
    report.add({"peak_bytes", worst_, "B", 32e6});
  }

 private:
  std::string source_url() const { return fmt::format("http://127.0.0.1:{}/large", source_port_); }

  void pull(const std::string& source) {
    Downloads downloads(plane_.port(), plane_.open(1, source));
    const auto end = downloads.await_end(0);
    installation::verify(end.whole && end.bytes == bytes_, "the transfer broke off");
  }

  void note(Report& report, const std::string& mode, const std::function<void()>& transfer) {
    const auto idle = plane_.resident_bytes();
    plane_.forget_peak();
    const auto begin = std::chrono::steady_clock::now();
    transfer();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const auto above = static_cast<double>(plane_.peak_bytes()) - static_cast<double>(idle);
    worst_ = std::max(worst_, above);
    report.add({"peak_bytes_" + mode, above, "B"});
    report.add({"mb_per_s_" + mode, static_cast<double>(bytes_) / took.count() / 1e6, "MB/s"});
    progress(fmt::format("{}: {:.1f} MB above the {:.1f} of before, in {:.1f} s", mode, above / 1e6,
                         static_cast<double>(idle) / 1e6, took.count()));
  }

  std::uint64_t bytes_;
  DataPlane plane_;
  int source_port_ = plane_.ports().take();
  Nginx source_{plane_.folder() / "source", source_servers(plane_.folder() / "source", source_port_, bytes_)};
  double worst_ = 0;
};

}  // namespace
}  // namespace kontor::bench

int main(int count, char** arguments) {
  using namespace kontor::bench;
  return run<Options>(count, arguments, about, measured_by<Transfers>);
}
