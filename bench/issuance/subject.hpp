#pragma once

#include <string>
#include <vector>

#include "harness/load.hpp"
#include "harness/metrics.hpp"
#include "installation/dataspace.hpp"

namespace kontor::bench {

/// What one of them costs both installations together, unless it says otherwise.
struct Cost {
  std::size_t count = 0;
  double per_second = 0;
  double p50_ms = 0;
  double p95_ms = 0;
  double cpu_ms = 0;
  double issuer_cpu_ms = 0;  ///< of the installation that has the issuer
  double commits = 0;
  double signatures_made = 0;
  double signatures_checked = 0;

  double per_second_and_core() const { return 1000 / cpu_ms; }
};

/// An issuer on one installation; those who get its credentials are on another, behind TLS.
class Subject {
 public:
  Subject(std::filesystem::path program, std::size_t holders);

  const std::filesystem::path& folder() const { return dataspace_.folder(); }
  /// Holders in turn: from the request for a credential to the moment when it is stored.
  Cost issue_under(const Load& load);
  /// Participants that did not exist: from the order to all agents active and the credential stored.
  Cost onboard_under(const Load& load);

 private:
  void make_holders(std::size_t count);
  Task<std::string> issue(installation::Company holder);
  Task<std::string> onboard(std::size_t number);
  Cost measure(const Load& load, Once once);

  installation::Dataspace dataspace_;
  std::vector<installation::Company> holders_;
  std::string token_;
  std::size_t turn_ = 0;
  std::size_t onboarded_ = 0;
};

}  // namespace kontor::bench
