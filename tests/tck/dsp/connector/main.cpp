#include <cstdio>
#include <filesystem>
#include <fstream>

#include "installation/child.hpp"
#include "tck/dsp/connector/process.hpp"

/// kontor-dsp-connector DIR: serves until it is told to stop. The kit's properties stand in
/// DIR/kit.properties, and `ready` on the output says that they can be used.
int main(int count, char** arguments) {
  using namespace kontor;
  if (count != 2) {
    std::fputs("kontor-dsp-connector DIR\n", stderr);
    return 2;
  }
  const auto ports = installation::free_ports(5);
  const tck::dsp::Plan plan{.folder = std::filesystem::absolute(arguments[1]),
                            .ports = {ports.begin(), ports.begin() + 4},
                            .kit = "http://127.0.0.1:" + std::to_string(ports.back())};
  std::filesystem::create_directories(plan.folder);
  return connector::run(plan.place(), tck::dsp::parts, [&] {
    std::ofstream(plan.folder / "kit.properties") << tck::dsp::kit_properties(plan.addresses());
    std::puts("ready");
    std::fflush(stdout);
  });
}
