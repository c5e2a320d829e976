#include "harness/metrics.hpp"

#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace kontor::bench {

Metrics scrape(installation::Driver& driver, const installation::Installation& home) {
  const auto answer = driver.expect(200, {.url = home.metrics_url() + "/metrics"});
  Metrics metrics;
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#' || line.contains("\"read-metrics\"")) continue;
    metrics[line.substr(0, line.find_first_of("{ "))] += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return metrics;
}

std::filesystem::path new_folder() {
  char name[] = "/tmp/kontor-bench-XXXXXX";
  if (!mkdtemp(name)) throw std::runtime_error("a folder for data and logs cannot be made");
  return name;
}

}  // namespace kontor::bench
