#pragma once

#include <string>
#include <vector>

#include "harness/negotiating.hpp"
#include "installation/installation.hpp"

namespace kontor::bench {

/// One installation of many participant contexts, of which the first ones are active: each offers an asset,
/// and negotiates for the asset of the next one in their circle. So the installation is both sides of every
/// negotiation, over its own DSP endpoints.
class Crowd {
 public:
  struct Size {
    std::size_t contexts = 100;
    std::size_t active = 100;
  };
  /// Starts it and makes its contexts.
  Crowd(installation::Place place, installation::Driver& driver,
        const installation::Certificates& certificates, Size size);

  const Size& size() const { return size_; }

  struct Cost {
    double per_second = 0;
    double cpu_ms = 0;  ///< of the process, for a negotiation
    double p95_ms = 0;
  };
  /// The active ones take turns. All are FINALIZED on both sides, as events say, before it returns.
  Cost negotiate_under(const Load& load);

 private:
  void make_active();

  installation::Driver& driver_;
  Size size_;
  installation::FreePorts ports_;
  int port_;
  installation::Installation home_;
  std::vector<installation::Company> active_;
  std::vector<std::string> bodies_;  ///< of the requests by which each opens a negotiation
};

}  // namespace kontor::bench
