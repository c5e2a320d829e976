#include <cstdio>
#include <filesystem>
#include <fstream>

#include "platform/async/process.hpp"
#include "tck/dcp/system/trigger.hpp"

namespace {

using namespace kontor;

void write_properties(const std::filesystem::path& folder, const tck::dcp::Parties& parties) {
  for (const auto& part : tck::dcp::parts) {
    std::ofstream file(folder / (std::string(part.name) + ".properties"));
    file << tck::dcp::kit_properties(parties, part);
  }
}

/// Answers calls of the trigger until it is told to stop.
Task<int> serve(boost::asio::any_io_executor executor, const tck::dcp::System& system,
                platform::async::StopRequest& stop) {
  const auto clock = platform::async::system_clock(executor);
  platform::async::Scope scope(executor);
  const tck::dcp::Trigger trigger(scope, *clock, system.trigger());
  std::puts("ready");
  std::fflush(stdout);
  co_await stop.wait(executor, *clock);
  co_await scope.close();
  co_return 0;
}

int run(const std::filesystem::path& program, const std::filesystem::path& folder) {
  tck::dcp::System system({.program = program, .folder = folder, .accept_undeclared_relationships = true});
  system.start();
  write_properties(folder, system.parties());
  platform::async::StopRequest stop;
  return platform::async::run_process(
      [&](boost::asio::any_io_executor executor) { return serve(executor, system, stop); },
      [&] { stop.make(); });
}

}  // namespace

/// kontor-dcp-parties KONTOR DIR: starts KONTOR with its data in DIR, makes the three roles in it, and serves
/// until it is told to stop. The kit's properties stand in DIR/PART.properties, a file a part, and `ready` on
/// the output says that they can be used.
int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("kontor-dcp-parties KONTOR DIR\n", stderr);
    return 2;
  }
  try {
    const auto folder = std::filesystem::absolute(arguments[2]);
    std::filesystem::create_directories(folder);
    return run(arguments[1], folder);
  } catch (const installation::Failed& failure) {
    std::fprintf(stderr, "%s\n", failure.why.c_str());
    return 1;
  }
}
