#pragma once

#include <string>

#include "harness/metrics.hpp"
#include "harness/negotiating.hpp"
#include "installation/dataspace.hpp"

namespace kontor::bench {

/// On which store two installations negotiate, and whether a presentation that was verified is remembered.
struct Variant {
  std::string name;
  bool on_postgres = false;
  bool remembers = true;
};

/// What one negotiation costs both installations together, unless it says otherwise.
struct Cost {
  std::size_t negotiations = 0;
  double per_second = 0;
  double p50_ms = 0;  ///< from the request to FINALIZED at the consumer
  double p95_ms = 0;
  double cpu_ms = 0;           ///< of Kontor's processes
  double database_cpu_ms = 0;  ///< of the database server's
  double commits = 0;
  double signatures_made = 0;
  double signatures_checked = 0;
  double presentations = 0;  ///< exchanges with a credential service

  double per_second_and_core() const { return 1000 / cpu_ms; }
};

/// Acme on one installation and Globex on another, behind TLS, who negotiates with it.
class Subject {
 public:
  Subject(std::filesystem::path program, Variant variant);

  const Variant& variant() const { return variant_; }
  const std::filesystem::path& folder() const { return dataspace_.folder(); }
  /// All are FINALIZED on both sides, as events of both say, before it returns.
  Cost negotiate_under(const Load& load);

 private:
  /// Sums over both installations.
  Metrics spent();

  Variant variant_;
  installation::Dataspace dataspace_;
  std::string body_;  ///< of the request that opens a negotiation
};

}  // namespace kontor::bench
