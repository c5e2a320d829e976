#pragma once

#include <cstdint>

#include "platform/async/signal.hpp"
#include "testing/async/seeded_random.hpp"
#include "traffic.hpp"

namespace kontor::crash {

/// `kill -9` at random instants of one installation or both, most while they work, some while they start.
class Killer {
 public:
  Killer(installation::World& world, Availability& availability, std::uint64_t seed);

  /// Kills at least `times` times and starts again what was killed. Returns when both installations answer
  /// readiness. Error: one of them did not start, with the end of its log.
  Task<Result<void>> run(std::size_t times);
  std::size_t kills() const { return kills_; }

 private:
  using Victims = std::vector<installation::Installation*>;

  Victims choose();
  void kill_and_start(const Victims& victims);
  Task<Result<void>> await_ready(installation::Installation& home);
  Task<void> pause(std::uint64_t milliseconds_max);

  installation::World& world_;
  Availability& availability_;
  testing::SeededRandom random_;
  platform::async::Offload waiting_{1};  ///< for a process to be ready
  std::size_t kills_ = 0;
};

}  // namespace kontor::crash
