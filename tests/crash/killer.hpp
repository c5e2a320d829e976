#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "availability.hpp"
#include "installation/world.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::crash {

/// A process of an installation.
struct Victim {
  installation::Installation* home;
  std::size_t replica = 0;
};
using Victims = std::vector<Victim>;

/// Who is killed, and when.
class Plan {
 public:
  virtual ~Plan() = default;
  /// Returns when they are to be killed, all at once. Nobody: that was all.
  virtual Task<Victims> next() = 0;
};

/// `kill -9` as a plan says, now and then once more while they start.
class Killer {
 public:
  Killer(installation::World& world, Availability& availability, std::uint64_t seed);

  /// Kills, and starts again what was killed. Returns when the plan has come to its end and everybody answers
  /// readiness. Error: one of them did not start, with the end of its log.
  Task<Result<void>> run(Plan& plan);
  std::size_t kills() const;
  std::size_t kills(const installation::Installation& home) const;

 private:
  void kill_and_start(const Victims& victims);
  Task<Result<void>> await_ready(installation::Installation& home);

  installation::World& world_;
  Availability& availability_;
  testing::SeededRandom random_;
  platform::async::Offload waiting_{1};  ///< for a process to be ready
  std::map<const installation::Installation*, std::size_t> kills_;
};

/// Waits for a while that is drawn, at most so long.
Task<void> pause(platform::async::Clock& clock, testing::SeededRandom& random, Duration longest);

}  // namespace kontor::crash
