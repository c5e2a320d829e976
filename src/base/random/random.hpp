#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace kontor {

/// Where unpredictable bytes come from. The operating system's source is in platform/async; a simulation
/// hands in one that follows from its seed.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;
};

/// A version 4 UUID in its usual form, 36 characters.
std::string new_uuid(Random& random);

/// `bytes` random bytes as lower-case hexadecimal digits.
std::string random_hex(Random& random, std::size_t bytes);

}  // namespace kontor
