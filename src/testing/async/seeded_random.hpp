#pragma once

#include <cstdint>

#include "base/random/random.hpp"

namespace kontor::testing {

/// Bytes that follow from a seed and look random (SplitMix64). For tests and simulations; nothing secret
/// comes from it.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<std::byte> bytes) override;
  std::uint64_t next();
  /// A number below `bound`, which is at least 1.
  std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t state_;
};

}  // namespace kontor::testing
