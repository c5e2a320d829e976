#include "base/random/random.hpp"

#include <vector>

namespace kontor {
namespace {

std::string hex(std::span<const std::byte> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (auto byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 0xf];
  }
  return text;
}

}  // namespace

std::string new_uuid(Random& random) {
  std::byte bytes[16];
  random.fill(bytes);
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  auto text = hex(bytes);
  for (std::size_t position : {8, 13, 18, 23}) text.insert(position, 1, '-');
  return text;
}

std::string random_hex(Random& random, std::size_t bytes) {
  std::vector<std::byte> buffer(bytes);
  random.fill(buffer);
  return hex(buffer);
}

}  // namespace kontor
