#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "platform/telemetry/metrics.hpp"

namespace kontor::platform::telemetry {
namespace {

constexpr MetricSpec resident_memory{"process_resident_memory_bytes", "bytes",
                                     "Memory that the process holds"};
constexpr MetricSpec open_files{"process_open_fds", "files", "Open files and sockets"};
constexpr MetricSpec cpu_time{"process_cpu_seconds_total", "seconds",
                              "User and system processor time since the start"};

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double open_file_count() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; entry != end;
       entry.increment(error)) {
    ++count;
  }
  return count;
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

void add_process_metrics(Registry& registry) {
  registry.observe(resident_memory, &resident_bytes);
  registry.observe(open_files, &open_file_count);
  registry.observe(cpu_time, &processor_seconds);
}

}  // namespace kontor::platform::telemetry
