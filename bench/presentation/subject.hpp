#pragma once

#include <map>
#include <string>

#include "harness/load.hpp"
#include "harness/metrics.hpp"
#include "installation/dataspace.hpp"

namespace kontor::bench {

/// What one question to a provider costs both installations together, unless it says otherwise.
struct Cost {
  std::size_t questions = 0;
  double cpu_ms = 0;
  double p50_ms = 0;
  double signatures_made = 0;
  double signatures_checked = 0;
  double provider_signatures_checked = 0;  ///< by the provider alone
  double exchanges = 0;                    ///< of presentations
};

/// Acme, on one installation, is asked for its catalog by holders of 1, 10 and 50 credentials on another,
/// behind TLS; it has nothing to offer. Whether it asks for the presentation of each question anew or
/// remembers the first one is how its installation is configured.
class Subject {
 public:
  Subject(std::filesystem::path program, bool remembers);

  const std::filesystem::path& folder() const { return dataspace_.folder(); }
  /// The holder of so many credentials asks again and again.
  Cost ask_under(const Load& load, std::size_t credentials);

 private:
  void equip(std::size_t credentials);
  Task<std::string> ask(installation::Request request);

  installation::Dataspace dataspace_;
  std::map<std::size_t, installation::Company*> holders_;
};

inline constexpr std::size_t sizes[] = {1, 10, 50};

}  // namespace kontor::bench
