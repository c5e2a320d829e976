#include "harness/machine.hpp"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace kontor::bench {
namespace {

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

}  // namespace

Samples durable_appends(const std::filesystem::path& folder, std::size_t count) {
  auto path = (folder / "append-XXXXXX").string();
  const int file = mkstemp(path.data());
  if (file < 0) throw std::runtime_error("cannot write in " + folder.string());
  const std::array<char, 4096> block{};
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const bool durable = write(file, block.data(), block.size()) == std::ssize(block) && fdatasync(file) == 0;
    if (!durable) throw std::runtime_error("cannot write to " + path);
    samples.add(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  close(file);
  std::filesystem::remove(path);
  return samples;
}

Machine this_machine() {
  utsname kernel{};
  uname(&kernel);
  Machine machine{cpu_name(), std::thread::hardware_concurrency(), kernel.release};
  getloadavg(&machine.load, 1);
  return machine;
}

}  // namespace kontor::bench
