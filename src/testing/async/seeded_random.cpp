#include "testing/async/seeded_random.hpp"

#include <algorithm>
#include <cstring>

namespace kontor::testing {

std::uint64_t SeededRandom::next() {
  state_ += 0x9e3779b97f4a7c15ULL;
  auto mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31);
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
  return next() % bound;
}

void SeededRandom::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    auto value = next();
    auto size = std::min(sizeof value, bytes.size());
    std::memcpy(bytes.data(), &value, size);
    bytes = bytes.subspan(size);
  }
}

}  // namespace kontor::testing
