#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/process/supervisor.hpp"
#include "connector/connector.hpp"
#include "interop/edc/mock_identity.hpp"

namespace {

using namespace kontor;

Result<app::roles::Parts> parts() {
  auto made_of = connector::parts();
  if (!made_of) return made_of;
  connector::replace(*made_of, "peer-identity",
                     platform::assembly::assembly_of<interop::edc::MockIdentityAssembly>());
  return made_of;
}

}  // namespace

/// kontor-interop-partner DIR PUBLIC ADMINISTRATION SIGNALING METRICS: a connector of the product that talks
/// to EDC with the identity that EDC's `iam-mock` believes, until it is told to stop.
int main(int count, char** arguments) {
  if (count != 6) {
    std::fputs("kontor-interop-partner DIR PUBLIC ADMINISTRATION SIGNALING METRICS\n", stderr);
    return 2;
  }
  connector::Place place{.folder = std::filesystem::absolute(arguments[1]), .ports = {}};
  for (int i = 2; i < count; ++i) place.ports.push_back(std::atoi(arguments[i]));
  place.more = "file_data_plane: {root: '" + (place.folder / "files").string() + "'}\n";
  std::filesystem::create_directories(place.folder / "files");
  return connector::run(place, parts, [] {
    const auto told = app::process::tell_supervisor("READY=1");
    if (!told) std::fprintf(stderr, "%s\n", told.error().message().c_str());
  });
}
