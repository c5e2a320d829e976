#pragma once

#include <functional>
#include <string>

namespace kontor::interop::edc {

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

}  // namespace kontor::interop::edc
