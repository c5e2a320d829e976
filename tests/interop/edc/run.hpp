#pragma once

#include <filesystem>
#include <string>

#include "interop/edc/report.hpp"
#include "interop/edc/runtimes.hpp"

namespace kontor::interop::edc {

/// What is run, and where. A part without class paths is left out.
struct Options {
  std::string class_path;               ///< of EDC and of what stands in for its data plane
  std::filesystem::path program;        ///< Kontor with the mock identity
  std::string plane_class_path;         ///< of EDC's data plane
  std::string control_class_path;       ///< of EDC's control plane, which tells data planes
  std::string hub_class_path;           ///< of EDC's identity hub
  std::string dcp_class_path;           ///< of EDC with the Decentralized Claims Protocol
  std::filesystem::path kontor;         ///< the program
  std::filesystem::path folder;         ///< of logs and stores; begins empty
  std::size_t negotiations = 200;       ///< in each direction at each pace
  std::string version{newest_version};  ///< of the Dataspace Protocol
};

/// Both directions at one pace of EDC.
void play(Report& report, const Options& options, Pace pace);

}  // namespace kontor::interop::edc
