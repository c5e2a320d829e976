#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::simulation {

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t negotiations = 2;
  bool verbose = false;     ///< print every event as it happens
  bool lying_disk = false;  ///< to see that the checks see: acknowledges commits that it never wrote
};

struct Report {
  std::string hash;                   ///< of the event log: the same for the same options
  std::vector<std::string> failures;  ///< empty: every invariant held
  std::vector<std::string> last;      ///< the end of the event log
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  std::uint64_t crashes = 0;
  double virtual_seconds = 0;
};

/// Runs both installations through onboarding and negotiations under the faults that the seed draws, then
/// without faults until everything rests, and checks the invariants.
Report simulate(const Options& options);

}  // namespace kontor::simulation
