#include <cstdio>
#include <filesystem>
#include <fstream>

#include "installation/child.hpp"
#include "tck/dps/system/process.hpp"

/// kontor-dps-planes DIR: serves until it is told to stop. The kit's properties stand in DIR/kit.properties,
/// and `ready` on the output says that they can be used.
int main(int count, char** arguments) {
  using namespace kontor;
  if (count != 2) {
    std::fputs("kontor-dps-planes DIR\n", stderr);
    return 2;
  }
  const auto ports = installation::free_ports(6);
  const tck::dps::Plan plan{.folder = std::filesystem::absolute(arguments[1]),
                            .ports = {ports.begin(), ports.begin() + 5},
                            .kit = "http://127.0.0.1:" + std::to_string(ports.back())};
  std::filesystem::create_directories(plan.folder);
  const auto make_parts = [&] { return tck::dps::parts(plan); };
  return connector::run(plan.place(), make_parts, [&] {
    std::ofstream(plan.folder / "kit.properties") << tck::dps::kit_properties(plan.addresses());
    std::puts("ready");
    std::fflush(stdout);
  });
}
