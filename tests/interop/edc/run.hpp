#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "interop/edc/negotiations.hpp"
#include "interop/edc/runtimes.hpp"

namespace kontor::interop::edc {

/// What is run, and where.
struct Options {
  std::string class_path;               ///< of EDC and of what stands in for its data plane
  std::filesystem::path program;        ///< Kontor with the mock identity
  std::filesystem::path folder;         ///< of logs and stores; begins empty
  std::size_t negotiations = 200;       ///< in each direction at each pace
  std::string version{newest_version};  ///< of the Dataspace Protocol
};

/// Counts what was verified and prints a line for each.
class Report {
 public:
  /// Runs a case: its text is what was verified, and Failed is its failure. False: it failed.
  bool run(const std::string& name, const std::function<std::string()>& verify);
  int passed() const { return passed_; }
  int failed() const { return failed_; }

 private:
  int passed_ = 0;
  int failed_ = 0;
};

/// Both directions at one pace of EDC.
void play(Report& report, const Options& options, Pace pace);

}  // namespace kontor::interop::edc
